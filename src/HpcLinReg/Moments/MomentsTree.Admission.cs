using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <content>
/// Admits all rows of a call or none. Nodes from before the call are not changed until all rows have been checked: new blocks merge only
/// with one another, which changes no bit, because the tree fixes which nodes meet; and rows of an unfinished block that the call completes
/// are kept until it ends.
/// </content>
internal sealed partial class MomentsTree
{
    /// <summary>
    /// Cells up to 1e130 with weights up to 1e30 never overflow: centred squares are at most 4e290 each, and a double counts no more than
    /// 1e16 rows. Once a cell or weight is larger, every call sums all rows to see whether they are still in range.
    /// </summary>
    private const double MostOrdinary = 1e130;

    /// <summary>The largest weight with which sums need no check (<see cref="MostOrdinary"/>).</summary>
    private const double MostOrdinaryWeight = 1e30;

    /// <summary>
    /// The smallest such weight: the inverse of a sum of weights stays in range (<see cref="DoubleDoubleBlockMoments"/>).
    /// </summary>
    private const double LeastOrdinaryWeight = 1e-240;

    /// <summary>The rows of a block that the running call has completed.</summary>
    private List<double> _completed = [];

    /// <summary>True once a cell or a weight was so large, or a weight so small, that sums may leave the range of double.</summary>
    private bool _isLarge;

    /// <summary>Gets the largest cell whose square is in range; powers of a variable may be, whatever the variable.</summary>
    private double MostCell => _basis is null ? BlockMoments.MostSquared : double.MaxValue;

    /// <summary>Takes rows that complete a block.</summary>
    private void TakeBlocks<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int settled = _nodes.Count, head = _head.Count, tail = _tail.Count;
        (long rowCount, long firstRow) = (RowCount, NextRow);
        bool wasLarge = _isLarge;
        try
        {
            for (int taken = 0; taken < x.Rows;)
            {
                int inBlock = (int)(NextRow - BlockStart(NextRow));
                int count = Math.Min(x.Rows - taken, RowBlocks.Rows - inBlock);
                TakePiece(x.SliceRows(taken, count), y.SliceRows(taken, count),
                    weights.Columns == 0 ? default : weights.SliceRows(taken, count), inBlock, settled, labels);
                taken += count;
                NextRow += count;
            }

            if (_isLarge)
            {
                RequireSquares(x, y, weights, firstRow, labels);
            }
        }
        catch
        {
            for (int i = settled; i < _nodes.Count; i++)
            {
                _spare.Push(_nodes[i]);
            }

            _nodes.RemoveRange(settled, _nodes.Count - settled);
            if (_completed.Count > 0)
            {
                (_tail, _completed) = (_completed, _tail);
            }

            _completed.Clear();
            CollectionsMarshal.SetCount(_head, head);
            CollectionsMarshal.SetCount(_tail, tail);
            (RowCount, NextRow) = (rowCount, firstRow);
            _isLarge = wasLarge;
            throw;
        }

