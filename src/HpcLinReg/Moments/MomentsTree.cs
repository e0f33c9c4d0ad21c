using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Sums rows in blocks of an absolute grid and merges the blocks in a fixed binary tree, so that the bits do not depend on how the rows
/// were cut into calls or ranges. Holds the unfolded tree and the rows of unfinished blocks (see <see cref="MomentsAccumulator"/>). Not
/// thread-safe.
/// </summary>
internal sealed partial class MomentsTree
{
    private readonly double[] _delta;
    private readonly List<MomentsNode> _nodes = [];
    private readonly Stack<MomentsNode> _spare = [];
    private readonly List<double> _head = [];
    private readonly PolynomialBasis? _basis;
    private readonly IndicatorColumns? _indicators;
    private readonly IndicatorMoments? _indicatorMoments;
    private readonly DoubleDoubleBlockMoments? _doubleDouble;
    private List<double> _tail = [];

    /// <summary>Starts an empty range of rows.</summary>
    /// <param name="columns">The number of joint columns, at least 1.</param>
    /// <param name="firstRow">The absolute index of the first row to come.</param>
    /// <param name="precision">The precision of the arithmetic; rows with weights need double-double.</param>
    /// <param name="basis">
    /// The powers that columns are expanded into, in double-double, as they are summed; null for the columns themselves.
    /// </param>
    internal MomentsTree(int columns, long firstRow, MomentsPrecision precision, PolynomialBasis? basis = null)
        : this(columns, firstRow, precision, basis, null)
    {
    }

    /// <summary>Starts an empty range of indexed rows.</summary>
    /// <param name="indicators">How the values of a row stand for joint columns.</param>
    /// <param name="labels">What messages call the joint columns.</param>
    /// <param name="precision">In what precision to sum; rows with weights need double-double.</param>
    internal MomentsTree(IndicatorColumns indicators, ColumnLabels labels, MomentsPrecision precision)
        : this(indicators.Values, 0, precision, null, indicators) => Labels = indicators.LabelsOfValues(labels);

    private MomentsTree(int columns, long firstRow, MomentsPrecision precision, PolynomialBasis? basis, IndicatorColumns? indicators,
        bool hasRemainders = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        Columns = columns;
        FirstRow = firstRow;
        NextRow = firstRow;
        Precision = precision;
        _basis = basis;
        _indicators = indicators;
        HasRemainders = hasRemainders;
        Labels = new ColumnLabels([], columns, columns);
        _delta = new double[GramBlocks.PaddedColumns(NodeColumns)];
        _indicatorMoments = indicators is null ? null : new IndicatorMoments(indicators, precision == MomentsPrecision.DoubleDouble);
        _doubleDouble = precision == MomentsPrecision.DoubleDouble && indicators is null ? new DoubleDoubleBlockMoments(NodeColumns) : null;
    }

    /// <summary>
    /// Gets the number of values of a row: joint columns, with remainders twice as many, or those that are expanded into joint columns.
    /// </summary>
    internal int Columns { get; }

    /// <summary>Gets the precision of the arithmetic that the rows are summed in.</summary>
    internal MomentsPrecision Precision { get; }

    /// <summary>Gets or sets the names of the columns in messages.</summary>
    internal ColumnLabels Labels { get; set; }

    /// <summary>Gets or sets the number of threads that share the products of a block; it does not affect bits.</summary>
    internal int BlockThreads { get; set; } = 1;

    /// <summary>Gets the absolute index of the first row.</summary>
    internal long FirstRow { get; private set; }

    /// <summary>Gets the absolute index of the next row to come.</summary>
    internal long NextRow { get; private set; }

    /// <summary>Gets the number of rows that count.</summary>
    internal long RowCount { get; private set; }

    /// <summary>Takes the next rows of joint columns.</summary>
    internal void Add<T>(MatrixSpan<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Take(rows, rows.SliceColumns(rows.Columns, 0), default);

    /// <summary>Takes the next rows, features and any number of targets lying apart.</summary>
    internal void Add<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Take(x, y, default);

    /// <summary>Takes the next rows, each with a weight; without weights each counts once.</summary>
    internal void Add<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rowWeights.IsEmpty)
        {
            Add(x, y);
            return;
        }

        if (rowWeights.Length != x.Rows)
        {
            Throw.RowsAgainst(nameof(rowWeights), x.Rows, rowWeights.Length);
        }

        if (Precision != MomentsPrecision.DoubleDouble)
        {
            Throw.WeightsNeedDoubleDouble();
        }

