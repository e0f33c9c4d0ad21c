using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// One reading of the rows for a step of refinement: r = (y − c) − (X − c)w − β with double-double weights, and Σr, Σr² and
/// (X − c)ᵀr in double-double. Blocks of the absolute grid are added in their order, so the bits depend on nothing else.
/// </summary>
internal sealed class ResidualPass
{
    private readonly int _features;
    private readonly ExactResiduals _block;
    private readonly double[] _weights;
    private readonly double[] _weightErrors;
    private readonly double[] _products;
    private readonly double[] _productErrors;
    private DoubleDouble _offset;

    /// <summary>Makes room for so many features.</summary>
    internal ResidualPass(int features)
    {
        _features = features;
        _block = new ExactResiduals(features);
        Centers = new double[GramBlocks.PaddedColumns(features)];
        _weights = new double[Centers.Length];
        _weightErrors = new double[Centers.Length];
        _products = new double[Centers.Length];
        _productErrors = new double[Centers.Length];
    }

    /// <summary>Gets what is taken off the features, of padded length.</summary>
    internal double[] Centers { get; }

    /// <summary>Gets or sets what is taken off the target.</summary>
    internal double TargetCenter { get; set; }

    /// <summary>Gets Σr.</summary>
    internal DoubleDouble Sum { get; private set; }

    /// <summary>Gets Σr².</summary>
    internal DoubleDouble SumOfSquares { get; private set; }

    /// <summary>Gets a sum of (X − c)ᵀr.</summary>
    internal DoubleDouble Product(int feature) => new(_products[feature], _productErrors[feature]);

    /// <summary>Sets a weight of the next reading.</summary>
    internal void SetWeight(int feature, DoubleDouble weight) => (_weights[feature], _weightErrors[feature]) = weight;

    /// <summary>Starts a reading.</summary>
    internal void Start(DoubleDouble offset)
    {
        _offset = offset;
        Array.Clear(_products);
        Array.Clear(_productErrors);
        Sum = 0;
        SumOfSquares = 0;
    }

    /// <summary>Adds the next block of the absolute grid; only the last one may have fewer rows.</summary>
    internal void AddBlock<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _block.Compute(x, y, Centers, TargetCenter, _weights, _weightErrors, _offset);
        for (int j = 0; j < _features; j++)
        {
            (_products[j], _productErrors[j]) = Product(j) + new DoubleDouble(_block.Products[j], _block.ProductErrors[j]);
        }

        Sum += _block.Sum;
        SumOfSquares += _block.SumOfSquares;
    }

    /// <summary>Adds all rows of a matrix that begins at row 0.</summary>
    internal void AddAll<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int rows = Math.Min(RowBlocks.Rows, x.Rows - start);
            AddBlock(x.SliceRows(start, rows), y.SliceRows(start, rows));
        }
    }
}
