
namespace HpcLinReg;

/// <content>Files: docs/moments-format.md.</content>
public sealed partial class MomentsAccumulator
{
    /// <summary>Writes the accumulator: its range, the unfolded tree and the rows of unfinished blocks.</summary>
    /// <param name="stream">The stream, which is left open.</param>
    /// <exception cref="ArgumentException">A name has half of a surrogate pair, which has no UTF-8.</exception>
    /// <remarks>
    /// Canonical: the same rows at the same places give the same bytes, whatever the calls and merges that brought them. About 4p² bytes
    /// for each of up to log₂(n/2048) nodes, twice that in double-double, and 8p for each row of an unfinished block; cut ranges at
    /// multiples of 2048 rows and there are none. <see cref="MomentsFile"/> writes facts of the source as well.
    /// </remarks>
    public void Save(Stream stream) => new MomentsFile(this).Save(stream);

    /// <summary>Reads an accumulator, which goes on as the saved one would: with the same bits.</summary>
    /// <param name="stream">A file of moments from where the stream stands to its end; left open.</param>
    /// <returns>The accumulator.</returns>
    /// <exception cref="InvalidDataException">
    /// The stream is damaged, holds folded moments, is no file of moments, or has another format version or bit contract.
    /// </exception>
    /// <remarks>Memory and time are bounded by the size of the file.</remarks>
    public static MomentsAccumulator Load(Stream stream)
    {
        MomentsAccumulator? accumulator = MomentsFile.Load(stream).Accumulator;
        if (accumulator is null)
        {
            Throw.MomentsAreFolded();
        }

        return accumulator;
    }

    internal MomentsHeader ToHeader(MomentsFacts facts) => new()
    {
        IsExact = true,
        Precision = Precision,
        HasRemainders = HasRemainders,
        Columns = Columns,
        Names = _tree.Labels.Names.IsDefault ? [] : _tree.Labels.Names,
        FirstRow = FirstRow,
        NextRow = NextRow,
        RowCount = RowCount,
        Facts = facts,
    };

    /// <summary>Returns an accumulator without rows for the range that a file has.</summary>
    internal static MomentsAccumulator Empty(MomentsHeader header) =>
        header.HasRemainders ? WithRemainders(header.Names.AsSpan(), header.FirstRow)
        : header.Names.IsEmpty ? new(header.Columns, header.FirstRow, header.Precision)
        : new(header.Names.AsSpan(), header.FirstRow, header.Precision);

    internal void Write(MomentsWriter writer) => _tree.Write(writer);

    internal static MomentsAccumulator Read(MomentsReader reader, MomentsHeader header)
    {
        MomentsAccumulator accumulator = Empty(header);
        accumulator._tree.Read(reader, header.NextRow, header.RowCount);
        return accumulator;
    }
}
