using System.Numerics;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// Computes sums over all rows in double-double: with r = y − (X − m)w − c, Σvr, Σvr² and (X − m)ᵀ(v∘r). Near the minimum a gradient in
/// double consists mostly of rounding errors; this one still has correct digits. A pass costs several passes in double
/// (<see cref="DoubleDoubleResiduals"/>).
/// </summary>
internal sealed class DoubleDoubleGradient
{
    private readonly DoubleDoubleResiduals _block;
    private readonly double[] _centers;
    private readonly DoubleDoubleVector _weights;
    private readonly DoubleDouble[] _products;
    private readonly double _weightScale;

    /// <summary>Allocates the working memory.</summary>
    /// <param name="means">m, which is subtracted from every row.</param>
    /// <param name="meanWeight">
    /// The mean of the rows' weights. Weights are scaled by a power of two so that it becomes about 1 and their squares stay in the range
    /// of double.
    /// </param>
    internal DoubleDoubleGradient(ReadOnlySpan<double> means, double meanWeight)
    {
        _weightScale = Math.ScaleB(1, -Math.ILogB(meanWeight));
        _block = new DoubleDoubleResiduals(means.Length);
        _centers = new double[GramBlocks.PaddedColumns(means.Length)];
        _weights = new DoubleDoubleVector(_centers.Length);
        _products = new DoubleDouble[means.Length];
        means.CopyTo(_centers);
    }

    /// <summary>Gets Σvr.</summary>
    internal DoubleDouble Residuals { get; private set; }

    /// <summary>Gets Σvr².</summary>
    internal DoubleDouble Squares { get; private set; }

    /// <summary>Gets one column's element of (X − m)ᵀ(v∘r).</summary>
    internal DoubleDouble Product(int column) => _products[column];

    /// <summary>Gets the weight of a column in the last pass.</summary>
    internal DoubleDouble Weight(int column) => _weights[column];

    /// <summary>Sets the weight of a column for the next pass.</summary>
    internal void SetWeight(int column, DoubleDouble weight)
    {
        DoubleDoubleSpan weights = _weights;
        weights[column] = weight;
    }

    /// <summary>Computes the sums by one pass over the rows.</summary>
    internal void Sum<T, TBlocks>(ref TBlocks blocks, DoubleDouble centredIntercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        Array.Clear(_products);
        Residuals = 0;
        Squares = 0;
        blocks.Rewind();
        while (blocks.Next())
        {
            var y = new MatrixSpan<T>(blocks.Y, blocks.Y.Length, 1, 1);
            _block.Compute(blocks.X, y, _centers, 0, _weights, centredIntercept, new ScaledRowWeights(blocks.RowWeights, _weightScale));
            for (int j = 0; j < _products.Length; j++)
            {
                _products[j] += _block.Products[j];
            }

            Residuals += _block.Sum;
            Squares += _block.SumOfSquares;
        }

        if (blocks.IsWeighted)
        {
            Residuals = Residuals.Scale(1 / _weightScale);
            Squares = Squares.Scale(1 / _weightScale);
            for (int j = 0; j < _products.Length; j++)
            {
                _products[j] = _products[j].Scale(1 / _weightScale);
            }
        }
    }
}
