using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <content>A node in a file: the elements that have a value, without the padding.</content>
internal sealed partial class MomentsNode
{
    /// <summary>Returns the number of bytes that a node of this many columns has at least in a file.</summary>
    internal static long LeastBytes(long columns, bool isDoubleDouble, bool keepsLowParts)
    {
        long triangle = columns * (columns + 1) / 2;
        return sizeof(double) * (5 + (isDoubleDouble ? 2 + columns : 0) + (2 * columns) + (keepsLowParts ? 2 * triangle : triangle));
    }

    internal void Write(MomentsWriter writer)
    {
        writer.Write(Count);
        if (IsDoubleDouble)
        {
            writer.Write(_weight.High);
            writer.Write(_weight.Low);
        }

        writer.Write(Means.AsSpan(0, Columns));
        writer.Write(MeansLow.AsSpan(0, Columns));
        WriteTriangle(writer, CrossProducts);
        if (CrossProductsLow.Length > 0)
        {
            WriteTriangle(writer, CrossProductsLow);
        }

        writer.Write(ExcessSquares);
        writer.Write(LeastWeight);
        writer.Write(Drift);
        writer.Write((long)Repeats);
        if (Repeats == Repeats.InSomeBlocks)
        {
            writer.Write(RepeatedSquares);
        }

        writer.Write((long)MergeDepth);
    }

    /// <summary>Reads a node of the same shape; throws where its numbers are out of range.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="leastCount">The least number of rows.</param>
    /// <param name="mostCount">The largest number of rows.</param>
    internal void Read(MomentsReader reader, long leastCount, long mostCount)
    {
        Count = reader.ReadLong(leastCount, mostCount, "number of rows of a node");
        if (IsDoubleDouble)
        {
            _weight = new DoubleDouble(reader.ReadFinite("weights"), reader.ReadFinite("weights"));
            if (Count == 0 ? _weight != default : !(_weight.High > 0) || _weight.High + _weight.Low != _weight.High)
            {
                Throw.MomentsNotUsable($"{Count} rows weigh {_weight.High}");
            }
        }

        reader.ReadFinite(Means.AsSpan(0, Columns), "means");
        reader.ReadFinite(MeansLow.AsSpan(0, Columns), "means");
        ReadTriangle(reader, CrossProducts);
        if (CrossProductsLow.Length > 0)
        {
            ReadTriangle(reader, CrossProductsLow);
        }

        reader.ReadBounds(ExcessSquares, "squares");
        LeastWeight = reader.ReadFinite("weights");
        Drift = reader.ReadBound("drift");
        Repeats = (Repeats)reader.ReadLong(0, (long)Repeats.InNoBlock, "kind of repeats");
        if (Repeats == Repeats.InSomeBlocks)
        {
            reader.ReadFinite(RepeatedSquares, "squares");
        }

        MergeDepth = (int)reader.ReadLong(0, int.MaxValue, "depth of merges");
        if (!(LeastWeight > 0) || (!IsDoubleDouble && LeastWeight != 1))
        {
            Throw.MomentsNotUsable($"its least weight is {LeastWeight}");
        }
    }

    private void WriteTriangle(MomentsWriter writer, double[] triangle)
    {
        double[] row = new double[Columns];
        for (int i = 0; i < Columns; i++)
        {
            GramBlocks.CopyRow(triangle, Columns, i, row.AsSpan(i));
            writer.Write(row.AsSpan(i));
        }
    }

    private void ReadTriangle(MomentsReader reader, double[] triangle)
    {
        for (int i = 0; i < Columns; i++)
        {
            for (int j = i; j < Columns; j++)
            {
                triangle[GramBlocks.Position(Columns, i, j)] = reader.ReadFinite("cross-products");
            }
        }
    }
}
