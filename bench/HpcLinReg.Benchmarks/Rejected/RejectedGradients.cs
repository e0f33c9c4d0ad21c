using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;
using HpcLinReg.Benchmarks.Hosts;

namespace HpcLinReg.Benchmarks.Rejected;

/// <summary>
/// Designs of the gradient that lost, and what they taught. Each computes the same as the engine before anything is measured; columns
/// are whole lines, so that no tail hides the point.
/// </summary>
[Work(BytesPerCell = 8, BytesPerRow = 8, FlopsPerCell = 4)]
public class RejectedGradients : MatrixBenchmark
{
    private double[] _gradient = [];
    private double[] _residuals = [];

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["1000x16", "1000000x16", "100000x104", "20000x512"];

    /// <summary>The engine: a few rows' residuals one after another, then the same rows for Xᵀr.</summary>
    [Benchmark(Baseline = true)]
    public double Engine() => LinearRegression.Gradient(Design, Y, Weights, 0.5, _gradient).Loss;

    /// <summary>
    /// A dot product and a multiply-add of TensorPrimitives for each row. Taught: calls and lengths checked twice a row cost most where
    /// rows are short, and the sums travel through memory for every row.
    /// </summary>
    [Benchmark]
    public double TensorPrimitivesRowByRow()
    {
        Array.Clear(_gradient);
        double squares = 0;
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<double> row = X.AsSpan(i * Columns, Columns);
            double residual = TensorPrimitives.Dot(row, Weights) + 0.5 - Y[i];
            squares += residual * residual;
            TensorPrimitives.MultiplyAdd(row, residual, _gradient, _gradient);
        }

        return Scale(squares);
    }

    /// <summary>
    /// Four rows in each inner step, one accumulator each, saving loads of w. Taught: four rows of a wide matrix are four streams from
    /// memory, which the hardware's prefetchers follow badly; what is saved on loads is lost waiting.
    /// </summary>
    [Benchmark]
    public double RowsInterleavedByFour()
    {
        Array.Clear(_gradient);
        double squares = 0;
        ref double x = ref MemoryMarshal.GetArrayDataReference(X);
        ref double w = ref MemoryMarshal.GetArrayDataReference(Weights);
        ref double g = ref MemoryMarshal.GetArrayDataReference(_gradient);
        for (int i = 0; i < Rows; i += 4)
        {
            ref double row = ref Unsafe.Add(ref x, (nint)i * Columns);
            Vector512<double> a = default, b = default, c = default, d = default;
            for (int j = 0; j < Columns; j += 8)
            {
                var weight = Vector512.LoadUnsafe(ref w, (nuint)j);
                a = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)j), weight, a);
                b = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + Columns)), weight, b);
                c = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + (2 * Columns))), weight, c);
                d = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + (3 * Columns))), weight, d);
            }

            double ra = Vector512.Sum(a) + 0.5 - Y[i];
            double rb = Vector512.Sum(b) + 0.5 - Y[i + 1];
            double rc = Vector512.Sum(c) + 0.5 - Y[i + 2];
            double rd = Vector512.Sum(d) + 0.5 - Y[i + 3];
            squares += (ra * ra) + (rb * rb) + (rc * rc) + (rd * rd);
            for (int j = 0; j < Columns; j += 8)
            {
                var sum = Vector512.LoadUnsafe(ref g, (nuint)j);
                sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)j), Vector512.Create(ra), sum);
                sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + Columns)), Vector512.Create(rb), sum);
                sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + (2 * Columns))), Vector512.Create(rc), sum);
                sum = Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(ref row, (nuint)(j + (3 * Columns))), Vector512.Create(rd), sum);
                sum.StoreUnsafe(ref g, (nuint)j);
            }
        }

        return Scale(squares);
    }

    /// <summary>
    /// FusedMultiplyAdd, which promises one rounding everywhere. Taught: without the instruction it is a library call for each element; see
    /// the job without FMA. MultiplyAddEstimate is the same instruction where there is one, and two where there is none.
    /// </summary>
    [Benchmark]
    public double FusedMultiplyAddEverywhere()
    {
        Array.Clear(_gradient);
        double squares = 0;
        ref double w = ref MemoryMarshal.GetArrayDataReference(Weights);
        ref double g = ref MemoryMarshal.GetArrayDataReference(_gradient);
        for (int i = 0; i < Rows; i++)
        {
            ref double row = ref X[i * Columns];
            Vector512<double> dot = default;
            for (int j = 0; j < Columns; j += 8)
            {
                dot = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, (nuint)j), Vector512.LoadUnsafe(ref w, (nuint)j), dot);
            }

            double residual = Vector512.Sum(dot) + 0.5 - Y[i];
            squares += residual * residual;
            for (int j = 0; j < Columns; j += 8)
            {
                Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref row, (nuint)j), Vector512.Create(residual), Vector512.LoadUnsafe(ref g, (nuint)j)).StoreUnsafe(ref g, (nuint)j);
            }
        }

        return Scale(squares);
    }

    /// <summary>
    /// Vector&lt;T&gt; for everything, row by row. Taught: half the width of AVX-512 unless the process is started with a switch, and dot
    /// products whose bits change with that switch.
    /// </summary>
    [Benchmark]
    public double VectorOfTForEverything()
    {
        Array.Clear(_gradient);
        double squares = 0;
        int width = Vector<double>.Count;
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<double> row = X.AsSpan(i * Columns, Columns);
            Vector<double> even = default, odd = default;
            for (int j = 0; j < Columns; j += 2 * width)
            {
                even = Vector.MultiplyAddEstimate(new Vector<double>(row[j..]), new Vector<double>(Weights, j), even);
                odd = j + width < Columns ? Vector.MultiplyAddEstimate(new Vector<double>(row[(j + width)..]), new Vector<double>(Weights, j + width), odd) : odd;
            }

            double residual = Vector.Sum(even + odd) + 0.5 - Y[i];
            squares += residual * residual;
            var factor = new Vector<double>(residual);
            for (int j = 0; j < Columns; j += width)
            {
                Vector.MultiplyAddEstimate(new Vector<double>(row[j..]), factor, new Vector<double>(_gradient, j)).CopyTo(_gradient, j);
            }
        }

        return Scale(squares);
    }

    /// <summary>
    /// Two passes over X with the residuals between them, as two calls of a BLAS would. Taught: from memory the second pass costs as much as
    /// the first.
    /// </summary>
    [Benchmark]
    public double TwoPasses()
    {
        LinearRegression.Residuals(Design, Y, Weights, 0.5, _residuals);
        LinearRegression.TransposeMultiply(Design, _residuals, _gradient);
        return Scale(TensorPrimitives.SumOfSquares<double>(_residuals));
    }

    /// <inheritdoc/>
    protected override void Prepare()
    {
        _gradient = new double[Columns];
        _residuals = new double[Rows];
        Engine();
        double[] expected = [.. _gradient];
        foreach (Func<double> other in new[] { TensorPrimitivesRowByRow, RowsInterleavedByFour, FusedMultiplyAddEverywhere, VectorOfTForEverything, TwoPasses })
        {
            other();

            // Cells and nearly all residuals are positive, so rounding is relative to the sums: n + d terms in any order.
            RequireSame(other.Method.Name, _gradient, expected, 4e-16 * (Rows + Columns));
        }
    }

    private double Scale(double squares)
    {
        TensorPrimitives.Multiply(_gradient, 2.0 / Rows, _gradient);
        return squares / Rows;
    }
}