        _completed.Clear();
        Settle(settled);
    }

    /// <summary>Takes rows of one block: a whole one, or the end or the beginning of one.</summary>
    private void TakePiece<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, int inBlock, int settled, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows == RowBlocks.Rows && !RowWeights.HaveZero(weights))
        {
            MomentsNode block = Spare();
            Compute(x, y, weights, NextRow, labels, block);
            if (!IsOrdinary(block) || !AreOrdinary(weights))
            {
                BlockMoments.RequireCells(x, y, weights, NextRow, labels, MostCell);
                _isLarge = true;
            }

            RowCount += x.Rows;
            PushLeaf(block, NextRow, settled);
            return;
        }

        List<double> rows = UnfinishedRows;
        int start = rows.Count;
        if (!Keep(x, y, weights, inBlock, rows))
        {
            BlockMoments.RequireCells(x, y, weights, NextRow, labels, MostCell);
            _isLarge = true;
        }

        RowCount += (rows.Count - start) / KeptWidth;
        if (rows != _tail || inBlock + x.Rows < RowBlocks.Rows || rows.Count == 0)
        {
            return;
        }

        MomentsNode node = Spare();
        Fragment(rows, NextRow - inBlock, labels, node);
        PushLeaf(node, NextRow - inBlock, settled);
        if (inBlock > 0)
        {
            (_tail, _completed) = (_completed, _tail);
        }
        else
        {
            rows.Clear();
        }
    }

    /// <summary>
    /// Appends rows, without those of weight 0, to an unfinished block. Returns false when a cell or weight is not of ordinary size; the
    /// rows are appended all the same.
    /// </summary>
    private bool Keep<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, int inBlock, List<double> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int start = rows.Count;
        int width = KeptWidth;
        CollectionsMarshal.SetCount(rows, start + (x.Rows * width));
        Span<double> kept = CollectionsMarshal.AsSpan(rows)[start..];
        Span<double> target = kept;
        for (int i = 0; i < x.Rows; i++)
        {
            if (weights.Columns > 0 && weights[i][0] == 0)
            {
                continue;
            }

            Kernels.Line.Widen(x[i], target[..x.Columns]);
            if (y.Columns > 0)
            {
                Kernels.Line.Widen(y[i], target[x.Columns..Columns]);
            }

            target[Columns] = inBlock + i;
            if (width > Columns + 1)
            {
                target[Columns + 1] = weights.Columns == 0 ? 1 : weights[i][0];
            }

            target = target[width..];
        }

        kept = kept[..^target.Length];
        CollectionsMarshal.SetCount(rows, start + kept.Length);
        return Magnitude.AllAtMost(kept, MostOrdinary) && AreOrdinary(weights);
    }

    /// <summary>
    /// Checks rows just appended to an unfinished block, of which some cell is not finite or large, and removes them again if they are
    /// refused.
    /// </summary>
    private void AdmitLarge<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, List<double> rows, int start,
        ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            BlockMoments.RequireCells(x, y, weights, NextRow, labels, MostCell);
            RequireSquares(x, y, weights, NextRow, labels);
            _isLarge = true;
        }
        catch
        {
            CollectionsMarshal.SetCount(rows, start);
            throw;
        }
    }

    /// <summary>Throws where the squares of a column overflow with the rows of a call.</summary>
    private void RequireSquares<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, long firstRow, ColumnLabels labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        MomentsNode total = NewNode();
        FoldInto(total, labels);
        for (int j = 0; j < total.Columns; j++)
        {
            if (double.IsFinite(total.Squares(j)) && double.IsFinite(total.Means[j]))
            {
                continue;
            }

            if (_basis is not null)
            {
                Throw.PowersOverflow();
            }

            BlockMoments.RefuseLargest(x, y, weights, _indicators?.ValueOf(j) ?? j, firstRow, labels);
        }
    }

    /// <summary>Throws where the squares of a column overflow when two ranges are joined.</summary>
    private void RequireSquaresWith(MomentsTree other)
    {
        if (!_isLarge && !other._isLarge)
        {
            return;
        }

        MomentsNode total = NewNode(), added = NewNode();
        FoldInto(total);
        other.FoldInto(added);
        Prepend(added, total, NewNode());
        for (int j = 0; j < total.Columns; j++)
        {
            if (!double.IsFinite(total.Squares(j)) || !double.IsFinite(total.Means[j]))
            {
                Throw.SquaresOverflow(Labels[j]);
            }
        }
    }

    private static bool AreOrdinary(MatrixSpan<double> weights)
    {
        bool ordinary = true;
        for (int i = 0; i < weights.Rows && weights.Columns > 0; i++)
        {
            double weight = weights[i][0];
            ordinary &= weight == 0 || (weight >= LeastOrdinaryWeight && weight <= MostOrdinaryWeight);
        }

        return ordinary;
    }

    private static bool IsOrdinary(MomentsNode node)
    {
        bool ordinary = Magnitude.AllAtMost(node.Means.AsSpan(0, node.Columns), MostOrdinary);
        for (int j = 0; j < node.Columns; j++)
        {
            ordinary &= node.Squares(j) <= MostOrdinary * MostOrdinary;
        }

        return ordinary;
    }

    private void PushLeaf(MomentsNode node, long firstRow, int settled)
    {
        node.Level = 0;
        node.Index = firstRow / RowBlocks.Rows;
        _nodes.Add(node);
        Join(node.Index + 1, settled);
    }

    /// <summary>Merges the nodes of a call that has succeeded with those before it.</summary>
    private void Settle(int settled)
    {
        int count = _nodes.Count - settled;
        MomentsNode[] added = settled == 0 || count == 0 ? [] : System.Buffers.ArrayPool<MomentsNode>.Shared.Rent(count);
        if (added.Length > 0)
        {
            _nodes.CopyTo(settled, added, 0, count);
            _nodes.RemoveRange(settled, count);
            for (int i = 0; i < count; i++)
            {
                Join(FirstBlock(added[i]));
                _nodes.Add(added[i]);
            }

            System.Buffers.ArrayPool<MomentsNode>.Shared.Return(added, clearArray: true);
        }

        Join(NextRow / RowBlocks.Rows);
    }
}
