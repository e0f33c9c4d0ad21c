using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// The loss (Σv(Xw + b − y)² + λ‖w‖²)/W and its gradient at a point on the scale of the descent: u and c, with z = (x − m)/s,
/// w = u/s and b = c − mᵀw. Without scaling m = 0 and s = 1, so that u = w and c = b.
/// </summary>
/// <remarks>
/// The kernels see the caller's cells: (x − m)/s enters by algebra on the d sums, for nothing. That costs digits where |m|/s is
/// large; then blocks are copied and the means taken off first. Not thread-safe: owns the buffers of a pass.
/// </remarks>
internal sealed class Objective
{
    /// <summary>Means this many times the deviation cost a digit and a half of sixteen; beyond, blocks are centred before the kernel.</summary>
    private const double LargestOffset = 30;

    private readonly double[] _means;
    private readonly double[] _inverseScales;
    private readonly double[] _weights;
    private readonly double[] _blockSums;
    private readonly bool _intercept;
    private readonly bool _centres;
    private readonly double _ridge;
    private readonly double[] _centredX = [];
    private readonly double[] _centredY = [];
    private readonly double _meanWeight;
    private DoubleDoubleGradient? _exact;
    private double _rawIntercept;

    /// <summary>The loss on the scale of the descent.</summary>
    internal Objective(ColumnScales scales, DescentOptions options)
    {
        int d = scales.Features;
        _intercept = options.Intercept;
        _means = new double[d];
        _inverseScales = new double[d];
        _weights = new double[d];
        _blockSums = new double[d];
        _ridge = options.Ridge / scales.TotalWeight;
        _meanWeight = scales.TotalWeight / scales.Rows;
        MeanSquares = new double[d + 1];
        _inverseScales.AsSpan().Fill(1);
        for (int j = 0; j < d; j++)
        {
            double meanSquare = scales.MeanSquare(j);
            if (options.Standardize)
            {
                double square = options.Intercept ? scales.Variance(j) : meanSquare;
                double scale = scales.IsConstant(j) && options.Intercept ? 1 : Math.Sqrt(square);
                _means[j] = options.Intercept ? scales.Means[j] : 0;
                _inverseScales[j] = scale > 0 ? 1 / scale : 1;
                _centres |= Math.Abs(_means[j]) * _inverseScales[j] > LargestOffset;
                meanSquare = square;
            }

            MeanSquares[j] = meanSquare * _inverseScales[j] * _inverseScales[j];
        }

        MeanSquares[d] = options.Intercept ? 1 : 0;
        if (_centres)
        {
            _centredX = new double[RowBlocks.Rows * d];
            _centredY = new double[RowBlocks.Rows];
        }
    }

    /// <summary>
    /// The loss on the scale on which distances are estimated: columns of mean 0 (with an intercept), and 2 in each place of the Hessian's
    /// diagonal, the ridge included. A column that the loss does not depend on has the inverse scale 0.
    /// </summary>
    private Objective(ColumnScales scales, bool intercept, double ridge)
    {
        int d = scales.Features;
        _intercept = intercept;
        _means = new double[d];
        _inverseScales = new double[d];
        _weights = new double[d];
        _blockSums = new double[d];
        _ridge = ridge / scales.TotalWeight;
        _meanWeight = scales.TotalWeight / scales.Rows;
        MeanSquares = new double[d + 1];
        for (int j = 0; j < d; j++)
        {
            double square = !intercept ? scales.MeanSquare(j) : scales.IsConstant(j) ? 0 : scales.Variance(j);
            double scale = Math.Sqrt(square + _ridge);
            _means[j] = intercept ? scales.Means[j] : 0;
            _inverseScales[j] = scale > 0 ? 1 / scale : 0;
            _centres |= _means[j] != 0;
            MeanSquares[j] = square * _inverseScales[j] * _inverseScales[j];
        }

        MeanSquares[d] = intercept ? 1 : 0;
        if (_centres)
        {
            _centredX = new double[RowBlocks.Rows * d];
            _centredY = new double[RowBlocks.Rows];
        }
    }

