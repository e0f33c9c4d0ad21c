namespace HpcLinReg.SelfTest.Bits;

/// <summary>
/// Results of rows of which some are missing and leave their places empty: single ones, and a stretch over a border of two blocks.
/// </summary>
internal static class GapDigests
{
    internal static readonly IReadOnlyList<Digest> All =
    [
        new(
            "moments with gaps",
            ("one range", sink => Moments(sink, MomentsPrecision.Plain, cuts: 1)),
            ("ranges merged backwards", sink => Moments(sink, MomentsPrecision.Plain, cuts: 3))),
        new(
            "double-double moments with gaps",
            ("one range", sink => Moments(sink, MomentsPrecision.DoubleDouble, cuts: 1)),
            ("ranges merged backwards", sink => Moments(sink, MomentsPrecision.DoubleDouble, cuts: 3)),
            ("rows of weight 0", OfWeights)),
        new(
            "refined fits with gaps",
            ("runs of rows", sink => Fits(sink, int.MaxValue)),
            ("chunks of 7 rows", sink => Fits(sink, 7))),
    ];

    private static bool IsMissing(int row) => row % 7 == 3 || row is >= 1900 and < 2100;

    private static void Moments(Digest.Sink sink, MomentsPrecision precision, int cuts)
    {
        foreach (LadderDigests.Cells cells in LadderDigests.Problems)
        {
            MomentsAccumulator[] parts = [.. Enumerable.Range(0, cuts)
                .Select(part => Part(cells, precision, part * cells.Rows / cuts, (part + 1) * cells.Rows / cuts))];
            for (int part = cuts - 2; part >= 0; part--)
            {
                parts[part].Merge(parts[part + 1]);
            }

            Append(sink, parts[0]);
        }
    }

    private static MomentsAccumulator Part(LadderDigests.Cells cells, MomentsPrecision precision, int start, int end)
    {
        var accumulator = new MomentsAccumulator(cells.Columns + 1, start, precision);
        for (int row = start; row < end; row++)
        {
            if (IsMissing(row))
            {
                accumulator.Skip(1);
            }
            else
            {
                accumulator.Add(cells.X.SliceRows(row, 1), cells.Y.AsSpan(row, 1));
            }
        }

        return accumulator;
    }

    private static void OfWeights(Digest.Sink sink)
    {
        foreach (LadderDigests.Cells cells in LadderDigests.Problems)
        {
            var accumulator = new MomentsAccumulator(cells.Columns + 1, 0, MomentsPrecision.DoubleDouble);
            accumulator.Add(cells.X, new MatrixSpan<double>(cells.Y, 1),
                [.. Enumerable.Range(0, cells.Rows).Select(row => IsMissing(row) ? 0.0 : 1)]);
            Append(sink, accumulator);
        }
    }

    private static void Append(Digest.Sink sink, MomentsAccumulator accumulator)
    {
        var moments = accumulator.ToMoments();
        sink.Append(moments.Means.AsSpan());
        sink.Append(moments.CrossProducts.AsSpan());
    }

    private static void Fits(Digest.Sink sink, int chunk)
    {
        var options = new FitOptions { Digits = FitOptions.MaxDigits, Rungs = LadderDigests.Refined };
        foreach (LadderDigests.Cells cells in LadderDigests.Problems)
        {
            LadderDigests.Append(sink, LinearRegression.Fit(new GapRows(cells.Joint, cells.Columns + 1, chunk), options));
        }
    }

    private sealed class GapRows(double[] joint, int columns, int chunk) : IRowSource
    {
        public int Columns => columns;

        public IRowReader Open() => new Reader(joint, columns, chunk);

        private sealed class Reader(double[] joint, int columns, int chunk) : IRowReader
        {
            private readonly int _rows = joint.Length / columns;
            private int _next;

            public long Skipped { get; private set; }

            public ReadOnlySpan<double> ReadRows()
            {
                Skipped = 0;
                for (; _next < _rows && IsMissing(_next); _next++)
                {
                    Skipped++;
                }

                int first = _next;
                while (_next < _rows && !IsMissing(_next) && _next - first < chunk)
                {
                    _next++;
                }

                return joint.AsSpan(first * columns, (_next - first) * columns);
            }

            public void Dispose()
            {
            }
        }
    }
}
