namespace HpcLinReg.Cli.Plots;

/// <summary>
/// Counts of any number of values in cells, at least half of which lie within the range of the values: 64 KiB, whatever comes.
/// </summary>
internal sealed class GrowingHistogram
{
    private const int Cells = 8192;

    private readonly GrowingRange _range = new(Cells);
    private double[] _counts = new double[Cells];

    /// <summary>Gets the number of values.</summary>
    internal double Count { get; private set; }

    /// <summary>Adds a value as often as it was observed.</summary>
    internal void Add(double value, double count)
    {
        if (!_range.IsLaid)
        {
            _range.Lay(value - 1, value + 1);
        }

        double cell = _range.CellOf(value);
        while (cell is < 0 or >= Cells)
        {
            double[] joined = new double[Cells];
            int shift = _range.Double(cell);
            for (int i = 0; i < Cells; i++)
            {
                joined[shift + (i / 2)] += _counts[i];
            }

            _counts = joined;
            cell = _range.CellOf(value);
        }

        _counts[(int)cell] += count;
        Count += count;
    }

    /// <summary>Returns the middle of each cell that has values, with the number of values below it, counting half of its own.</summary>
    internal IEnumerable<(double Value, double Below)> Ranks()
    {
        double before = 0;
        for (int i = 0; i < Cells; i++)
        {
            if (_counts[i] > 0)
            {
                yield return (_range.At(i + 0.5), before + (_counts[i] / 2));
                before += _counts[i];
            }
        }
    }
}