    /// <summary>Gets the mean of z², v-weighted, by parameter: half the diagonal of the Hessian without the ridge.</summary>
    internal double[] MeanSquares { get; }

    /// <summary>Gets what is taken off the columns: the means, or zeros.</summary>
    internal ReadOnlySpan<double> Means => _means;

    /// <summary>Gets whether blocks are copied and their means taken off before the kernel.</summary>
    internal bool IsCentred => _centres;

    internal ReadOnlySpan<double> InverseScales => _inverseScales;

    /// <summary>Gets w of the last point, in the caller's units.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets b of the last point, in the caller's units.</summary>
    internal double RawIntercept => _rawIntercept;

    internal bool HasIntercept => _intercept;

    /// <summary>The sums in double-double; made when they are first needed.</summary>
    private DoubleDoubleGradient Exact => _exact ??= new DoubleDoubleGradient(_means, _meanWeight);

    /// <summary>The loss on the scale on which distances are estimated.</summary>
    internal static Objective ForDistances(ColumnScales scales, DescentOptions options) => new(scales, options.Intercept, options.Ridge);

    /// <summary>z = (x − m)/s, times a factor.</summary>
    internal void Standardize(ReadOnlySpan<double> x, double factor, Span<double> z)
    {
        TensorPrimitives.Subtract(x, _means, z);
        TensorPrimitives.Multiply(z, _inverseScales, z);
        TensorPrimitives.Multiply(z, factor, z);
    }

    /// <summary>The second derivative by parameter j that the ridge adds, 2λ/(Ws²).</summary>
    internal double RidgeCurvature(int j) => j < _weights.Length ? 2 * _ridge * _inverseScales[j] * _inverseScales[j] : 0;

    /// <summary>The point of a model, on the scale of the descent.</summary>
    internal void ToPoint(ReadOnlySpan<double> weights, double intercept, Span<double> point)
    {
        double c = intercept;
        for (int j = 0; j < weights.Length; j++)
        {
            point[j] = weights[j] / _inverseScales[j];
            c += _means[j] * weights[j];
        }

        point[^1] = c;
    }

    /// <summary>Makes a point the one that <see cref="Weights"/> and <see cref="RawIntercept"/> tell.</summary>
    internal void MoveTo(ReadOnlySpan<double> point)
    {
        TensorPrimitives.Multiply(point[..^1], _inverseScales, _weights);
        double intercept = point[^1];
        for (int j = 0; j < _weights.Length; j++)
        {
            intercept -= _means[j] * _weights[j];
        }

        _rawIntercept = intercept;
    }

    /// <summary>The loss at a point of all rows, and its gradient.</summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="totalWeight">W.</param>
    /// <param name="point">u and c.</param>
    /// <param name="gradient">Receives the derivatives by u and c.</param>
    /// <param name="withoutTarget">Takes y for 0: then the gradient is the Hessian times the point, and the loss half of pᵀHp.</param>
    internal double Evaluate<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, Span<double> gradient, bool withoutTarget = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        MoveTo(point);
        Span<double> sums = gradient[..^1];
        sums.Clear();
        double squares = 0;
        double sum = 0;
        blocks.Rewind();
        while (blocks.Next())
        {
            ReadOnlySpan<T> y = withoutTarget ? NoTarget<T>.Zeros.AsSpan(0, blocks.X.Rows) : blocks.Y;
            (double blockSquares, double blockSum) = _centres
                ? Sums(Centre(blocks.X, y, point[^1]), _centredY.AsSpan(0, y.Length), blocks.RowWeights, 0)
                : Sums(blocks.X, y, blocks.RowWeights, _rawIntercept);
            squares += blockSquares;
            sum += blockSum;
            TensorPrimitives.Add(sums, _blockSums, sums);
        }

