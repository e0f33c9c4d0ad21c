namespace HpcLinReg;

/// <content>Bounds in a file.</content>
internal sealed partial class MomentsErrors
{
    /// <summary>Returns the number of bytes that the bounds of this many columns have at least.</summary>
    internal static long LeastBytes(long columns) => sizeof(double) * (2 + (5 * columns));

    internal void Write(MomentsWriter writer)
    {
        writer.Write(_squares);
        writer.Write(_sums);
        writer.Write(_sumSquares);
        writer.Write(_precisions);
        writer.Write((long)_centers.Length);
        foreach (Center center in _centers)
        {
            writer.Write(center.Means);
            writer.Write(center.Spreads);
        }
    }

    /// <summary>Reads the bounds of a node.</summary>
    internal static MomentsErrors Read(MomentsReader reader, int columns)
    {
        double[] squares = new double[columns], sums = new double[columns], sumSquares = new double[columns];
        reader.ReadBounds(squares, "errors");
        reader.ReadBounds(sums, "errors");
        reader.ReadBounds(sumSquares, "errors");
        double precisions = reader.ReadBound("errors");
        var centers = new Center[reader.ReadLong(1, MostCenters, "number of centres")];
        for (int k = 0; k < centers.Length; k++)
        {
            centers[k] = new Center(new double[columns], new double[columns]);
            reader.ReadFinite(centers[k].Means, "centres");
            reader.ReadBounds(centers[k].Spreads, "centres");
        }

        return new MomentsErrors(squares, sums, sumSquares, precisions, centers);
    }
}
