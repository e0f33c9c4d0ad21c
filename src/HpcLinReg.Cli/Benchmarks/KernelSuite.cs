using System.Runtime.InteropServices;

namespace HpcLinReg.Cli.Benchmarks;

/// <summary>
/// Every kernel on a grid of shapes, beside the machine's limits measured in the same process. One thread, and fits of wide data also on
/// two.
/// </summary>
internal sealed class KernelSuite
{
    internal static readonly string[] Kernels = ["predict", "residuals", "transposeMultiply", "gradient", "gram", "cholesky", "fit", "predictRow"];

    private static readonly int[] QuickColumns = [1, 3, 7, 16, 33, 100, 512, 1000];
    private static readonly int[] FullColumns = [1, 2, 3, 5, 7, 9, 13, 16, 17, 31, 32, 33, 48, 64, 100, 128, 256, 512, 1000, 2000];
    private static readonly int[] Orders = [4, 16, 64, 256, 512, 1000];
    private static readonly int[] RowColumns = [4, 8, 16, 32, 64, 128, 256];

    private const int BlockRows = 2048;

    /// <summary>Rows on which kernels run until they are compiled at their last tier: more than a block.</summary>
    private const int SettledRows = 2 * BlockRows;

    /// <summary>A matrix product over more than this takes too long for a run; its data still exceed every cache by d²/2 uses.</summary>
    private const double LargestProductFlops = 4e9;

    private static readonly FitOptions TwoThreads = new() { Threads = 2 };

    private readonly string[] _kernels;
    private readonly int[] _columns;
    private readonly int[] _orders;
    private readonly int[] _rowColumns;
    private readonly TimeSpan _budget;
    private readonly double[] _memory = GC.AllocateUninitializedArray<double>(MachineLimits.WorkingSetElements);
    private readonly float[] _floatMemory = GC.AllocateUninitializedArray<float>(2 * MachineLimits.WorkingSetElements);
    private readonly double[] _results;
    private readonly double[] _weights;
    private readonly MachineLimits _limits;

    /// <summary>Measures the limits; empty lists stand for everything.</summary>
    internal KernelSuite(bool quick, string[] kernels, int[] columns)
    {
        _kernels = kernels.Length > 0 ? kernels : Kernels;
        _columns = columns.Length > 0 ? columns : quick ? QuickColumns : FullColumns;
        _orders = columns.Length > 0 ? columns : Orders;
        _rowColumns = columns.Length > 0 ? columns : RowColumns;
        _budget = TimeSpan.FromSeconds(quick ? 0.2 : 0.6);
        var random = new Random(20260131);
        for (int i = 0; i < _memory.Length; i++)
        {
            _memory[i] = random.NextDouble() - 0.5;
            _floatMemory[i] = _floatMemory[^(i + 1)] = (float)_memory[i];
        }

        _results = new double[_memory.Length];
        _weights = [.. Enumerable.Range(0, Math.Max(FullColumns[^1], _columns.Max())).Select(_ => random.NextDouble() - 0.5)];
        _limits = MachineLimits.Measure(_memory, quick ? TimeSpan.FromSeconds(3) : TimeSpan.FromSeconds(10));
        SettleKernels();
    }

    internal IEnumerable<Measurement> Run()
    {
        yield return new Measurement("read", "double", _memory.Length, 1, 1, _memory.Length * 8.0 / _limits.ReadBytesPerSecond, _memory.Length * 8.0,
            0, true, 1);
        yield return new Measurement("fma", "double", 0, 0, 1, 1e9 / _limits.FlopsPerSecond, 0, 1e9, false, 1);
        if (_limits.FlopsPerSecondOfTwo > 0)
        {
            yield return new Measurement("fma", "double", 0, 0, 2, 1e9 / _limits.FlopsPerSecondOfTwo, 0, 1e9, false, 1);
        }

        foreach (int d in _columns)
        {
            foreach (Measurement measurement in PassesOver(_memory, "double", d).Concat(PassesOver(_floatMemory, "float", d)))
            {
                yield return measurement;
            }
        }

        foreach (int order in _kernels.Contains("cholesky") ? _orders : [])
        {
            yield return Cholesky(order);
        }

        foreach (int d in _kernels.Contains("predictRow") ? _rowColumns : [])
        {
            yield return PredictRow(d);
        }
    }

    /// <summary>The kernels that pass over X once. X and y lie behind one another in memory, the results apart.</summary>
    private IEnumerable<Measurement> PassesOver<T>(T[] memory, string type, int d)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        int size = Marshal.SizeOf<T>();

        // Not a power of two: x and y so far apart would fall on the same lines of the cache, which no real data do.
        int n = (memory.Length / (d + 1)) - 1021;
        double[] weights = _weights[..d];
        double[] gradient = new double[d];
        double x = (double)n * d * size;
        double y = (double)n * size;
        double r = n * 8.0;
        MatrixSpan<T> X(int rows) => new(memory.AsSpan(0, rows * d), d);
        ReadOnlySpan<T> Y(int rows) => memory.AsSpan(n * d, rows);

