using System.Collections.Immutable;

namespace HpcLinReg.SelfTest.Bits;

/// <summary>Fits of rows that have an index in place of the indicators of two texts.</summary>
internal static class IndexDigests
{
    private const int FirstLevels = 17, SecondLevels = 4;

    private static readonly FitOptions[] Options =
    [
        new() { Digits = FitOptions.MaxDigits },
        new() { Digits = FitOptions.MaxDigits, Intercept = false, Ridge = 0.5, Rungs = LadderDigests.Refined },
    ];

    internal static readonly IReadOnlyList<Digest> All =
    [
        new(
            "indexed fits",
            ("chunks of 1000 rows", sink => Fits(sink, 1000, isWeighted: false)),
            ("chunks of 7 rows", sink => Fits(sink, 7, isWeighted: false))),
        new(
            "weighted indexed fits",
            ("chunks of 1000 rows", sink => Fits(sink, 1000, isWeighted: true)),
            ("chunks of 7 rows", sink => Fits(sink, 7, isWeighted: true))),
    ];

    private static void Fits(Digest.Sink sink, int chunk, bool isWeighted)
    {
        foreach (LadderDigests.Cells cells in LadderDigests.Problems.Where(cells => cells.Rows > 100))
        {
            foreach (FitOptions options in Options)
            {
                LadderDigests.Append(sink, LinearRegression.Fit(new Rows(cells, chunk, isWeighted), options));
            }
        }
    }

    /// <summary>
    /// An index, the numbers, another index, the target and perhaps the weight; the places of the indexes follow from the row alone.
    /// </summary>
    private sealed class Rows(LadderDigests.Cells cells, int chunk, bool isWeighted) : IIndexedRowSource
    {
        public int Columns => FirstLevels + cells.Columns + SecondLevels + (isWeighted ? 2 : 1);

        public bool HasWeights => isWeighted;

        public ImmutableArray<int> IndicatorCounts => [FirstLevels, .. new int[cells.Columns], SecondLevels, 0];

        public IRowReader Open() => throw new InvalidOperationException("Whole rows are not read here.");

        public IRowReader OpenIndexed() => new Reader(this, cells, chunk);

        private double[] Row(int row) =>
        [
            (row * row % (FirstLevels + 1)) - 1,
            .. cells.X[row],
            (row % 11 % (SecondLevels + 1)) - 1,
            cells.Y[row],
            .. isWeighted ? [cells.RowWeights[row]] : Array.Empty<double>(),
        ];

        private sealed class Reader(Rows rows, LadderDigests.Cells cells, int chunk) : IRowReader
        {
            private int _next;

            public ReadOnlySpan<double> ReadRows()
            {
                int first = _next;
                _next = Math.Min(first + chunk, cells.Rows);
                return Enumerable.Range(first, _next - first).SelectMany(rows.Row).ToArray();
            }

            public void Dispose()
            {
            }
        }
    }
}
