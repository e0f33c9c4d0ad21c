using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg.Descent;

/// <summary>
/// Weighted means and variances of the columns and the target, computed in one pass: those of each block (<see cref="ColumnSpread"/>),
/// merged block by block (Chan, Golub, LeVeque 1983). The pass refuses data that a descent cannot use.
/// </summary>
internal sealed class ColumnScales
{
    /// <summary>
    /// A column whose standard deviation is below this share of its mean counts as constant: sixteen roundings, about what the pass itself
    /// leaves.
    /// </summary>
    private const double ConstantRoundoffs = 16.0 / (1L << 53);

    /// <summary>
    /// The least mean square of deviations of 1e-130. Smaller ones are refused: the square of a residual in the last digit would underflow.
    /// </summary>
    private const double LeastVariance = 1e-260;

    /// <summary>
    /// Cells near a mean above this differ by more than a deviation of 1e-130 if they differ at all, so the check may be skipped.
    /// </summary>
    private const double LeastMean = 1e-114;

    private readonly ColumnLabels _labels;
    private readonly double[] _squares;
    private readonly double[] _means;
    private readonly double[] _blockMeans;
    private readonly double[] _blockVariances;
    private readonly ColumnSpread _spread;
    private readonly ColumnSpread _targetSpread = new(1);
    private long _seen;

    private ColumnScales(int features, ColumnLabels labels)
    {
        Features = features;
        _labels = labels;
        _means = new double[features + 1];
        _squares = new double[features + 1];
        _blockMeans = new double[features + 1];
        _blockVariances = new double[features + 1];
        _spread = new ColumnSpread(features);
    }

    /// <summary>Gets the number of features.</summary>
    internal int Features { get; }

    /// <summary>Gets the number of rows with a positive weight.</summary>
    internal long Rows { get; private set; }

    /// <summary>Gets the sum of the weights, W; the number of rows without weights.</summary>
    internal double TotalWeight { get; private set; }

    /// <summary>Gets the means of the features.</summary>
    internal ReadOnlySpan<double> Means => _means.AsSpan(0, Features);

    /// <summary>Gets the mean of the target.</summary>
    internal double TargetMean => _means[Features];

    /// <summary>Gets whether all targets are equal, as far as rounding shows.</summary>
    internal bool IsTargetConstant => IsConstant(Features);

    /// <summary>Computes the scales by one pass over the rows, and fills the sample if there is one.</summary>
    internal static ColumnScales Measure<T, TBlocks>(ref TBlocks blocks, RowSample? sample)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        var scales = new ColumnScales(blocks.Features, blocks.Labels);
        blocks.Rewind();
        while (blocks.Next())
        {
            scales.Add(blocks.X, blocks.Y, blocks.RowWeights);
            sample?.Add(blocks.X, blocks.RowWeights);
        }

        if (scales._seen == 0)
        {
            Throw.NoRows();
        }

        if (scales.TotalWeight == 0)
        {
            Throw.NoWeight(scales._seen);
        }

