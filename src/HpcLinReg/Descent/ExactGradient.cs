using System.Numerics;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// Sums over all rows in double-double: Σvr, Σvr² and (X − m)ᵀ(v∘r) of r = y − (X − m)w − c. Where a gradient in double is mostly
/// rounding, this one still has its digits; a pass costs several plain ones (<see cref="DoubleDoubleResiduals"/>).
/// </summary>
internal sealed class ExactGradient
{
    private readonly DoubleDoubleResiduals _block;
    private readonly double[] _centers;
    private readonly double[] _weights;
    private readonly double[] _weightErrors;
    private readonly DoubleDouble[] _products;

    private readonly double _weightScale;

    /// <summary>Makes room for a pass over rows of which some means are taken off.</summary>
    /// <param name="means">m.</param>
    /// <param name="meanWeight">The mean of the rows' weights, whose squares may leave the range of double: it is scaled to about 1.</param>
    internal ExactGradient(ReadOnlySpan<double> means, double meanWeight)
    {
        _weightScale = Math.ScaleB(1, -Math.ILogB(meanWeight));
        _block = new DoubleDoubleResiduals(means.Length);
        _centers = new double[GramBlocks.PaddedColumns(means.Length)];
        _weights = new double[_centers.Length];
        _weightErrors = new double[_centers.Length];
        _products = new DoubleDouble[means.Length];
        means.CopyTo(_centers);
    }

    /// <summary>Gets Σvr.</summary>
    internal DoubleDouble Residuals { get; private set; }

    /// <summary>Gets Σvr².</summary>
    internal DoubleDouble Squares { get; private set; }

    /// <summary>Gets a sum of (X − m)ᵀ(v∘r).</summary>
    internal DoubleDouble Product(int column) => _products[column];

    /// <summary>Gets a weight of the last pass.</summary>
    internal DoubleDouble Weight(int column) => new(_weights[column], _weightErrors[column]);

    /// <summary>Sets a weight of the next pass.</summary>
    internal void SetWeight(int column, DoubleDouble weight) => (_weights[column], _weightErrors[column]) = weight;

    /// <summary>Goes over the rows.</summary>
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
            _block.Compute(blocks.X, y, _centers, 0, _weights, _weightErrors, centredIntercept, blocks.RowWeights, _weightScale);
            for (int j = 0; j < _products.Length; j++)
            {
                _products[j] += new DoubleDouble(_block.Products[j], _block.ProductErrors[j]);
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
