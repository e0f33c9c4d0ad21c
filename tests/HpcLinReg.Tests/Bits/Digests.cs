using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HpcLinReg.Tests.Bits;

/// <summary>
/// Digests of results on fixed data over all tail shapes, in both storage types: 64 bits of SHA-256 over the bytes of every number.
/// Two runs that agree in them agree in every bit of every result.
/// </summary>
internal static class Digests
{
    private static readonly int[] Columns = [.. Enumerable.Range(1, 41), 63, 64, 65, 100, 129];

    private static readonly int[] Rows = [1, 2, 7, 8, 9, 31, 127, 129, 2047, 2049, 4500];

    /// <summary>What there is a digest of.</summary>
    internal static readonly Dictionary<string, Func<string>> All = new(StringComparer.Ordinal)
    {
        ["predictions"] = () => Over((shape, digest) =>
        {
            var destination = new double[shape.Rows];
            LinearRegression.Predict(shape.X, shape.Weights, 0.75, destination.AsSpan());
            Append(digest, destination);
            LinearRegression.Predict(shape.FloatX, shape.Weights, 0.75, destination.AsSpan());
            Append(digest, destination);
            Append(digest, [new LinearModel(shape.Weights, 0.75).Predict<double>(shape.X[shape.Rows / 2])]);
        }),
        ["gradients"] = () => Over((shape, digest) =>
        {
            var gradient = new double[shape.Weights.Length];
            LossGradient result = LinearRegression.Gradient(shape.X, shape.Y, shape.Weights, 0.75, gradient);
            Append(digest, [result.Loss, result.InterceptGradient, .. gradient]);
            result = LinearRegression.Gradient(shape.FloatX, shape.FloatY, shape.Weights, 0.75, gradient);
            Append(digest, [result.Loss, result.InterceptGradient, .. gradient]);
        }),
        ["moments"] = () => Over((shape, digest) =>
        {
            var accumulator = new MomentsAccumulator(shape.Weights.Length + 1);
            accumulator.Add(shape.X, shape.Y);
            Moments moments = accumulator.ToMoments();
            Append(digest, moments.Means.AsSpan());
            Append(digest, moments.CrossProducts.AsSpan());
        }),
        ["fits"] = () => Over((shape, digest) =>
        {
            foreach (FitOptions options in new[] { new FitOptions { Threads = 3 }, new FitOptions { Intercept = false, Ridge = 0.5 } })
            {
                Fit fit = LinearRegression.Fit(shape.X, shape.Y, options);
                Append(digest, [.. fit.Model.Weights, fit.Model.Intercept, fit.Rank, fit.ResidualSumOfSquares, fit.TotalSumOfSquares]);
                Append(digest, fit.Factor.AsSpan());
            }
        }),
        ["factors"] = () =>
        {
            using IncrementalHash digest = Start();
            foreach (int order in new[] { 1, 2, 7, 8, 9, 16, 33, 63, 64, 65, 100, 129, 200 })
            {
                double[] matrix = Numbers(order * order, order);
                for (int i = 0; i < order; i++)
                {
                    matrix[(i * order) + i] = order;
                }

                double[] solution = Numbers(order, order + 1);
                HpcLinReg.Cholesky.Factor(matrix, order).Solve(solution);
                Append(digest, matrix);
                Append(digest, solution);
            }

            return End(digest);
        },
    };

    private static string Over(Action<Shape, IncrementalHash> compute)
    {
        using IncrementalHash digest = Start();
        foreach (int columns in Columns)
        {
            foreach (int rows in Rows.Where(rows => rows * columns < 100_000))
            {
                compute(new Shape(rows, columns), digest);
            }
        }

        return End(digest);
    }

    /// <summary>Numbers that float holds exactly, from a linear congruential generator (Knuth's MMIX), so that no library decides them.</summary>
    private static double[] Numbers(int count, int seed)
    {
        var numbers = new double[count];
        ulong state = (ulong)seed;
        for (int i = 0; i < count; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            numbers[i] = ((int)(state >> 42) - (1 << 21)) / (double)(1 << 20);
        }

        return numbers;
    }

    private static IncrementalHash Start() => IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private static string End(IncrementalHash digest) => Convert.ToHexString(digest.GetHashAndReset().AsSpan(0, 8)).ToUpper(CultureInfo.InvariantCulture);

    private static void Append(IncrementalHash digest, ReadOnlySpan<double> values) => digest.AppendData(MemoryMarshal.AsBytes(values));

    private sealed class Shape(int rows, int columns)
    {
        private readonly double[] _x = Numbers(rows * columns, (rows * 131) + columns);

        internal int Rows => rows;

        internal MatrixSpan<double> X => new(_x, rows, columns, columns);

        internal MatrixSpan<float> FloatX => new(Array.ConvertAll(_x, value => (float)value), rows, columns, columns);

        internal double[] Y { get; } = Numbers(rows, rows + 7);

        internal float[] FloatY => Array.ConvertAll(Y, value => (float)value);

        internal double[] Weights { get; } = Numbers(columns, columns + 3);
    }
}