        RowWeights.Require(rowWeights, NextRow);
        Take(x, y, new MatrixSpan<double>(rowWeights, rowWeights.Length, 1, 1));
    }

    /// <summary>Leaves the places of the next rows empty.</summary>
    internal void Skip(long rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, long.MaxValue - NextRow);
        SkipTo(NextRow + rows);
    }

    /// <summary>Joins the rows of an adjacent range, which may lie before or behind this one.</summary>
    internal void Merge(MomentsTree other)
    {
        if (other.HasRemainders != HasRemainders)
        {
            Throw.RemaindersDiffer();
        }

        if (other.Columns != Columns)
        {
            Throw.AccumulatorColumns(other.Columns, Columns);
        }

        if (other.Precision != Precision)
        {
            Throw.PrecisionsDiffer();
        }

        RequireSquaresWith(other);
        if (other.FirstRow == NextRow)
        {
            Append(other);
        }
        else if (FirstRow == other.NextRow)
        {
            var joined = new MomentsTree(Columns, other.FirstRow, Precision, _basis, _indicators, HasRemainders) { Labels = Labels };
            joined.Append(other);
            joined.Append(this);
            FirstRow = joined.FirstRow;
            NextRow = joined.NextRow;
            RowCount = joined.RowCount;
            Replace(_head, joined._head);
            Replace(_nodes, joined._nodes);
            Replace(_tail, joined._tail);
        }
        else
        {
            Throw.RangesNotAdjacent(FirstRow, NextRow, other.FirstRow, other.NextRow);
        }

        _isLarge |= other._isLarge;
    }

    /// <summary>Returns the moments of all rows; the tree is unchanged, and more rows may be added.</summary>
    internal MomentsNode Fold()
    {
        MomentsNode total = NewNode();
        FoldInto(total);
        return total;
    }

    /// <summary>Folds the tree into an existing node, whose content is replaced.</summary>
    internal void FoldInto(MomentsNode total) => FoldInto(total, Labels);

    private void FoldInto(MomentsNode total, ColumnLabels labels)
    {
        // From the last rows to the first: the unfinished block and the small nodes lie at the end of a long range, so small nodes
        // merge with small ones first.
        MomentsNode next = Spare();
        total.Clear();
        Fragment(_tail, BlockStart(NextRow), labels, total);
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Prepend(_nodes[i], total, next);
        }

        if (_head.Count > 0)
        {
            MomentsNode head = Spare();
            Fragment(_head, BlockStart(FirstRow), labels, head);
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
        NextRow = FirstRow;
        RowCount = 0;
        _isLarge = false;
    }

    /// <summary>
    /// Takes rows whose shape and weights were checked, or none of them: where one cannot be taken the accumulator is as before the call.
    /// </summary>
    private void Take<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns + y.Columns != Columns && HasRemainders)
        {
            Throw.RemaindersMissing(x.Columns + y.Columns, NodeColumns);
        }

        if (x.Columns + y.Columns != Columns)
        {
            Throw.AccumulatorColumns(x.Columns + y.Columns, Columns);
        }

        if (x.Rows != y.Rows)
        {
            Throw.RowsAgainstRows(x.Rows, y.Rows);
        }

        if (HasRemainders)
        {
            RequireRemainders(x, y, weights);
        }

        int inBlock = (int)(NextRow - BlockStart(NextRow));
        ColumnLabels labels = y.Columns > 0 ? Labels with { Features = x.Columns } : Labels;
        if (inBlock + x.Rows >= RowBlocks.Rows)
        {
            TakeBlocks(x, y, weights, labels);
            Labels = labels;
            return;
        }

        // The usual path of calls of few rows.
        List<double> rows = UnfinishedRows;
        int start = rows.Count;
        if (!Keep(x, y, weights, inBlock, rows) || _isLarge)
        {
            AdmitLarge(x, y, weights, rows, start, labels);
        }

        Labels = labels;
        RowCount += (rows.Count - start) / KeptWidth;
        NextRow += x.Rows;
    }

    private static void Replace<T>(List<T> target, List<T> source)
    {
        target.Clear();
        target.AddRange(source);
    }

    /// <summary>Appends a range that starts where this one ends: its loose rows, its nodes, its loose rows again.</summary>
    private void Append(MomentsTree next)
    {
        Labels = Labels with { Features = Math.Min(Labels.Features, next.Labels.Features) };
        UnfinishedRows.AddRange(next._head);
        foreach (MomentsNode node in next._nodes)
        {
            MomentsNode copy = Spare();
            copy.CopyFrom(node);
            SkipTo(FirstBlock(node) * RowBlocks.Rows);
            NextRow = EndBlock(node) * RowBlocks.Rows;
            _nodes.Add(copy);
            Join(EndBlock(node));
        }

        if (next._tail.Count > 0)
        {
            SkipTo(BlockStart(next.NextRow));
            _tail.AddRange(next._tail);
        }

        SkipTo(next.NextRow);
        RowCount += next.RowCount;
    }

    /// <summary>Goes to a row that is not before the next one and leaves the places between empty.</summary>
    private void SkipTo(long row)
    {
        long start = BlockStart(NextRow);
        if (_tail.Count > 0 && BlockStart(row) > start)
        {
            MomentsNode block = Spare();
            Fragment(_tail, start, Labels, block);
            _tail.Clear();
            PushLeaf(block, start, settled: 0);
        }

        NextRow = row;
        Join(row / RowBlocks.Rows);
    }

    /// <summary>
    /// Raises the last node as long as the range holds all of its parent's blocks: merged with its sibling, or alone where the sibling has
    /// no rows. So the nodes are those of the fixed tree over the blocks that have rows.
    /// </summary>
    /// <param name="endBlock">The blocks before this one are complete.</param>
    /// <param name="settled">This many of the nodes stay as they are: those from before a call that may still fail.</param>
    private void Join(long endBlock, int settled = 0)
    {
        long firstBlock = (FirstRow / RowBlocks.Rows) + (FirstRow % RowBlocks.Rows > 0 ? 1 : 0);
        while (_nodes.Count > settled)
        {
            MomentsNode node = _nodes[^1];
            long parent = node.Index / 2;
            long start = parent << (node.Level + 1);
            if (start < firstBlock || (parent + 1) << (node.Level + 1) > endBlock)
            {
                return;
            }

            if (node.Index % 2 == 1 && _nodes.Count > 1 && EndBlock(_nodes[^2]) > start)
            {
                MomentsNode sibling = _nodes[^2];
                if (_nodes.Count - 1 == settled || sibling.Level != node.Level)
                {
                    return;
                }

                sibling.Absorb(node, _delta);
                _nodes.RemoveAt(_nodes.Count - 1);
                _spare.Push(node);
                node = sibling;
            }

            node.Level++;
            node.Index = parent;
        }
    }

    private static long FirstBlock(MomentsNode node) => node.Index << node.Level;

    private static long EndBlock(MomentsNode node) => (node.Index + 1) << node.Level;

    /// <summary>Returns the absolute index of the first place of a row's block.</summary>
    private static long BlockStart(long row) => row & -RowBlocks.Rows;

    /// <summary>Gets the rows of the unfinished block that the next row belongs to.</summary>
    private List<double> UnfinishedRows => BlockStart(NextRow) < FirstRow ? _head : _tail;

    private void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, RowNumbers numbers, ColumnLabels labels,
        MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_indicatorMoments is not null)
        {
            _indicatorMoments.Compute(x, y, weights, numbers, labels, node);
        }
        else if (_doubleDouble is null && y.Columns > 1)
        {
            // The plain kernels take one column beside x: several are brought side by side first.
            var joint = new T[x.Rows * Columns];
            for (int i = 0; i < x.Rows; i++)
            {
                x[i].CopyTo(joint.AsSpan(i * Columns));
                y[i].CopyTo(joint.AsSpan((i * Columns) + x.Columns));
            }

            BlockMoments.Compute(new MatrixSpan<T>(joint, Columns), new MatrixSpan<T>([], x.Rows, 0, 0), numbers, labels, node,
                BlockThreads);
            node.NoteVariety(Variety.IsVaried(x, y, numbers));
        }
        else if (_doubleDouble is null)
        {
            BlockMoments.Compute(x, y, numbers, labels, node, BlockThreads);
            node.NoteVariety(Variety.IsVaried(x, y, numbers));
        }
        else if (HasRemainders)
        {
            _doubleDouble.Compute(x.SliceColumns(0, NodeColumns), y, Remainders(x), weights, numbers, labels, node);
        }
        else if (_basis is null)
        {
            _doubleDouble.Compute(x, y, default, weights, numbers, labels, node);
        }
        else
        {
            (double[] high, double[] low) = _basis.Expand(x, y);
            var powers = new MatrixSpan<double>(high, x.Rows, NodeColumns, NodeColumns);
            _doubleDouble.Compute(powers, powers.SliceColumns(NodeColumns, 0),
                new MatrixSpan<double>(low, x.Rows, NodeColumns, NodeColumns), weights, numbers, _basis.Labels, node);
        }
    }

    private void Fragment(List<double> rows, long blockStart, ColumnLabels labels, MomentsNode node)
    {
        if (rows.Count > 0)
        {
            MatrixSpan<double> kept = new(CollectionsMarshal.AsSpan(rows), KeptWidth);
            MatrixSpan<double> weights = KeptWidth > Columns + 1 ? kept.SliceColumns(Columns + 1, 1) : default;
            RowNumbers numbers = new(blockStart, kept.SliceColumns(Columns, 1));
            Compute(kept.SliceColumns(0, Columns), kept.SliceColumns(Columns, 0), weights, numbers, labels, node);
        }
    }

    /// <summary>Puts a node's rows before those of the total.</summary>
    private void Prepend(MomentsNode node, MomentsNode total, MomentsNode scratch)
    {
        scratch.CopyFrom(total);
        total.CopyFrom(node);
        if (scratch.Count > 0)
        {
            total.Absorb(scratch, _delta);
        }
    }

    private int NodeColumns => HasRemainders ? Columns / 2 : _basis?.Columns ?? _indicators?.Columns ?? Columns;

    /// <summary>
    /// Gets the number of values kept for a row of an unfinished block: its cells, its place in the block, and its weight where there can
    /// be one.
    /// </summary>
    private int KeptWidth => Precision == MomentsPrecision.DoubleDouble ? Columns + 2 : Columns + 1;

    private MomentsNode NewNode() => new(NodeColumns, Precision == MomentsPrecision.DoubleDouble);

    private MomentsNode Spare() => _spare.Count > 0 ? _spare.Pop() : NewNode();
}
