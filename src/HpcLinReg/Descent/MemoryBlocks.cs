using System.Numerics;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>Rows in memory as blocks, which are views of the caller's buffers.</summary>
internal ref struct MemoryBlocks<T> : IRowBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MatrixSpan<T> _x;
    private readonly ReadOnlySpan<T> _y;
    private readonly ReadOnlySpan<double> _rowWeights;
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
}
