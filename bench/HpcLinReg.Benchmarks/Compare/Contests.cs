using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary>The tasks compared, on one thread each: the engine against what the field would be composed of or calls.</summary>
internal static class Contests
{
    /// <summary>Both ways are sums of the same n terms, in another order.</summary>
    private const double SumTolerance = 1e-9;

    private static readonly (int Rows, int Columns)[] Shapes =
        [(1_000_000, 1), (1_000_000, 3), (1_000_000, 16), (400_000, 32), (200_000, 64), (100_000, 100), (40_000, 256), (20_000, 512), (10_000, 1000)];

    internal static IEnumerable<Contest> All()
    {
        MathNet.Numerics.Control.UseSingleThread();
        foreach ((int rows, int columns) in Shapes)
        {
            foreach (Contest contest in OnData(rows, columns))
            {
                yield return contest;
            }
        }

        foreach (Contest contest in OnData(100, 4).Where(contest => contest.Task == "fit"))
        {
            yield return contest;
        }

        foreach (int order in OpenBlas.IsInstalled ? new[] { 8, 16, 32, 64, 256, 512, 1000, 2000 } : [])
        {
            yield return CholeskyFactor(order);
            yield return CholeskySolve(order);
        }

        foreach (int columns in new[] { 4, 8, 16, 32, 64, 128, 256 })
        {
            yield return PredictRow(columns);
        }

        foreach (int columns in new[] { 4, 32, 256 })
        {
            yield return MlNet.PredictRow(columns);
        }
    }

    private static IEnumerable<Contest> OnData(int rows, int columns)
    {
        var random = new Random((rows * 31) + columns);
        double[] x = MatrixShape.Draw(random, rows * columns);
        double[] y = MatrixShape.Draw(random, rows);
        double[] weights = MatrixShape.Draw(random, columns);
        string shape = $"{rows}x{columns}";
        double[] own = new double[columns];
        double[] other = new double[columns];
        double[] residuals = new double[rows];
        double Difference() => Largest(own, other);
        void Gradient() => LinearRegression.Gradient(new MatrixSpan<double>(x, columns), y, weights, 0.25, own);

        yield return new Contest("gradient", shape, "TensorPrimitives, row by row", Gradient, () => ByTensorPrimitives(x, y, weights, other), Difference, SumTolerance);
        if (OpenBlas.IsInstalled)
        {
            yield return new Contest(
                "gradient", shape, "OpenBLAS dgemv twice", Gradient,
                () =>
                {
                    OpenBlas.Multiply(rows, columns, x, weights, residuals);
                    TensorPrimitives.Add(residuals, 0.25, residuals);
                    TensorPrimitives.Subtract(residuals, y, residuals);
                    OpenBlas.TransposeMultiply(rows, columns, x, residuals, other);
                    TensorPrimitives.Multiply(other, 2.0 / rows, other);
                },
                Difference, SumTolerance);

            double[] gram = new double[columns * columns];
            Moments? moments = null;
            yield return new Contest(
                "gram", shape, "OpenBLAS dsyrk (not centred)",
                () =>
                {
                    var accumulator = new MomentsAccumulator(columns);
                    accumulator.Add(new MatrixSpan<double>(x, columns));
                    moments = accumulator.ToMoments();
                },
                () => OpenBlas.Gram(rows, columns, x, gram),
                () => Uncentred(moments!, gram), SumTolerance);

            double[] productY = new double[columns];
            yield return new Contest(
                "fit", shape, "OpenBLAS dsyrk, dgemv, dpotrf, dpotrs (no intercept)",
                () => LinearRegression.Fit(new MatrixSpan<double>(x, columns), y, new FitOptions { Intercept = false }).Model.Weights.CopyTo(own),
                () =>
                {
                    OpenBlas.Gram(rows, columns, x, gram);
                    OpenBlas.TransposeMultiply(rows, columns, x, y, productY);
                    OpenBlas.Factor(columns, gram);
                    productY.CopyTo(other, 0);
                    OpenBlas.Solve(columns, gram, other);
                },
                Difference, 1e-6);
        }

        if ((long)rows * columns * columns <= 4_000_000_000)
        {
            Matrix<double> design = Matrix<double>.Build.Dense(rows, columns + 1, (i, j) => j == columns ? 1 : x[(i * columns) + j]);
            Vector<double> target = Vector<double>.Build.Dense(y);
            Vector<double>? solution = null;
            yield return new Contest(
                "fit", shape, "MathNet NormalEquations on prepared matrices",
                () => LinearRegression.Fit(new MatrixSpan<double>(x, columns), y).Model.Weights.CopyTo(own),
                () => solution = MultipleRegression.NormalEquations(design, target),
                () => Largest(own, [.. solution!.Take(columns)]), 1e-6);
            if ((long)rows * columns * columns <= 300_000_000)
            {
                yield return new Contest(
                    "fit", shape, "MathNet QR on prepared matrices",
                    () => LinearRegression.Fit(new MatrixSpan<double>(x, columns), y).Model.Weights.CopyTo(own),
                    () => solution = MultipleRegression.QR(design, target),
                    () => Largest(own, [.. solution!.Take(columns)]), 1e-6);
            }

            Vector<double> extended = Vector<double>.Build.Dense([.. weights, 0.25]);
            yield return new Contest(
                "gradient", shape, "MathNet products of prepared matrices", Gradient,
                () => (design.TransposeThisAndMultiply((design * extended) - target) * (2.0 / rows)).SubVector(0, columns).AsArray().CopyTo(other, 0),
                Difference, SumTolerance);
        }
    }

