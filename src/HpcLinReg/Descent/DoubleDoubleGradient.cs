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
    private readonly DoubleDoubleResiduals?[] _blocks;
    private readonly double[] _centers;
    private readonly DoubleDoubleVector _weights;
    private readonly DoubleDouble[] _products;
    private readonly double _weightScale;
    private DoubleDouble _centredIntercept;

    /// <summary>Allocates the working memory.</summary>
    /// <param name="means">m, which is subtracted from every row.</param>
    /// <param name="meanWeight">
    /// The mean of the rows' weights. Weights are scaled by a power of two so that it becomes about 1 and their squares stay in the range
    /// of double.
    /// </param>
    /// <param name="threads">The most threads that a pass may use.</param>
    internal DoubleDoubleGradient(ReadOnlySpan<double> means, double meanWeight, int threads)
    {
        _weightScale = Math.ScaleB(1, -Math.ILogB(meanWeight));
        _blocks = new DoubleDoubleResiduals?[threads];
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
        _centredIntercept = centredIntercept;
        blocks.AddTo(new Pass<T>(this), _blocks.Length);
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

    /// <summary>
    /// One pass over all rows. The sums of a block are Σvr, Σvr² and the elements of (X − m)ᵀ(v∘r), the high before the low part of each.
    /// </summary>
    private readonly struct Pass<T>(DoubleDoubleGradient gradient) : IBlockSums<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Count => 2 * (gradient._products.Length + 2);

        public double WorkPerElement => 3;

        public void Compute(int thread, MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights, Span<double> sums)
        {
            DoubleDoubleResiduals block = gradient._blocks[thread] ??= new DoubleDoubleResiduals(gradient._products.Length);
            block.Compute(
                x, new MatrixSpan<T>(y, y.Length, 1, 1), gradient._centers, 0, gradient._weights, gradient._centredIntercept,
                new ScaledRowWeights(rowWeights, gradient._weightScale));
            Put(block.Sum, sums);
            Put(block.SumOfSquares, sums[2..]);
            for (int j = 0; j < gradient._products.Length; j++)
            {
                Put(block.Products[j], sums[(2 * (j + 2))..]);
            }
        }

        public void Add(ReadOnlySpan<double> sums)
        {
            gradient.Residuals += new DoubleDouble(sums[0], sums[1]);
            gradient.Squares += new DoubleDouble(sums[2], sums[3]);
            for (int j = 0; j < gradient._products.Length; j++)
            {
                gradient._products[j] += new DoubleDouble(sums[2 * (j + 2)], sums[(2 * (j + 2)) + 1]);
            }
        }

        private static void Put(DoubleDouble sum, Span<double> sums) => (sums[0], sums[1]) = (sum.High, sum.Low);
    }
}