        scales.RefuseTinyColumns<T, TBlocks>(ref blocks);
        return scales;
    }

    /// <summary>Returns the variance Σv(x − x̄)²/W of a column; the target is the last one.</summary>
    internal double Variance(int column) => _squares[column] / TotalWeight;

    /// <summary>Returns the mean square Σvx²/W of a column.</summary>
    internal double MeanSquare(int column) => Variance(column) + (_means[column] * _means[column]);

    /// <summary>Returns whether all cells of a column are equal, as far as rounding shows.</summary>
    internal bool IsConstant(int column)
    {
        double rounding = ConstantRoundoffs * _means[column];
        return Variance(column) <= rounding * rounding;
    }

    /// <summary>Adds a block.</summary>
    private void Add<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double weight = x.Rows;
        bool finite = true;
        if (rowWeights.IsEmpty)
        {
            Rows += x.Rows;
        }
        else
        {
            (weight, finite) = Weigh(x, y, rowWeights);
        }

        if (weight > 0)
        {
            var weights = new MatrixSpan<double>(rowWeights, rowWeights.Length, rowWeights.IsEmpty ? 0 : 1, 1);
            _spread.Compute(x, weights, _blockMeans, _blockVariances);
            _targetSpread.Compute(new MatrixSpan<T>(y, y.Length, 1, 1), weights, _blockMeans.AsSpan(Features),
                _blockVariances.AsSpan(Features));
            finite &= TensorPrimitives.IsFiniteAll<double>(_blockMeans);
        }

        if (!finite)
        {
            RefuseCells(x, y);
        }

        _seen += x.Rows;
        if (weight > 0)
        {
            Merge(weight);
        }
    }

    /// <summary>
    /// Returns the sum of the weights, and whether rows of weight 0 are finite: the kernels multiply such rows by 0, which would make NaN
    /// of infinity.
    /// </summary>
    private (double Weight, bool Finite) Weigh<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowWeights.Require(rowWeights, _seen);
        double weight = 0;
        bool finite = true;
        for (int i = 0; i < rowWeights.Length; i++)
        {
            double v = rowWeights[i];
            weight += v;
            Rows += v > 0 ? 1 : 0;
            finite &= v > 0 || ((x.Columns == 0 || TensorPrimitives.IsFiniteAll(x[i])) && T.IsFinite(y[i]));
        }

        return (weight, finite);
    }

    /// <summary>Merges the means and variances of a block of this total weight into those so far.</summary>
    private void Merge(double weight)
    {
        double share = weight / (TotalWeight + weight);
        for (int j = 0; j <= Features; j++)
        {
            double apart = _blockMeans[j] - _means[j];
            _squares[j] += (weight * Math.Max(0, _blockVariances[j])) + (apart * apart * TotalWeight * share);
            _means[j] += apart * share;
            if (!double.IsFinite(_squares[j]))
            {
                Throw.SquaresOverflow(_labels[j]);
            }
        }

        TotalWeight += weight;
    }

    /// <summary>
    /// Refuses constant columns whose square underflows: without an intercept they could not be distinguished from columns of zeros.
    /// </summary>
    internal void RequireMeanSquares()
    {
        for (int j = 0; j <= Features; j++)
        {
            if (MeanSquare(j) < LeastVariance && _means[j] != 0)
            {
                Throw.SquaresUnderflow(_labels[j]);
            }
        }
    }

    /// <summary>
    /// Refuses columns whose squared deviations underflow: they could not be distinguished from constant columns. The rows are read once
    /// more only if a sum of squares is that small.
    /// </summary>
    private void RefuseTinyColumns<T, TBlocks>(ref TBlocks blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        int[] tiny = [.. Enumerable.Range(0, Features + 1).Where(j => Variance(j) < LeastVariance && Math.Abs(_means[j]) < LeastMean)];
        if (tiny.Length == 0)
        {
            return;
        }

        var first = new T?[tiny.Length];
        blocks.Rewind();
        while (blocks.Next())
        {
            for (int i = 0; i < blocks.X.Rows; i++)
            {
                for (int k = 0; k < tiny.Length && !(blocks.IsWeighted && blocks.RowWeights[i] == 0); k++)
                {
                    T cell = tiny[k] < Features ? blocks.X[i][tiny[k]] : blocks.Y[i];
                    if (cell != (first[k] ??= cell))
                    {
                        Throw.SquaresUnderflow(_labels[tiny[k]]);
                    }
                }
            }
        }
    }

    /// <summary>Refuses the first cell that is not finite. Called only when a sum is not finite.</summary>
    private void RefuseCells<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Rows; i++)
        {
            for (int j = 0; j <= Features; j++)
            {
                double value = Line.Widen(j < Features ? x[i][j] : y[i]);
                if (!double.IsFinite(value))
                {
                    Throw.NonFiniteCell(_seen + i, _labels[j], value);
                }
            }
        }

        Throw.SquaresOverflow(_labels[Array.FindIndex(_blockMeans, mean => !double.IsFinite(mean))]);
    }
}