    private static Contest CholeskyFactor(int order)
    {
        var random = new Random(order);
        double[] source = MatrixShape.Draw(random, order * order);
        for (int i = 0; i < order; i++)
        {
            source[(i * order) + i] = order;
        }

        double[] own = new double[order * order];
        double[] other = new double[order * order];
        return new Contest(
            "cholesky, a copy included", $"{order}x{order}", "OpenBLAS dpotrf",
            () =>
            {
                source.CopyTo(own, 0);
                _ = Cholesky.Factor(own, order).IsPositiveDefinite;
            },
            () =>
            {
                source.CopyTo(other, 0);
                OpenBlas.Factor(order, other);
            },
            () => Enumerable.Range(0, order).Max(i => Largest(own.AsSpan((i * order) + i, order - i), other.AsSpan((i * order) + i, order - i))), SumTolerance);
    }

    private static Contest CholeskySolve(int order)
    {
        var random = new Random(order + 1);
        double[] factor = MatrixShape.Draw(random, order * order);
        for (int i = 0; i < order; i++)
        {
            factor[(i * order) + i] = order;
        }

        _ = Cholesky.Factor(factor, order).IsPositiveDefinite;
        double[] copy = [.. factor];
        double[] source = MatrixShape.Draw(random, order);
        double[] own = new double[order];
        double[] other = new double[order];
        return new Contest(
            "solve with a factor", $"{order}x{order}", "OpenBLAS dpotrs",
            () =>
            {
                source.CopyTo(own, 0);
                TriangularSystem.SolveTransposed(factor, order, own);
                TriangularSystem.SolveUpper(factor, order, order, own);
            },
            () =>
            {
                source.CopyTo(other, 0);
                OpenBlas.Solve(order, copy, other);
            },
            () => Largest(own, other), SumTolerance);
    }

    private static Contest PredictRow(int columns)
    {
        var random = new Random(columns);
        double[] row = MatrixShape.Draw(random, columns);
        double[] weights = MatrixShape.Draw(random, columns);
        var model = new LinearModel(weights, 0.5);
        double own = 0;
        double other = 0;
        return new Contest(
            "predict 1000 times one row", $"1x{columns}", "TensorPrimitives.Dot, no checks of ours",
            () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    own = model.Predict<double>(row);
                }
            },
            () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    other = TensorPrimitives.Dot<double>(row, weights) + 0.5;
                }
            },
            () => Math.Abs(own - other) / other, SumTolerance);
    }

    private static void ByTensorPrimitives(double[] x, double[] y, double[] weights, double[] gradient)
    {
        int columns = weights.Length;
        Array.Clear(gradient);
        for (int i = 0; i < y.Length; i++)
        {
            ReadOnlySpan<double> row = x.AsSpan(i * columns, columns);
            double residual = TensorPrimitives.Dot(row, weights) + 0.25 - y[i];
            TensorPrimitives.MultiplyAdd(row, residual, gradient, gradient);
        }

        TensorPrimitives.Multiply(gradient, 2.0 / y.Length, gradient);
    }

    private static double Largest(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double scale = Math.Max(TensorPrimitives.MaxMagnitude(a), TensorPrimitives.MaxMagnitude(b));
        double largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        }

        return largest / Math.Abs(scale);
    }

    private static double Uncentred(Moments moments, double[] gram)
    {
        int columns = moments.Names.Length;
        double largest = 0;
        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                double expected = gram[(i * columns) + j];
                double actual = moments.CrossProducts[(i * columns) + j] + (moments.Count * moments.Means[i] * moments.Means[j]);
                largest = Math.Max(largest, Math.Abs(expected - actual) / expected);
            }
        }

        return largest;
    }
}
