namespace HpcLinReg.Solver;

/// <summary>The rows behind some moments, for the rungs of the ladder that look at them again.</summary>
internal interface IRows
{
    /// <summary>Gets whether they can be read again.</summary>
    bool CanRead { get; }

    /// <summary>Reads them once for one target and adds what a step of refinement needs to know.</summary>
    /// <param name="pass">Where to put it.</param>
    /// <param name="target">The target's place among the targets.</param>
    void AddTo(ResidualPass pass, int target);

    /// <summary>Reads them once and sums their moments in double-double.</summary>
    MomentsNode DoubleDoubleMoments();
}

/// <summary>Rows that are gone: only their moments are left.</summary>
internal readonly struct NoRows : IRows
{
    public bool CanRead => false;

    public void AddTo(ResidualPass pass, int target) => throw new InvalidOperationException("There are no rows to read.");

    public MomentsNode DoubleDoubleMoments() => throw new InvalidOperationException("There are no rows to read.");
}
