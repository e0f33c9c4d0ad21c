using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Solver;

/// <summary>
/// One reading of the rows for a step of refinement: r = (y − c) − (X − c)w − β with double-double weights, and Σr, Σr² and
/// (X − c)ᵀr in double-double. Blocks of the absolute grid are added in their order, so the bits depend on nothing else.
/// </summary>
internal sealed class ResidualPass
{
    /// <summary>The work for one element of X, in the unit of <see cref="RowThreads.LeastWork"/>.</summary>
    private const double WorkPerElement = 3;

    private readonly int _features;
    private readonly DoubleDoubleResiduals _block;
    private readonly DoubleDoubleVector _weights;
    private readonly DoubleDoubleVector _products;
    private DoubleDouble _offset;
    private IndexedResiduals? _indexed;

    /// <summary>Allocates the arrays for a number of features.</summary>
    internal ResidualPass(int features)
    {
        _features = features;
        _block = new DoubleDoubleResiduals(features);
        Centers = new double[GramBlocks.PaddedColumns(features)];
        _weights = new DoubleDoubleVector(Centers.Length);
        _products = new DoubleDoubleVector(Centers.Length);
    }

    /// <summary>Gets the constants c subtracted from the features, of padded length.</summary>
    internal double[] Centers { get; }

    /// <summary>Gets or sets the constant subtracted from the target.</summary>
    internal double TargetCenter { get; set; }

    /// <summary>Gets Σr.</summary>
    internal DoubleDouble Sum { get; private set; }

    /// <summary>Gets Σr².</summary>
    internal DoubleDouble SumOfSquares { get; private set; }

    /// <summary>Gets a sum of (X − c)ᵀr.</summary>
    internal DoubleDouble Product(int feature) => _products[feature];

    /// <summary>Sets a weight of the next reading.</summary>
    internal void SetWeight(int feature, DoubleDouble weight) => (_weights.High[feature], _weights.Low[feature]) = weight;

    /// <summary>Starts a reading.</summary>
    internal void Start(DoubleDouble offset)
    {
        _offset = offset;
        _products.Clear();
        Sum = 0;
        SumOfSquares = 0;
    }

    /// <summary>Adds the next block of the absolute grid that has rows: fewer than others where some are missing, and at the end.</summary>
    internal void AddBlock<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Compute(_block, x, y);
        Add(_block.Products, _block.Sum, _block.SumOfSquares);
    }

    /// <summary>Prepares for the indexed rows of a reading.</summary>
    internal void StartIndexed(IndicatorColumns indicators)
    {
        _indexed ??= new IndexedResiduals(indicators);
        _indexed.Start(Centers, _weights, _offset);
    }

    /// <summary>Adds a block as <see cref="AddBlock"/> does, of indexed rows.</summary>
    internal void AddIndexedBlock(MatrixSpan<double> rows)
    {
        _indexed!.Compute(rows, Centers, TargetCenter);
        Add(_indexed.Products, _indexed.Sum, _indexed.SumOfSquares);
    }

    /// <summary>Adds all rows of a matrix that begins at row 0.</summary>
    /// <param name="x">The features.</param>
    /// <param name="y">The target, one column.</param>
    /// <param name="allowedThreads">The most threads that read it; the bits are the same for any number.</param>
    internal void AddAll<T>(MatrixSpan<T> x, MatrixSpan<T> y, int allowedThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int threads = RowThreads.Useful(WorkPerElement * x.Rows * x.Columns, x.Rows, allowedThreads);
        if (threads > 1)
        {
            AddInParallel(x, y, threads);
            return;
        }

        for (int start = 0; start < x.Rows; start += RowBlocks.Rows)
        {
            int rows = Math.Min(RowBlocks.Rows, x.Rows - start);
            AddBlock(x.SliceRows(start, rows), y.SliceRows(start, rows));
        }
    }

    private void Compute<T>(DoubleDoubleResiduals block, MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        block.Compute(x, y, Centers, TargetCenter, _weights, _offset);

    private void Add(ReadOnlyDoubleDoubleSpan products, DoubleDouble sum, DoubleDouble sumOfSquares)
    {
        DoubleDoubleVector total = _products;
        for (int j = 0; j < _features; j++)
        {
            total[j] += products[j];
        }

        Sum += sum;
        SumOfSquares += sumOfSquares;
    }

    /// <summary>
    /// Adds blocks on several threads. The sums of each block are kept until all are computed, and added in the order of blocks, as one
    /// thread would.
    /// </summary>
    private unsafe void AddInParallel<T>(MatrixSpan<T> x, MatrixSpan<T> y, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var blocks =
            new (double[] High, double[] Low, DoubleDouble Sum, DoubleDouble SumOfSquares)[(x.Rows + RowBlocks.Rows - 1) / RowBlocks.Rows];
        int rows = x.Rows;
        fixed (T* xFirst = &MemoryMarshal.GetReference(x.Values), yFirst = &MemoryMarshal.GetReference(y.Values))
        {
            PinnedRows<T> pinnedX = new(x, xFirst), pinnedY = new(y, yFirst);
            Parallel.For(
                0,
                blocks.Length,
                new ParallelOptions { MaxDegreeOfParallelism = threads },
                () => new DoubleDoubleResiduals(_features),
                (index, _, block) =>
                {
                    int start = index * RowBlocks.Rows;
                    int count = Math.Min(RowBlocks.Rows, rows - start);
                    Compute(block, pinnedX.Slice(start, count), pinnedY.Slice(start, count));
                    blocks[index] = ([.. block.Products.High], [.. block.Products.Low], block.Sum, block.SumOfSquares);
                    return block;
                },
                _ => { });
        }

        foreach ((double[] high, double[] low, DoubleDouble sum, DoubleDouble sumOfSquares) in blocks)
        {
            Add(new ReadOnlyDoubleDoubleSpan(high, low), sum, sumOfSquares);
        }
    }
}
