namespace HpcLinReg.Cli.Plots;

/// <summary>The few rows of the largest values, which pictures name by their numbers.</summary>
internal sealed class LargestRows
{
    private const int Kept = 3;

    private readonly List<(double Size, double X, double Y, long Row)> _rows = [];

    /// <summary>Gets the rows, the largest first.</summary>
    internal IReadOnlyList<(double Size, double X, double Y, long Row)> Rows => _rows;

    /// <summary>Adds a row with the size it is judged by and its place in the picture.</summary>
    internal void Add(double size, double x, double y, long row)
    {
        if (double.IsNaN(size) || (_rows.Count == Kept && size <= _rows[^1].Size))
        {
            return;
        }

        int at = _rows.FindIndex(other => size > other.Size);
        _rows.Insert(at < 0 ? _rows.Count : at, (size, x, y, row));
        if (_rows.Count > Kept)
        {
            _rows.RemoveAt(Kept);
        }
    }

    /// <summary>Writes the rows' numbers beside their points.</summary>
    internal void Draw(Frame frame)
    {
        foreach ((_, double x, double y, long row) in _rows)
        {
            frame.Label(x, y, row.ToString(System.Globalization.CultureInfo.InvariantCulture), Ink.Text);
        }
    }
}
