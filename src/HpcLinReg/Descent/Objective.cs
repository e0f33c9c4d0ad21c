using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// Computes the loss (Σv(Xw + b − y)² + λ‖w‖²)/W and its gradient. Points are on the scale of the descent: parameters u and c of the
/// standardized columns z = (x − m)/s, with w = u/s and b = c − mᵀw. Without standardizing, m = 0 and s = 1, so u = w and c = b.
/// </summary>
/// <remarks>
/// The kernels read the caller's cells: the gradient by u is (Xᵀr − m·Σr)/s, d operations on sums, so rows are not copied. This loses
/// digits where |m|/s is large; there each block is copied and centred first. Not thread-safe: it has the buffers of a pass, which uses as
/// many threads as the options allow.
/// </remarks>
internal sealed class Objective
{
    /// <summary>
    /// The largest |m|/s for which the sums are corrected by algebra: at 30 that loses a digit and a half of sixteen. Beyond it blocks are
    /// centred first.
    /// </summary>
    private const double LargestOffset = 30;

    private readonly double[] _means;
    private readonly double[] _inverseScales;
    private readonly double[] _weights;
    private readonly double[] _sums;
    private readonly bool _intercept;
    private readonly bool _centres;
    private readonly double _ridge;
    private readonly double _meanWeight;
    private readonly int _threads;
    private readonly CentredBlock?[] _centred = [];
    private DoubleDoubleGradient? _doubleDouble;
    private double _rawIntercept;

