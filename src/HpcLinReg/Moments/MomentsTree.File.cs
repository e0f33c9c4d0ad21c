using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <content>
/// The unfolded tree in a file. Which nodes there are follows from the range and from which blocks have rows, so one state is one
/// sequence of bytes; a file with other nodes is refused.
/// </content>
internal sealed partial class MomentsTree
{
    internal void Write(MomentsWriter writer)
    {
        writer.Write((long)_nodes.Count);
        foreach (MomentsNode node in _nodes)
        {
            writer.Write((long)node.Level);
            writer.Write(node.Index);
            node.Write(writer);
        }

        Write(writer, _head);
        Write(writer, _tail);
    }

    /// <summary>Reads a range of rows into this tree, which is empty; throws where it is not one that rows could have made.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="nextRow">The absolute index of the row behind the range.</param>
    /// <param name="rowCount">The number of rows that count.</param>
    internal void Read(MomentsReader reader, long nextRow, long rowCount)
    {
        long firstBlock = (FirstRow / RowBlocks.Rows) + (FirstRow % RowBlocks.Rows > 0 ? 1 : 0), endBlock = nextRow / RowBlocks.Rows;
        bool isDoubleDouble = Precision == MomentsPrecision.DoubleDouble;
        int count = reader.ReadCount((2 * sizeof(long)) + MomentsNode.LeastBytes(NodeColumns, isDoubleDouble, isDoubleDouble), "nodes");
        long end = firstBlock;
        for (int i = 0; i < count; i++)
        {
            MomentsNode node = NewNode();
            node.Level = (int)reader.ReadLong(0, 62, "level of a node");
            node.Index = reader.ReadLong(0, long.MaxValue >> node.Level, "place of a node");
            if (FirstBlock(node) < end || node.Index >= endBlock >> node.Level || !IsHighest(node, firstBlock, endBlock))
            {
                Throw.MomentsNotUsable($"its node {i} (counted from 0) is none of the tree of its rows");
            }

            end = EndBlock(node);
            node.Read(reader, 1, Math.Min((end - FirstBlock(node)) * RowBlocks.Rows, rowCount));
            _nodes.Add(node);
            RowCount += node.Count;
            _isLarge |= !IsOrdinary(node) || !(node.LeastWeight >= LeastOrdinaryWeight && node.Weight.High <= MostOrdinaryWeight);
        }

        int firstPlace = (int)(FirstRow % RowBlocks.Rows), nextPlace = (int)(nextRow % RowBlocks.Rows);
        bool isOneBlock = BlockStart(nextRow) < FirstRow;
        ReadRows(reader, _head, firstPlace, firstPlace == 0 ? 0 : isOneBlock ? nextPlace : RowBlocks.Rows);
        ReadRows(reader, _tail, 0, isOneBlock ? 0 : nextPlace);
        RowCount += (_head.Count + _tail.Count) / KeptWidth;
        NextRow = nextRow;
        if (RowCount != rowCount)
        {
            Throw.MomentsNotUsable($"it states {rowCount} rows and holds {RowCount}");
        }

        if (_isLarge)
        {
            RequireSquares();
        }
    }

    /// <summary>Returns whether a node's parent reaches beyond the range, as that of each node in a tree does.</summary>
    private static bool IsHighest(MomentsNode node, long firstBlock, long endBlock)
    {
        long parent = node.Index / 2;
        return node.Level == 62 || parent << (node.Level + 1) < firstBlock || parent >= endBlock >> (node.Level + 1);
    }

    private void Write(MomentsWriter writer, List<double> rows)
    {
        int width = KeptWidth;
        writer.Write((long)(rows.Count / width));
        ReadOnlySpan<double> kept = CollectionsMarshal.AsSpan(rows);
        for (; kept.Length > 0; kept = kept[width..])
        {
            writer.Write((long)kept[Columns]);
            writer.Write(kept[..Columns]);
            writer.Write(kept[(Columns + 1)..width]);
        }
    }

    /// <summary>Reads rows of an unfinished block, whose places are ascending and in a range.</summary>
    private void ReadRows(MomentsReader reader, List<double> rows, int firstPlace, int endPlace)
    {
        int width = KeptWidth;
        int count = reader.ReadCount(sizeof(double) * width, "rows");
        for (int i = 0; i < count; i++)
        {
            long place = reader.ReadLong(firstPlace, endPlace - 1L, "place of a row");
            int start = rows.Count;
            CollectionsMarshal.SetCount(rows, start + width);
            Span<double> row = CollectionsMarshal.AsSpan(rows).Slice(start, width);
            reader.ReadFinite(row[..Columns], "rows");
            row[Columns] = place;
            reader.ReadFinite(row[(Columns + 1)..], "weights");
            if (!Magnitude.AllAtMost(row[..Columns], MostCell) || (width > Columns + 1 && !(row[Columns + 1] > 0)))
            {
                Throw.MomentsNotUsable($"a cell or the weight of its row at place {place} is out of range");
            }

            for (int j = 0; HasRemainders && j < NodeColumns; j++)
            {
                if (row[j] + row[NodeColumns + j] != row[j])
                {
                    Throw.MomentsNotUsable($"the remainder of its row at place {place} in column {j} (counted from 0) is not below the rounding of its value");
                }
            }

            _isLarge |= !Magnitude.AllAtMost(row[..Columns], MostOrdinary)
                || (width > Columns + 1 && !(row[Columns + 1] >= LeastOrdinaryWeight && row[Columns + 1] <= MostOrdinaryWeight));
            firstPlace = (int)place + 1;
        }
    }

    /// <summary>Throws where squares or weights of the rows that were read overflow.</summary>
    private void RequireSquares()
    {
        MomentsNode total = NewNode();
        try
        {
            FoldInto(total);
        }
        catch (OverflowException exception)
        {
            Throw.MomentsNotUsable(exception.Message.TrimEnd('.'));
        }

        for (int j = 0; j < total.Columns; j++)
        {
            if (!double.IsFinite(total.Squares(j)) || !double.IsFinite(total.Means[j]))
            {
                Throw.MomentsNotUsable($"the squares of its column {j} (counted from 0) exceed the range of double");
            }
        }
    }
}
