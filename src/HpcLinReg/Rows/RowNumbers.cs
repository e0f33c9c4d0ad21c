namespace HpcLinReg.Rows;

/// <summary>
/// The absolute indexes of the rows of a block. Rows given in one call follow each other; rows kept of an unfinished block may have gaps,
/// where the source's rows are missing.
/// </summary>
internal readonly ref struct RowNumbers
{
    private readonly MatrixSpan<double> _places;

    /// <summary>Rows that follow each other.</summary>
    /// <param name="first">The absolute index of the first one.</param>
    internal RowNumbers(long first) => First = first;

    /// <summary>Rows of one block at the places in it.</summary>
    /// <param name="blockStart">The absolute index of the block's first place.</param>
    /// <param name="places">One column: the place of each row in the block, ascending.</param>
    internal RowNumbers(long blockStart, MatrixSpan<double> places)
    {
        First = blockStart;
        _places = places;
    }

    /// <summary>Gets the absolute index of the first row, or of the block's first place.</summary>
    internal long First { get; }

    /// <summary>Gets whether a place between two rows is empty.</summary>
    internal bool HaveGaps => _places.Rows > 0 && _places[_places.Rows - 1][0] - _places[0][0] != _places.Rows - 1;

    /// <summary>Gets the absolute index of a row.</summary>
    internal long this[int row] => First + (_places.Rows > 0 ? (long)_places[row][0] : row);

    public static implicit operator RowNumbers(long first) => new(first);
}
