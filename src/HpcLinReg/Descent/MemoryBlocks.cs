using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>Rows in memory as blocks, which are views of the caller's buffers.</summary>
internal ref struct MemoryBlocks<T> : IRowBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The sums that each thread has room for, so that it computes several blocks before they are added: 128 KiB.</summary>
    private const int SumsPerThread = 16384;

    private readonly MatrixSpan<T> _x;
    private readonly ReadOnlySpan<T> _y;
    private readonly ReadOnlySpan<double> _rowWeights;
    private double[] _sums = [];
    private int _start;
    private int _count;

    internal MemoryBlocks(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights)
    {
        _x = x;
        _y = y;
        _rowWeights = rowWeights;
    }

    /// <summary>Returns the caller's rows as blocks, after checking that their lengths agree.</summary>
    internal static MemoryBlocks<T> Of(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> rowWeights)
    {
        if (x.Rows != y.Length)
        {
            Throw.RowsAgainst(nameof(y), x.Rows, y.Length);
        }

        if (!rowWeights.IsEmpty && x.Rows != rowWeights.Length)
        {
            Throw.RowsAgainst(nameof(rowWeights), x.Rows, rowWeights.Length);
        }

        return new MemoryBlocks<T>(x, y, rowWeights);
    }

    public readonly int Features => _x.Columns;

    public readonly ColumnLabels Labels => new([], Features, Features + 1);

    public readonly bool IsWeighted => !_rowWeights.IsEmpty;

    public readonly MatrixSpan<T> X => _x.SliceRows(_start, _count);

    public readonly ReadOnlySpan<T> Y => _y.Slice(_start, _count);

    public readonly ReadOnlySpan<double> RowWeights => _rowWeights.IsEmpty ? default : _rowWeights.Slice(_start, _count);

    public void Rewind()
    {
        _start = 0;
        _count = 0;
    }

    public bool Next()
    {
        _start += _count;
        _count = Math.Min(RowBlocks.Rows, _x.Rows - _start);
        return _count > 0;
    }

    public void AddTo<TSums>(TSums sums, int threads)
        where TSums : IBlockSums<T>
    {
        int useful = RowThreads.Useful(sums.WorkPerElement * _x.Rows * (_x.Columns + 1), _x.Rows, threads);
        if (useful > 1)
        {
            AddInParallel(sums, useful);
            return;
        }

        _sums = _sums.Length >= sums.Count ? _sums : new double[sums.Count];
        Span<double> block = _sums.AsSpan(0, sums.Count);
        Rewind();
        while (Next())
        {
            sums.Compute(0, X, Y, RowWeights, block);
            sums.Add(block);
        }
    }

    /// <summary>
    /// Computes the sums of some blocks for each thread, then adds them in the order of blocks, and goes on with the next blocks.
    /// </summary>
    private unsafe void AddInParallel<TSums>(TSums sums, int threads)
        where TSums : IBlockSums<T>
    {
        int blocks = (_x.Rows + RowBlocks.Rows - 1) / RowBlocks.Rows;
        int count = sums.Count;
        int atOnce = Math.Min(blocks, threads * Math.Max(4, SumsPerThread / count));
        double[] computed = _sums = _sums.Length >= atOnce * count ? _sums : new double[atOnce * count];
        fixed (T* xFirst = &MemoryMarshal.GetReference(_x.Values), yFirst = &MemoryMarshal.GetReference(_y))
        fixed (double* weightsFirst = &MemoryMarshal.GetReference(_rowWeights))
        {
            PinnedRows<T> x = new(_x, xFirst), y = new(new MatrixSpan<T>(_y, _y.Length, 1, 1), yFirst);
            PinnedRows<double> weights = new(new MatrixSpan<double>(_rowWeights, _rowWeights.Length, 1, 1), weightsFirst);
            bool isWeighted = IsWeighted;
            for (int first = 0; first < blocks; first += atOnce)
            {
                int start = first * RowBlocks.Rows;
                int end = (int)Math.Min(_x.Rows, start + ((long)atOnce * RowBlocks.Rows));
                RowThreads.ForEachBlock(start, end, threads, (thread, row, taken) => sums.Compute(
                    thread, x.Slice(row, taken), y.Slice(row, taken).Values, isWeighted ? weights.Slice(row, taken).Values : default,
                    computed.AsSpan((row - start) / RowBlocks.Rows * count, count)));
                for (int block = 0; block < Math.Min(atOnce, blocks - first); block++)
                {
                    sums.Add(computed.AsSpan(block * count, count));
                }
            }
        }
    }
}
