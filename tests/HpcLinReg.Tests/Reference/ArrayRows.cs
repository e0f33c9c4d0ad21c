using System.Collections.Immutable;

namespace HpcLinReg.Tests.Reference;

/// <summary>Rows of joint columns in memory as a source, handed out a given number at a time, in turn.</summary>
internal sealed class ArrayRows(double[] rows, int columns, params int[] cuts) : IRowSource
{
    public int Columns => columns;

    public bool HasWeights { get; init; }

    public ImmutableArray<string> Names { get; init; } = [];

    public Rereading Rereading { get; init; }

    /// <summary>Gets how often a reading was started.</summary>
    internal int Readings { get; private set; }

    /// <summary>Gets or sets what is called before rows are handed out.</summary>
    internal Action? OnRead { get; set; }

    public IRowReader Open()
    {
        Readings++;
        return new Reader(this);
    }

    /// <summary>X and y side by side, and behind them the weights if there are any.</summary>
    internal static double[] Join(double[,] x, double[] y, double[]? weights = null) =>
        [.. Enumerable.Range(0, y.Length).SelectMany(i =>
            Enumerable.Range(0, x.GetLength(1)).Select(j => x[i, j]).Append(y[i]).Concat(weights is null ? [] : [weights[i]]))];

    private sealed class Reader(ArrayRows source) : IRowReader
    {
        private readonly double[] _rows = source.Rows;
        private int _row;
        private int _cut;

        public ReadOnlySpan<double> ReadRows()
        {
            source.OnRead?.Invoke();
            int left = (_rows.Length / source.Columns) - _row;
            int count = source.Cuts.Length == 0 ? left : Math.Min(left, source.Cuts[_cut++ % source.Cuts.Length]);
            ReadOnlySpan<double> read = _rows.AsSpan(_row * source.Columns, count * source.Columns);
            _row += count;
            return read;
        }

        public void Dispose()
        {
        }
    }

    internal double[] Rows { get; set; } = rows;

    private int[] Cuts => cuts;
}