        return Finish(squares, sum, totalWeight, centred: _centres, gradient);
    }

    /// <summary>As <see cref="Evaluate"/>, with residuals and their products summed in double-double: right to about a rounding of the result.</summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="totalWeight">W.</param>
    /// <param name="point">u and c.</param>
    /// <param name="low">What rounding took off the point; empty for nothing.</param>
    /// <param name="gradient">Receives the derivatives by u and c.</param>
    internal double EvaluateExactly<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, ReadOnlySpan<double> low, Span<double> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        MoveTo(point);
        DoubleDoubleGradient exact = Exact;
        for (int j = 0; j < _weights.Length; j++)
        {
            exact.SetWeight(j, low.IsEmpty ? _weights[j] : DoubleDouble.Product(point[j], _inverseScales[j]) + (low[j] * _inverseScales[j]));
        }

        exact.Sum<T, TBlocks>(ref blocks, low.IsEmpty ? point[^1] : new DoubleDouble(point[^1], low[^1]));
        return Finish(exact, _weights, totalWeight, gradient);
    }

    /// <summary>The same at weights in the caller's units, and c.</summary>
    internal double EvaluateExactly<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> weights, double centredIntercept, Span<double> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        DoubleDoubleGradient exact = Exact;
        for (int j = 0; j < weights.Length; j++)
        {
            exact.SetWeight(j, weights[j]);
        }

        exact.Sum<T, TBlocks>(ref blocks, centredIntercept);
        return Finish(exact, weights, totalWeight, gradient);
    }

    /// <summary>As <see cref="Evaluate"/>, of some rows from which the means have been taken.</summary>
    internal double EvaluateCentred(
        MatrixSpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> rowWeights, double totalWeight, ReadOnlySpan<double> point, Span<double> gradient)
    {
        TensorPrimitives.Multiply(point[..^1], _inverseScales, _weights);
        (double squares, double sum) = Sums(x, y, rowWeights, point[^1]);
        _blockSums.CopyTo(gradient);
        return Finish(squares, sum, totalWeight, centred: true, gradient);
    }

    private (double Squares, double Sum) Sums<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rowWeights.IsEmpty)
        {
            return Gradient.Sums(x, y, _weights, intercept, _blockSums);
        }

        _blockSums.AsSpan().Clear();
        return WeightedGradient.BlockSums(x, y, rowWeights, _weights, intercept, _blockSums);
    }

    /// <summary>Copies a block less the means, and its targets less c, so that residuals are rounded at the size of the target's deviations.</summary>
    private MatrixSpan<double> Centre<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int d = x.Columns;
        for (int i = 0; i < x.Rows; i++)
        {
            Span<double> row = _centredX.AsSpan(i * d, d);
            Line.Widen(x[i], row);
            TensorPrimitives.Subtract(row, _means, row);
        }

        Span<double> targets = _centredY.AsSpan(0, y.Length);
        Line.Widen(y, targets);
        TensorPrimitives.Subtract(targets, intercept, targets);
        return new MatrixSpan<double>(_centredX.AsSpan(0, x.Rows * d), x.Rows, d, d);
    }

    /// <summary>From Σvr², Σvr and, in the gradient's place, Xᵀ(v∘r) to the loss and the gradient on the descent's scale.</summary>
    private double Finish(double squares, double sum, double totalWeight, bool centred, Span<double> gradient)
    {
        Span<double> sums = gradient[..^1];
        if (!centred)
        {
            Elementwise.Axpy(-sum, _means, sums);
        }

        double factor = 2 / totalWeight;
        double penalty = 0;
        for (int j = 0; j < sums.Length; j++)
        {
            sums[j] = ((factor * sums[j]) + (2 * _ridge * _weights[j])) * _inverseScales[j];
            penalty += _ridge * _weights[j] * _weights[j];
        }

        gradient[^1] = _intercept ? factor * sum : 0;
        return (squares / totalWeight) + penalty;
    }

    private double Finish(DoubleDoubleGradient exact, ReadOnlySpan<double> weights, double totalWeight, Span<double> gradient)
    {
        double penalty = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            gradient[j] = 2 * ((exact.Weight(j) * _ridge) - (exact.Product(j) / totalWeight)).Value * _inverseScales[j];
            penalty += _ridge * weights[j] * weights[j];
        }

        gradient[^1] = _intercept ? -2 * (exact.Residuals / totalWeight).Value : 0;
        return (exact.Squares.Value / totalWeight) + penalty;
    }

    private static class NoTarget<T>
    {
        internal static readonly T[] Zeros = new T[RowBlocks.Rows];
    }
}
