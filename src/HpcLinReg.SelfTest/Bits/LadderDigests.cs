namespace HpcLinReg.SelfTest.Bits;

/// <summary>
/// The higher rungs of the solver ladder, weights, polynomials and descents: fewer shapes, because they take longer, and cells with all
/// their 53 bits, because products of shorter ones would be exact in any order.
/// </summary>
internal static class LadderDigests
{
    private static readonly int[] ColumnCounts = [1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 25, 33, 65];

    private static readonly int[] RowCounts = [1, 2, 9, 31, 129, 2049, 4500];

    private static readonly FitOptions[] Options =
        [new() { Digits = FitOptions.MaxDigits }, new() { Digits = FitOptions.MaxDigits, Intercept = false, Ridge = 0.5 }];

    internal static readonly IReadOnlyList<Digest> All =
    [
        new(
            "refined fits",
            ("rows in memory", sink => Fits(sink, Refined, (cells, options) => LinearRegression.Fit(cells.X, cells.Y, options))),
            ("3 threads", sink => Fits(sink, Refined, (cells, options) => LinearRegression.Fit(cells.X, cells.Y, options with { Threads = 3 }))),
            ("chunks of 7 rows", sink =>
                Fits(sink, Refined, (cells, options) => LinearRegression.Fit(new ChunkedRows(cells.Joint, cells.Columns + 1, 7), options))),
            ("chunks of 1000 rows",
                sink => Fits(sink, Refined,
                (cells, options) => LinearRegression.Fit(new ChunkedRows(cells.Joint, cells.Columns + 1, 1000), options)))),
        new(
            "double-double fits",
            ("rows in memory", sink => Fits(sink, InDoubleDouble, (cells, options) => LinearRegression.Fit(cells.X, cells.Y, options))),
            ("3 threads", sink =>
                Fits(sink, InDoubleDouble, (cells, options) => LinearRegression.Fit(cells.X, cells.Y, options with { Threads = 3 }))),
            ("chunks of 7 rows",
                sink => Fits(sink, InDoubleDouble,
                (cells, options) => LinearRegression.Fit(new ChunkedRows(cells.Joint, cells.Columns + 1, 7), options)))),
        new(
            "double-double moments",
            ("one buffer", sink => Moments(sink, weighted: false, cuts: 1, chunk: int.MaxValue)),
            ("chunks of 1 row", sink => Moments(sink, weighted: false, cuts: 1, chunk: 1)),
            ("chunks of 1000 rows", sink => Moments(sink, weighted: false, cuts: 1, chunk: 1000)),
            ("ranges merged backwards", sink => Moments(sink, weighted: false, cuts: 5, chunk: int.MaxValue))),
        new(
            "weighted moments",
            ("one buffer", sink => Moments(sink, weighted: true, cuts: 1, chunk: int.MaxValue)),
            ("chunks of 7 rows", sink => Moments(sink, weighted: true, cuts: 1, chunk: 7)),
            ("ranges merged backwards", sink => Moments(sink, weighted: true, cuts: 3, chunk: int.MaxValue))),
        .. GapDigests.All,
        .. IndexDigests.All,
        new(
            "polynomial fits",
            ("rows in memory, predicted at once", sink => Polynomials(sink, (cells, degree) => LinearRegression.FitPolynomial(cells.Column, cells.Y, degree), InBatch)),
            ("chunks of 7 rows, predicted one by one",
                sink => Polynomials(sink, (cells, degree) => LinearRegression.FitPolynomial(new ChunkedRows(cells.Joint, 2, 7), [degree]),
                OneByOne))),
        new(
            "mini-batches",
            ("rows in memory", sink => Descents(sink, (cells, options) => StochasticGradientDescent.Fit(cells.X, cells.Y, options))),
            ("chunks of 7 rows",
                sink => Descents(sink,
                (cells, options) => StochasticGradientDescent.Fit(new ChunkedRows(cells.Joint, cells.Columns + 1, 7), options)))),
    ];

    internal static SolverRungs Refined => SolverRungs.NormalEquations | SolverRungs.Refinement;

    private static SolverRungs InDoubleDouble => SolverRungs.DoubleDouble;

    internal static IEnumerable<Cells> Problems =>
        from columns in ColumnCounts from rows in RowCounts where rows * columns < 50_000 select new Cells(rows, columns);

    private static void Fits(Digest.Sink sink, SolverRungs rungs, Func<Cells, FitOptions, Fit> fit)
    {
        foreach (Cells cells in Problems)
        {
            foreach (FitOptions options in Options)
            {
                Append(sink, fit(cells, options with { Rungs = rungs }));
            }
        }
    }

    internal static void Append(Digest.Sink sink, Fit fit)
    {
        sink.Append([.. fit.Model.Weights, fit.Model.Intercept, fit.Rank, fit.ResidualSumOfSquares, fit.InterceptStandardError]);
        sink.Append(fit.StandardErrors.AsSpan());
        sink.Append(fit.Certificate.WeightErrorBounds.AsSpan());
    }