        // Whole blocks: of a block that is not full an accumulator only keeps the rows.
        int products = (int)Math.Min(n, Math.Max(BlockRows, LargestProductFlops / ((double)d * d))) / BlockRows * BlockRows;
        double share = products / (double)n;
        bool reading = d <= 16;
        foreach (string kernel in _kernels)
        {
            switch (kernel)
            {
                case "predict":
                    yield return Measure(kernel, type, n, d, () => LinearRegression.Predict(X(n), weights, 0.5, _results.AsSpan(0, n)),
                        x + r, 2.0 * n * d);
                    break;
                case "residuals":
                    yield return Measure(kernel, type, n, d,
                        () => LinearRegression.Residuals(X(n), Y(n), weights, 0.5, _results.AsSpan(0, n)), x + y + r, 2.0 * n * d);
                    break;
                case "transposeMultiply":
                    yield return Measure(kernel, type, n, d,
                        () => LinearRegression.TransposeMultiply(X(n), _results.AsSpan(0, n), gradient), x + r, 2.0 * n * d);
                    break;
                case "gradient":
                    yield return Measure(kernel, type, n, d, () => LinearRegression.Gradient(X(n), Y(n), weights, 0.5, gradient), x + y,
                        4.0 * n * d);
                    break;
                case "gram":
                    yield return Measure(kernel, type, products, d, () => new MomentsAccumulator(d).Add(X(products)), x * share,
                        (double)products * d * (d + 1), reading);
                    break;
                case "fit":
                    double flops = (double)products * (d + 1) * (d + 2);
                    yield return Measure(kernel, type, products, d, () => LinearRegression.Fit(X(products), Y(products)), (x + y) * share,
                        flops, reading);
                    if (d >= 64 && products >= 16 * BlockRows && typeof(T) == typeof(double) && _limits.FlopsPerSecondOfTwo > 0)
                    {
                        double seconds = Timing.BestSeconds(() => LinearRegression.Fit(X(products), Y(products), TwoThreads), _budget);
                        yield return new Measurement(kernel, type, products, d, 2, seconds, (x + y) * share, flops, false,
                            flops / seconds / _limits.FlopsPerSecondOfTwo);
                    }

                    break;
            }
        }
    }

    private Measurement Cholesky(int order)
    {
        double[] source = new double[order * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < order; j++)
            {
                source[(i * order) + j] = i == j ? order : _memory[(i * order) + j];
            }
        }

        double[] matrix = new double[order * order];
        double copying = Timing.BestSeconds(() => source.CopyTo(matrix, 0), _budget / 4);
        double seconds = Timing.BestSeconds(
            () =>
            {
                source.CopyTo(matrix, 0);
                _ = HpcLinReg.Cholesky.Factor(matrix, order).IsPositiveDefinite;
            },
            _budget);
        seconds = Math.Max(seconds - copying, 1e-9);
        double flops = (double)order * order * order / 3;
        return new Measurement("cholesky", "double", order, order, 1, seconds, order * order * 8.0, flops, false,
            flops / seconds / _limits.FlopsPerSecond);
    }

    private Measurement PredictRow(int d)
    {
        var model = new LinearModel(_weights.AsSpan(0, d), 0.5);
        double[] row = _memory[..d];
        double sum = 0;
        double seconds = Timing.BestSeconds(
            () =>
            {
                double total = 0;
                for (int i = 0; i < 1000; i++)
                {
                    total += model.Predict<double>(row);
                }

                sum += total;
            },
            _budget) / 1000;
        _results[0] = sum;
        return new Measurement("predictRow", "double", 1, d, 1, seconds, d * 8.0, 2.0 * d, false, 2.0 * d / seconds / _limits.FlopsPerSecond);
    }

    private Measurement Measure(string kernel, string type, long rows, int columns, Action run, double bytes, double flops,
        bool reading = true)
    {
        if (!reading)
        {
            (double best, double chain) = Timing.BestSeconds(run, _limits.Multiply, _budget);
            return new Measurement(kernel, type, rows, columns, 1, best, bytes, flops, false,
                flops / best / (_limits.MultiplyFlops / chain));
        }

        // Bandwidth and clock drift on a shared machine: the limit is measured again in turn with the kernel.
        (double seconds, double read) = Timing.BestSeconds(run, _limits.Read, _budget);
        double share = bytes / seconds / (_memory.Length * (double)sizeof(double) / read);
        return new Measurement(kernel, type, rows, columns, 1, seconds, bytes, flops, true, share);
    }

    private void SettleKernels()
    {
        double[] gradient = new double[20];
        foreach (int d in new[] { 1, 3, 7, 12, 16, 20 })
        {
            Timing.Settle(
                () => Settle<double>(_memory, d, gradient.AsSpan(0, d)),
                () => Settle<float>(_floatMemory, d, gradient.AsSpan(0, d)));
        }
    }

    private void Settle<T>(T[] memory, int d, Span<double> gradient)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var x = new MatrixSpan<T>(memory.AsSpan(0, SettledRows * d), d);
        ReadOnlySpan<T> y = memory.AsSpan(0, SettledRows);
        ReadOnlySpan<double> weights = _weights.AsSpan(0, d);
        Span<double> results = _results.AsSpan(0, SettledRows);
        LinearRegression.Predict(x, weights, 0, results);
        LinearRegression.Residuals(x, y, weights, 0, results);
        LinearRegression.TransposeMultiply(x, results, gradient);
        LinearRegression.Gradient(x, y, weights, 0, gradient);
        LinearRegression.Fit(x, y);
        _ = new LinearModel(weights, 0).Predict<T>(x[0]);
    }
}