    /// <summary>Creates the loss on the scale of the descent.</summary>
    internal Objective(ColumnScales scales, DescentOptions options)
    {
        int d = scales.Features;
        _threads = options.Threads;
        _intercept = options.Intercept;
        _means = new double[d];
        _inverseScales = new double[d];
        _weights = new double[d];
        _sums = new double[d + 2];
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
            _centred = new CentredBlock[_threads];
        }
    }

    /// <summary>
    /// Creates the loss on the scale on which distances are estimated: columns of mean 0 (with an intercept), scaled so that every diagonal
    /// element of the Hessian, ridge included, is 2. A column that the loss does not depend on has the inverse scale 0.
    /// </summary>
    private Objective(ColumnScales scales, bool intercept, double ridge, int threads)
    {
        int d = scales.Features;
        _threads = threads;
        _intercept = intercept;
        _means = new double[d];
        _inverseScales = new double[d];
        _weights = new double[d];
        _sums = new double[d + 2];
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
            _centred = new CentredBlock[_threads];
        }
    }

    /// <summary>Gets the weighted mean of z² for each parameter: half the diagonal of the Hessian without the ridge.</summary>
    internal double[] MeanSquares { get; }

    /// <summary>Gets Σvr² of the last evaluation.</summary>
    internal double SumOfSquares { get; private set; }

    /// <summary>Gets m, which is subtracted from the columns: their means, or zeros.</summary>
    internal ReadOnlySpan<double> Means => _means;

    /// <summary>Gets whether blocks are copied and centred before the kernel reads them.</summary>
    internal bool IsCentred => _centres;

    /// <summary>Gets 1/s; 0 for a column that the loss does not depend on.</summary>
    internal ReadOnlySpan<double> InverseScales => _inverseScales;

    /// <summary>Gets w of the last point, in the caller's units.</summary>
    internal ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets b of the last point, in the caller's units.</summary>
    internal double RawIntercept => _rawIntercept;

    /// <summary>Gets whether the model has an intercept.</summary>
    internal bool HasIntercept => _intercept;

    /// <summary>Gets the sums in double-double, which are allocated when they are first needed.</summary>
    private DoubleDoubleGradient InDoubleDouble => _doubleDouble ??= new DoubleDoubleGradient(_means, _meanWeight, _threads);

    /// <summary>Creates the loss on the scale on which distances are estimated.</summary>
    internal static Objective ForDistances(ColumnScales scales, DescentOptions options) =>
        new(scales, options.Intercept, options.Ridge, options.Threads);

    /// <summary>Computes factor·z of a row, z = (x − m)/s.</summary>
    internal void Standardize(ReadOnlySpan<double> x, double factor, Span<double> z)
    {
        TensorPrimitives.Subtract(x, _means, z);
        TensorPrimitives.Multiply(z, _inverseScales, z);
        TensorPrimitives.Multiply(z, factor, z);
    }

    /// <summary>Returns the second derivative that the ridge adds for parameter j, 2λ/(Ws²).</summary>
    internal double RidgeCurvature(int j) => j < _weights.Length ? 2 * _ridge * _inverseScales[j] * _inverseScales[j] : 0;

    /// <summary>Computes the point u, c of a model w, b.</summary>
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

    /// <summary>Computes <see cref="Weights"/> and <see cref="RawIntercept"/> of a point.</summary>
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

    /// <summary>Computes the loss of all rows at a point, and its gradient.</summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="totalWeight">W.</param>
    /// <param name="point">u and c.</param>
    /// <param name="gradient">Receives the derivatives by u and c.</param>
    /// <param name="withoutTarget">
    /// Whether y is taken as 0: the gradient is then the Hessian times the point, and the loss half of pᵀHp.
    /// </param>
    internal double Evaluate<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, Span<double> gradient, bool withoutTarget = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        MoveTo(point);
        Array.Clear(_sums);
        blocks.AddTo(new Pass<T>(this, point[^1], withoutTarget), _threads);
        _sums.AsSpan(2).CopyTo(gradient);
        return Finish(_sums[0], _sums[1], totalWeight, centred: _centres, gradient);
    }

    /// <summary>
    /// Computes what <see cref="Evaluate"/> does, with residuals and their products summed in double-double: the error is about one
    /// rounding of the result.
    /// </summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="totalWeight">W.</param>
    /// <param name="point">u and c.</param>
    /// <param name="low">The low parts of the point, which is point + low; empty for zeros.</param>
    /// <param name="gradient">Receives the derivatives by u and c.</param>
    internal double EvaluateInDoubleDouble<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> point, ReadOnlySpan<double> low, Span<double> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        MoveTo(point);
        DoubleDoubleGradient sums = InDoubleDouble;
        for (int j = 0; j < _weights.Length; j++)
        {
            sums.SetWeight(j, low.IsEmpty ? _weights[j] : DoubleDouble.Product(point[j], _inverseScales[j]) + (low[j] * _inverseScales[j]));
        }

        sums.Sum<T, TBlocks>(ref blocks, low.IsEmpty ? point[^1] : new DoubleDouble(point[^1], low[^1]));
        return Finish(sums, _weights, totalWeight, gradient);
    }

    /// <summary>Computes the same at weights in the caller's units, and c.</summary>
    internal double EvaluateInDoubleDouble<T, TBlocks>(
        ref TBlocks blocks, double totalWeight, ReadOnlySpan<double> weights, double centredIntercept, Span<double> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        DoubleDoubleGradient sums = InDoubleDouble;
        for (int j = 0; j < weights.Length; j++)
        {
            sums.SetWeight(j, weights[j]);
        }

        sums.Sum<T, TBlocks>(ref blocks, centredIntercept);
        return Finish(sums, weights, totalWeight, gradient);
    }

    /// <summary>Computes what <see cref="Evaluate"/> does, for some rows that are centred already.</summary>
    internal double EvaluateCentred(
        MatrixSpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> rowWeights, double totalWeight, ReadOnlySpan<double> point,
        Span<double> gradient)
    {
        TensorPrimitives.Multiply(point[..^1], _inverseScales, _weights);
        Sums(x, y, rowWeights, point[^1], _sums);
        _sums.AsSpan(2).CopyTo(gradient);
        return Finish(_sums[0], _sums[1], totalWeight, centred: true, gradient);
    }

    /// <summary>Computes Σvr², Σvr and Xᵀ(v∘r) of a block, one after the other.</summary>
    private void Sums<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, double intercept, Span<double> sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> products = sums[2..];
        if (rowWeights.IsEmpty)
        {
            (sums[0], sums[1]) = Gradient.Sums(x, y, _weights, intercept, products);
        }
        else
        {
            products.Clear();
            (sums[0], sums[1]) = WeightedGradient.BlockSums(x, y, rowWeights, _weights, intercept, products);
        }
    }

    /// <summary>
    /// Turns Σvr², Σvr and Xᵀ(v∘r), which the gradient holds on entry, into the loss and the gradient on the descent's scale.
    /// </summary>
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
        SumOfSquares = squares;
        return (squares / totalWeight) + penalty;
    }

    private double Finish(DoubleDoubleGradient sums, ReadOnlySpan<double> weights, double totalWeight, Span<double> gradient)
    {
        double penalty = 0;
        for (int j = 0; j < weights.Length; j++)
        {
            gradient[j] = 2 * ((sums.Weight(j) * _ridge) - (sums.Product(j) / totalWeight)).Value * _inverseScales[j];
            penalty += _ridge * weights[j] * weights[j];
        }

        gradient[^1] = _intercept ? -2 * (sums.Residuals / totalWeight).Value : 0;
        SumOfSquares = sums.Squares.Value;
        return (sums.Squares.Value / totalWeight) + penalty;
    }

    /// <summary>One pass over all rows: the sums of <see cref="Sums"/>, for blocks that are centred first where that is needed.</summary>
    private readonly struct Pass<T>(Objective objective, double centredIntercept, bool withoutTarget) : IBlockSums<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count => objective._sums.Length;

        public double WorkPerElement => 1;

        public void Compute(int thread, MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, Span<double> sums)
        {
            ReadOnlySpan<T> targets = withoutTarget ? NoTarget<T>.Zeros.AsSpan(0, x.Rows) : y;
            if (objective._centres)
            {
                CentredBlock centred = objective._centred[thread] ??= new CentredBlock(objective._means.Length);
                centred.Fill(x, targets, objective._means, centredIntercept);
                objective.Sums(centred.X, centred.Y, rowWeights, 0, sums);
            }
            else
            {
                objective.Sums(x, targets, rowWeights, objective._rawIntercept, sums);
            }
        }

        public void Add(ReadOnlySpan<double> sums) => TensorPrimitives.Add(objective._sums, sums, objective._sums);
    }

    private static class NoTarget<T>
    {
        internal static readonly T[] Zeros = new T[RowBlocks.Rows];
    }
}
