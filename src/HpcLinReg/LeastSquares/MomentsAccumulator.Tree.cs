using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.LeastSquares;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <content>Blocks of the absolute grid, the rows of unfinished ones, and the unfolded tree over them.</content>
public sealed partial class MomentsAccumulator
{
    /// <summary>Folds the tree into a node.</summary>
    internal void FoldInto(MomentsNode total) => FoldInto(total, _labels);

    private void FoldInto(MomentsNode total, ColumnLabels labels)
    {
        // Always from the last rows to the first: beside a long range the unfinished block and the small nodes lie at its end,
        // and small meets small first.
        MomentsNode next = Spare();
        total.Clear();
        Fragment(_tail, FirstRow + RowCount - Rows(_tail), labels, total);
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            Prepend(_nodes[i], total, next);
        }

        if (_head.Count > 0)
        {
            MomentsNode head = Spare();
            Fragment(_head, FirstRow, labels, head);
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
        _isLarge = false;
    }

    /// <summary>Says how many columns are features; the others are targets, and messages call them that.</summary>
    internal void NameTargets(int features) => _labels = _labels with { Features = features };

    /// <summary>Takes the next rows, features and any number of targets lying apart.</summary>
    internal void AddJoint<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Take(x, y, default);

    /// <summary>Takes rows whose shape and weights were checked, or none of them: where one cannot be taken the accumulator is as before the call.</summary>
    private void Take<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns + y.Columns != Columns)
        {
            Throw.AccumulatorColumns(x.Columns + y.Columns, Columns);
        }

        if (x.Rows != y.Rows)
        {
            Throw.RowsAgainstRows(x.Rows, y.Rows);
        }

        long position = FirstRow + RowCount;
        int inBlock = (int)(position & (RowBlocks.Rows - 1));
        ColumnLabels labels = y.Columns > 0 ? _labels with { Features = x.Columns } : _labels;
        if (inBlock + x.Rows >= RowBlocks.Rows)
        {
            TakeBlocks(x, y, weights, labels);
            _labels = labels;
            return;
        }

        // Most calls of few rows end here.
        List<double> rows = position - inBlock < FirstRow ? _head : _tail;
        int start = rows.Count;
        if (!Keep(x, y, weights, rows) || _isLarge)
        {
            AdmitLarge(x, y, weights, rows, start, labels);
        }

        _labels = labels;
        RowCount += x.Rows;
    }

    private static void Replace<T>(List<T> target, List<T> source)
    {
        target.Clear();
        target.AddRange(source);
    }

    /// <summary>Appends rows to those of an unfinished block. False when a cell or weight is not of ordinary size; they are appended all the same.</summary>
    private bool Keep<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, List<double> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int start = rows.Count;
        int width = KeptWidth;
        CollectionsMarshal.SetCount(rows, start + (x.Rows * width));
        Span<double> kept = CollectionsMarshal.AsSpan(rows)[start..];
        Span<double> target = kept;
        for (int i = 0; i < x.Rows; i++, target = target[width..])
        {
            Kernels.Line.Widen(x[i], target[..x.Columns]);
            if (y.Columns > 0)
            {
                Kernels.Line.Widen(y[i], target[x.Columns..Columns]);
            }

            if (width > Columns)
            {
                target[Columns] = weights.Columns == 0 ? 1 : weights[i][0];
            }
        }

        return Magnitude.AllAtMost(kept, MostOrdinary) && AreOrdinary(weights);
    }

    /// <summary>Appends a range that starts where this one ends: its loose rows, its nodes, its loose rows again.</summary>
    private void Append(MomentsAccumulator next)
    {
        _labels = _labels with { Features = Math.Min(_labels.Features, next._labels.Features) };
        Take(next._head);
        foreach (MomentsNode node in next._nodes)
        {
            MomentsNode copy = Spare();
            copy.CopyFrom(node);
            RowCount += (long)RowBlocks.Rows << node.Level;
            Push(copy);
        }

        Take(next._tail);
    }

    private void Take(List<double> kept) => Take(Matrix(kept), Matrix(kept).SliceColumns(Columns, 0), Weights(kept));

    /// <summary>Puts a node behind the others and merges it with its sibling, and that with its own, as long as one is there.</summary>
    /// <param name="node">The node.</param>
    /// <param name="settled">How many of the nodes stay as they are: those from before a call that may still fail.</param>
    private void Push(MomentsNode node, int settled = 0)
    {
        while (_nodes.Count > settled && node.Index % 2 == 1 && _nodes[^1].Level == node.Level && _nodes[^1].Index == node.Index - 1)
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


    private void Compute<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights, long firstRow, ColumnLabels labels, MomentsNode node)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (_doubleDouble is null && y.Columns > 1)
        {
            // The plain kernels take one column beside x: several are brought side by side first.
            var joint = new T[x.Rows * Columns];
            for (int i = 0; i < x.Rows; i++)
            {
                x[i].CopyTo(joint.AsSpan(i * Columns));
                y[i].CopyTo(joint.AsSpan((i * Columns) + x.Columns));
            }

            BlockMoments.Compute(new MatrixSpan<T>(joint, Columns), new MatrixSpan<T>([], x.Rows, 0, 0), firstRow, labels, node);
            node.NoteVariety(Variety.IsVaried(x, y, firstRow));
        }
        else if (_doubleDouble is null)
        {
            BlockMoments.Compute(x, y, firstRow, labels, node);
            node.NoteVariety(Variety.IsVaried(x, y, firstRow));
        }
        else if (_basis is null)
        {
            _doubleDouble.Compute(x, y, default, weights, firstRow, labels, node);
        }
        else
        {
            (double[] high, double[] low) = _basis.Expand(x, y);
            var powers = new MatrixSpan<double>(high, x.Rows, NodeColumns, NodeColumns);
            _doubleDouble.Compute(powers, powers.SliceColumns(NodeColumns, 0), new MatrixSpan<double>(low, x.Rows, NodeColumns, NodeColumns), weights, firstRow, _basis.Labels, node);
        }
    }

    private void Fragment(List<double> rows, long firstRow, ColumnLabels labels, MomentsNode node)
    {
        if (rows.Count > 0)
        {
            Compute(Matrix(rows), Matrix(rows).SliceColumns(Columns, 0), Weights(rows), firstRow, labels, node);
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

    private int NodeColumns => _basis?.Columns ?? Columns;

    /// <summary>Rows of unfinished blocks are kept with their weight where there can be one.</summary>
    private int KeptWidth => Precision == MomentsPrecision.DoubleDouble ? Columns + 1 : Columns;

    private MomentsNode NewNode() => new(NodeColumns, Precision == MomentsPrecision.DoubleDouble);

    private MomentsNode Spare() => _spare.Count > 0 ? _spare.Pop() : NewNode();

    private int Rows(List<double> rows) => rows.Count / KeptWidth;

    private MatrixSpan<double> Matrix(List<double> rows) => new(CollectionsMarshal.AsSpan(rows), Rows(rows), Columns, KeptWidth);

    private MatrixSpan<double> Weights(List<double> rows) =>
        KeptWidth == Columns ? default : new MatrixSpan<double>(CollectionsMarshal.AsSpan(rows), Rows(rows), KeptWidth, KeptWidth).SliceColumns(Columns, 1);
}