    private static void Moments(Digest.Sink sink, bool weighted, int cuts, int chunk)
    {
        foreach (Cells cells in Problems)
        {
            MomentsAccumulator[] parts = [.. Enumerable.Range(0, cuts)
                .Select(part => Part(cells, weighted, part * cells.Rows / cuts, (part + 1) * cells.Rows / cuts, chunk))];
            for (int part = cuts - 2; part >= 0; part--)
            {
                parts[part].Merge(parts[part + 1]);
            }

            var moments = parts[0].ToMoments();
            sink.Append(moments.Means.AsSpan());
            sink.Append(moments.CrossProducts.AsSpan());
            Append(sink, moments.Solve(cells.Columns, Options[0]));
        }
    }

    private static MomentsAccumulator Part(Cells cells, bool weighted, int start, int end, int chunk)
    {
        var accumulator = new MomentsAccumulator(cells.Columns + 1, start, MomentsPrecision.DoubleDouble);
        for (int row = start; row < end;)
        {
            int count = Math.Min(chunk, end - row);
            MatrixSpan<double> x = cells.X.SliceRows(row, count);
            if (weighted)
            {
                accumulator.Add(x, new MatrixSpan<double>(cells.Y.AsSpan(row, count), 1), cells.RowWeights.AsSpan(row, count));
            }
            else
            {
                accumulator.Add(x, cells.Y.AsSpan(row, count));
            }

            row += count;
        }

        return accumulator;
    }

    private static void Polynomials(Digest.Sink sink, Func<Cells, int, PolynomialFit> fit, Func<PolynomialModel, Cells, double[]> predict)
    {
        foreach (int rows in RowCounts)
        {
            foreach (int degree in (int[])[1, 2, 5, 10])
            {
                var cells = new Cells(rows, 1);
                PolynomialFit polynomial = fit(cells, degree);
                Append(sink, polynomial.BasisFit);
                PowerCoefficients powers = polynomial.ToPowers();
                sink.Append([.. powers.Weights, powers.Intercept, powers.InterceptErrorBound, powers.InterceptStandardError]);
                sink.Append(powers.WeightErrorBounds.AsSpan());
                sink.Append(powers.StandardErrors.AsSpan());
                sink.Append(predict(polynomial.Model, cells));
            }
        }
    }

    private static double[] InBatch(PolynomialModel model, Cells cells)
    {
        double[] predictions = new double[cells.Rows];
        model.Predict(cells.X, predictions.AsSpan());
        return predictions;
    }

    private static double[] OneByOne(PolynomialModel model, Cells cells) => Array.ConvertAll(cells.Column, x => model.Predict<double>([x]));

    private static void Descents(Digest.Sink sink, Func<Cells, StochasticGradientDescentOptions, DescentResult> descend)
    {
        foreach (Cells cells in Problems.Where(cells => cells.Rows > 2 * cells.Columns && cells.Rows < 4500))
        {
            DescentResult result = descend(cells,
                new StochasticGradientDescentOptions
                {
                    Epochs = 2,
                    BatchSize = 8,
                    Seed = 5,
                    ShuffleWindow = 100,
                    Momentum = 0.5,
                    Schedule = RateSchedule.Constant
                });
            sink.Append([.. result.Model.Weights, result.Model.Intercept, result.Steps]);
        }
    }

    /// <summary>Cells of 53 bits; the target follows from them, so that fits have something to find.</summary>
    internal sealed class Cells
    {
        private readonly double[] _x;

        internal Cells(int rows, int columns)
        {
            Rows = rows;
            Columns = columns;
            _x = Array.ConvertAll(FixedProblem.Numbers(rows * columns, (rows * 17) + columns), value => value / 3);
            Y = Array.ConvertAll(FixedProblem.Numbers(rows, rows + 11), value => value / 7);
            RowWeights = Array.ConvertAll(FixedProblem.Numbers(rows, rows + 13), value => value > 1.5 ? 0 : Math.Abs(value) / 5);
            RowWeights[0] = 1;
            for (int i = 0; i < rows; i++)
            {
                Y[i] += _x[i * columns] + 100;
            }

            Joint = [.. Enumerable.Range(0, rows).SelectMany(i => _x[(i * columns)..((i + 1) * columns)].Append(Y[i]))];
        }

        internal int Rows { get; }

        internal int Columns { get; }

        internal MatrixSpan<double> X => new(_x, Rows, Columns, Columns);

        internal double[] Y { get; }

        internal double[] RowWeights { get; }

        /// <summary>Gets rows of [X | y].</summary>
        internal double[] Joint { get; }

        /// <summary>Gets the only column.</summary>
        internal double[] Column => _x;
    }

    private sealed class ChunkedRows(double[] joint, int columns, int rows) : IRowSource
    {
        public int Columns => columns;

        public IRowReader Open() => new Reader(joint, columns * rows);

        private sealed class Reader(double[] joint, int length) : IRowReader
        {
            private int _taken;

            public ReadOnlySpan<double> ReadRows()
            {
                ReadOnlySpan<double> next = joint.AsSpan(_taken, Math.Min(length, joint.Length - _taken));
                _taken += next.Length;
                return next;
            }

            public void Dispose()
            {
            }
        }
    }
}
