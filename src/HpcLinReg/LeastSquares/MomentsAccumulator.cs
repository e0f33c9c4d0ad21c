using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.LeastSquares;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Takes the rows of joint columns [X | Y] in order, any number at a time, and folds them into <see cref="Moments"/>.
/// </summary>
/// <remarks>
/// <para>
/// Rows are summed in blocks of an absolute grid and blocks are merged in a fixed binary tree, so the result has the same
/// bits however the rows were cut into calls, and however a data set was cut into accumulators of adjacent ranges and
/// merged again. To promise that, the accumulator keeps the unfolded tree (one node for each level at most) and the rows of
/// unfinished blocks (fewer than 2048 at each end): O(p² log n + 2048 p) memory for p columns.
/// </para>
/// <para>Not thread-safe: give each thread an accumulator and a range of its own and merge them.</para>
/// </remarks>
public sealed class MomentsAccumulator
{
    private readonly double[] _delta;
    private readonly List<MomentsNode> _nodes = [];
    private readonly Stack<MomentsNode> _spare = [];
    private readonly List<double> _head = [];
    private readonly List<double> _tail = [];
    private ColumnLabels _labels;
    private bool _failed;

    /// <summary>Starts an empty range of rows.</summary>
    /// <param name="columns">The number p ≥ 1 of joint columns.</param>
    /// <param name="firstRow">The absolute index of the first row to come; 0 unless a data set is shared among accumulators.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public MomentsAccumulator(int columns, long firstRow = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        Columns = columns;
        FirstRow = firstRow;
        _labels = new ColumnLabels([], columns);
        _delta = new double[GramBlocks.PaddedColumns(columns)];
    }

    /// <summary>Starts an empty range of rows of named columns.</summary>
    /// <param name="names">One name per joint column; messages and moments use them.</param>
    /// <param name="firstRow">The absolute index of the first row to come.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no names, or the index is negative.</exception>
    public MomentsAccumulator(ReadOnlySpan<string> names, long firstRow = 0)
        : this(names.Length, firstRow) => _labels = new ColumnLabels([.. names], names.Length);

    /// <summary>Gets the number of joint columns, p.</summary>
    public int Columns { get; }

    /// <summary>Gets the absolute index of the range's first row.</summary>
    public long FirstRow { get; private set; }

    /// <summary>Gets how many rows were taken.</summary>
    public long RowCount { get; private set; }

    /// <summary>Takes the next rows of joint columns.</summary>
    /// <param name="rows">Rows of p columns.</param>
    /// <exception cref="ArgumentException">The columns are not p, or a cell is NaN or infinite.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double.</exception>
    /// <remarks>Allocates only while the tree grows. After an exception about a cell the accumulator is of no further use.</remarks>
    public void Add<T>(MatrixSpan<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Add(rows, rows.SliceColumns(rows.Columns, 0));

    /// <summary>Takes the next rows, features and one target lying apart.</summary>
    /// <param name="x">Rows of p − 1 features.</param>
    /// <param name="y">The target, one value per row.</param>
    /// <exception cref="ArgumentException">Shapes disagree, or a cell is NaN or infinite.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double.</exception>
    /// <remarks>As <see cref="Add{T}(MatrixSpan{T})"/>, with the same bits.</remarks>
    public void Add<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Add(x, new MatrixSpan<T>(y, y.Length, 1, 1));

    /// <summary>Joins the rows of an adjacent range, which may lie before or behind this one.</summary>
    /// <param name="other">The neighbour; unchanged.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The columns differ or the ranges do not touch.</exception>
    public void Merge(MomentsAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Columns != Columns)
        {
            Throw.AccumulatorColumns(other.Columns, Columns);
        }

        RequireUsable();
        other.RequireUsable();
        if (other.FirstRow == FirstRow + RowCount)
        {
            Append(other);
        }
        else if (FirstRow == other.FirstRow + other.RowCount)
        {
            var joined = new MomentsAccumulator(Columns, other.FirstRow) { _labels = _labels };
            joined.Append(other);
            joined.Append(this);
            FirstRow = joined.FirstRow;
            RowCount = joined.RowCount;
            Replace(_head, joined._head);
            Replace(_nodes, joined._nodes);
            Replace(_tail, joined._tail);
        }
        else
        {
            Throw.RangesNotAdjacent(FirstRow, RowCount, other.FirstRow, other.RowCount);
        }
    }

    /// <summary>Folds the tree into a value. The accumulator is unchanged and may go on.</summary>
    /// <returns>Count, means and centred cross-products; columns without names are called x1, x2, ….</returns>
    /// <exception cref="ArgumentException">A cell of an unfinished block is NaN or infinite.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double.</exception>
    public Moments ToMoments()
    {
        RequireUsable();

        var total = new MomentsNode(Columns);
        FoldInto(total);
        return new Moments(_labels.Names, total);
    }

    /// <summary>Folds the tree into a node.</summary>
    internal void FoldInto(MomentsNode total)
    {
        // Always from the last rows to the first: beside a long range the unfinished block and the small nodes lie at its end,
        // and small meets small first.
        MomentsNode next = Spare();
        total.Clear();
        Fragment(_tail, FirstRow + RowCount - Rows(_tail), total);
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Prepend(_nodes[i], total, next);
        }

        if (_head.Count > 0)
        {
            MomentsNode head = Spare();
            Fragment(_head, FirstRow, head);
            Prepend(head, total, next);
            _spare.Push(head);
        }

        _spare.Push(next);
    }

    /// <summary>Forgets all rows and keeps the memory.</summary>
    internal void Clear()
    {
        foreach (MomentsNode node in _nodes)
        {
            _spare.Push(node);
        }

        _nodes.Clear();
        _head.Clear();
        _tail.Clear();
        RowCount = 0;
        _failed = false;
    }

    private void Add<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireUsable();
        if (x.Columns + y.Columns != Columns)
        {
            Throw.AccumulatorColumns(x.Columns + y.Columns, Columns);
        }

        if (x.Rows != y.Rows)
        {
            Throw.RowsAgainstRows(x.Rows, y.Rows);
        }

        if (y.Columns > 0)
        {
            _labels = _labels with { Features = x.Columns };
        }

        _failed = true;
        int taken = 0;
        while (taken < x.Rows)
        {
            long position = FirstRow + RowCount;
            int inBlock = (int)(position % RowBlocks.Rows);
            int count = Math.Min(x.Rows - taken, RowBlocks.Rows - inBlock);
            MatrixSpan<T> xs = x.SliceRows(taken, count);
            MatrixSpan<T> ys = y.SliceRows(taken, count);
            if (count == RowBlocks.Rows)
            {
                Push(Leaf(xs, ys, position));
            }
            else
            {
                Keep(xs, ys, position - inBlock < FirstRow ? _head : _tail);
                if (Rows(_tail) == RowBlocks.Rows)
                {
                    Push(Leaf(Matrix(_tail), Matrix(_tail).SliceColumns(Columns, 0), position - inBlock));
                    _tail.Clear();
                }
            }

            taken += count;
            RowCount += count;
        }

        _failed = false;
    }

    private static void Replace<T>(List<T> target, List<T> source)
    {
        target.Clear();
        target.AddRange(source);
    }

    private static void Keep<T>(MatrixSpan<T> x, MatrixSpan<T> y, List<double> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = x.Columns + y.Columns;
        int start = rows.Count;
        CollectionsMarshal.SetCount(rows, start + (x.Rows * columns));
        Span<double> target = CollectionsMarshal.AsSpan(rows)[start..];
        for (int i = 0; i < x.Rows; i++)
        {
            Kernels.Line.Widen(x[i], target.Slice(i * columns, x.Columns));
            Kernels.Line.Widen(y[i], target.Slice((i * columns) + x.Columns, y.Columns));
        }
    }

    /// <summary>Appends a range that starts where this one ends: its loose rows, its nodes, its loose rows again.</summary>
    private void Append(MomentsAccumulator next)
    {
        _labels = _labels with { Features = Math.Min(_labels.Features, next._labels.Features) };
        Add(next.Matrix(next._head));
        foreach (MomentsNode node in next._nodes)
        {
            MomentsNode copy = Spare();
            copy.CopyFrom(node);
            RowCount += node.Count;
            Push(copy);
        }

        Add(next.Matrix(next._tail));
    }

    /// <summary>Puts a node behind the others and merges it with its sibling, and that with its own, as long as one is there.</summary>
    private void Push(MomentsNode node)
    {
        while (_nodes.Count > 0 && node.Index % 2 == 1 && _nodes[^1].Level == node.Level && _nodes[^1].Index == node.Index - 1)
        {
            MomentsNode sibling = _nodes[^1];
            _nodes.RemoveAt(_nodes.Count - 1);
            sibling.Absorb(node, _delta);
            sibling.Level++;
            sibling.Index /= 2;
            _spare.Push(node);
            node = sibling;
        }

        _nodes.Add(node);
    }

    private MomentsNode Leaf<T>(MatrixSpan<T> x, MatrixSpan<T> y, long firstRow)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MomentsNode node = Spare();
        node.Level = 0;
        node.Index = firstRow / RowBlocks.Rows;
        BlockMoments.Compute(x, y, firstRow, _labels, node);
        return node;
    }

    private void Fragment(List<double> rows, long firstRow, MomentsNode node)
    {
        if (rows.Count > 0)
        {
            BlockMoments.Compute(Matrix(rows), Matrix(rows).SliceColumns(Columns, 0), firstRow, _labels, node);
        }
    }

    /// <summary>The total becomes the node's rows followed by its own.</summary>
    private void Prepend(MomentsNode node, MomentsNode total, MomentsNode scratch)
    {
        scratch.CopyFrom(total);
        total.CopyFrom(node);
        if (scratch.Count > 0)
        {
            total.Absorb(scratch, _delta);
        }
    }

    private MomentsNode Spare() => _spare.Count > 0 ? _spare.Pop() : new MomentsNode(Columns);

    private int Rows(List<double> rows) => rows.Count / Columns;

    private MatrixSpan<double> Matrix(List<double> rows) => new(CollectionsMarshal.AsSpan(rows), Rows(rows), Columns, Columns);

    private void RequireUsable()
    {
        if (_failed)
        {
            Throw.AccumulatorFailed();
        }
    }
}
