namespace HpcLinReg.Solver;

/// <summary>The rows that moments were summed from, for the rungs of the ladder that read them again.</summary>
internal interface IRows
{
    /// <summary>Gets whether they can be read again.</summary>
    bool CanRead { get; }

    /// <summary>Reads them once for one target and adds the sums that a step of refinement needs.</summary>
    /// <param name="pass">Receives the sums.</param>
    /// <param name="target">The target's place among the targets.</param>
    void AddTo(ResidualPass pass, int target);

    /// <summary>Reads them once and sums their moments in double-double.</summary>
    MomentsNode DoubleDoubleMoments();
}

/// <summary>Rows that cannot be read again: only their moments are kept.</summary>
internal readonly struct NoRows : IRows
{
    public bool CanRead => false;

    public void AddTo(ResidualPass pass, int target) => throw new InvalidOperationException("There are no rows to read.");

    public MomentsNode DoubleDoubleMoments() => throw new InvalidOperationException("There are no rows to read.");
}
