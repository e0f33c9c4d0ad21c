namespace HpcLinReg;

/// <content>Files: docs/moments-format.md.</content>
public sealed partial class Moments
{
    /// <summary>Writes the moments, with their error bounds and all that removals and fading left behind.</summary>
    /// <param name="stream">The stream, which is left open.</param>
    /// <exception cref="ArgumentException">A name has half of a surrogate pair, which has no UTF-8.</exception>
    /// <remarks>
    /// About 4p² bytes, twice that with low parts, and as much again for moments that have faded. <see cref="MomentsFile"/> writes facts of
    /// the source as well.
    /// </remarks>
    public void Save(Stream stream) => new MomentsFile(this).Save(stream);

    /// <summary>Reads moments, which have all bits of those that were saved.</summary>
    /// <param name="stream">A file of moments from where the stream stands to its end; left open. An accumulator in it is folded.</param>
    /// <returns>The moments.</returns>
    /// <exception cref="InvalidDataException">
    /// The stream is damaged, is no file of moments, or has another format version or bit contract.
    /// </exception>
    /// <remarks>Memory and time are bounded by the size of the file.</remarks>
    public static Moments Load(Stream stream) => MomentsFile.Load(stream).ToMoments();

    internal MomentsHeader ToHeader(MomentsFacts facts) => new()
    {
        Precision = Precision,
        Columns = _node.Columns,
        Names = Names,
        NextRow = Count,
        RowCount = Count,
        HasLowParts = _node.CrossProductsLow.Length > 0,
        HasFaded = HasFaded,
        HasErrors = _node.Errors is not null,
        Facts = facts,
    };

    internal void Write(MomentsWriter writer)
    {
        Write(writer, _node);
        if (_squared is { } squared)
        {
            writer.Write(_fadedCount);
            writer.Write(squared.Errors is null ? 0L : 1);
            Write(writer, squared);
        }
    }

    internal static Moments Read(MomentsReader reader, MomentsHeader header)
    {
        MomentsNode node = ReadNode(reader, header, header.HasErrors);
        if (!header.HasFaded)
        {
            return new Moments(header.Names, node);
        }

        double fadedCount = reader.ReadFinite("weights");
        bool hasErrors = reader.ReadLong(0, 1, "mark of errors") == 1;
        MomentsNode squared = ReadNode(reader, header, hasErrors);
        if (!(fadedCount > 0 && fadedCount <= header.RowCount * MostRounded && squared.Weight.High <= node.Weight.High * MostRounded))
        {
            Throw.MomentsNotUsable($"{header.RowCount} rows faded to {fadedCount} cannot have squared weights of {squared.Weight.High}");
        }

        return new Moments(header.Names, node, squared, fadedCount);
    }

    private static void Write(MomentsWriter writer, MomentsNode node)
    {
        node.Write(writer);
        node.Errors?.Write(writer);
    }

    private static MomentsNode ReadNode(MomentsReader reader, MomentsHeader header, bool hasErrors)
    {
        int columns = header.Columns;
        bool isDoubleDouble = header.Precision == MomentsPrecision.DoubleDouble;
        reader.RequireRoom(1, MomentsNode.LeastBytes(columns, isDoubleDouble, header.HasLowParts)
            + (hasErrors ? MomentsErrors.LeastBytes(columns) : 0), "sets of moments");
        MomentsNode node = new(columns, isDoubleDouble, header.HasLowParts);
        node.Read(reader, header.RowCount, header.RowCount);
        node.Errors = hasErrors ? MomentsErrors.Read(reader, columns) : null;
        return node;
    }
}
