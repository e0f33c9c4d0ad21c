using System.Collections.Immutable;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>What stands before the sums in a <c>.moments</c> file. Immutable and thread-safe.</summary>
public sealed class MomentsHeader
{
    /// <summary>The bytes that every version begins with; the version's digit follows.</summary>
    private const string Magic = "HLRMOMT";

    /// <summary>The version that this engine writes and reads.</summary>
    private const char Version = '1';

    private const long ExactFlag = 1, DoubleDoubleFlag = 2, LowPartsFlag = 4, FadedFlag = 8, ErrorsFlag = 16, RemaindersFlag = 32;

    /// <summary>Name, kind, number of levels, missing rows and whether there is a range.</summary>
    private const long LeastBytesOfInput = 5 * sizeof(long);

    /// <summary>Columns beyond this number have triangles that no array holds.</summary>
    private const int MostColumns = 1 << 16;

    internal MomentsHeader()
    {
    }

    /// <summary>
    /// Gets whether the file holds an unfolded accumulator, whose merges with its neighbours have the bits of the whole, rather than
    /// folded moments, whose merges have an error bound.
    /// </summary>
    public bool IsExact { get; internal init; }

    /// <summary>Gets the precision that the rows were summed in.</summary>
    public MomentsPrecision Precision { get; internal init; }

    /// <summary>Gets the number of columns, p.</summary>
    public int Columns { get; internal init; }

    /// <summary>Gets the names of the columns: p, or none.</summary>
    public ImmutableArray<string> Names { get; internal init; } = [];

    /// <summary>Gets the absolute index of the first row; 0 for folded moments.</summary>
    public long FirstRow { get; internal init; }

    /// <summary>Gets the absolute index of the row behind the last; the number of rows for folded moments.</summary>
    public long NextRow { get; internal init; }

    /// <summary>Gets the number of rows that count: without missing ones and those of weight 0.</summary>
    public long RowCount { get; internal init; }

    /// <summary>Gets the source, its columns and how they were read.</summary>
    public MomentsFacts Facts { get; internal init; } = new();

    /// <summary>Gets whether the cells of an accumulator have remainders (<see cref="MomentsAccumulator.WithRemainders"/>).</summary>
    public bool HasRemainders { get; internal init; }

    /// <summary>Gets whether folded moments keep low parts of cross-products.</summary>
    internal bool HasLowParts { get; init; }

    /// <summary>Gets whether folded moments have faded.</summary>
    internal bool HasFaded { get; init; }

    /// <summary>Gets whether folded moments have bounds of their own.</summary>
    internal bool HasErrors { get; init; }

    /// <summary>Reads what stands before the sums, and nothing behind it, so that a damaged file may go unnoticed.</summary>
    /// <param name="stream">A file of moments from where the stream stands to its end; left open, read further than the header.</param>
    /// <returns>The header.</returns>
    /// <exception cref="InvalidDataException">The stream is no file of moments of this format version and bit contract.</exception>
    public static MomentsHeader Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MomentsReader reader = new(stream);
        return Read(reader);
    }

    internal void Write(MomentsWriter writer)
    {
        foreach (char letter in Magic + Version)
        {
            writer.Write([(byte)letter]);
        }

        writer.Write((long)EngineInfo.BitContract);
        writer.Write((long)RowBlocks.Rows);
        writer.Write((IsExact ? ExactFlag : 0) | (Precision == MomentsPrecision.DoubleDouble ? DoubleDoubleFlag : 0)
            | (HasLowParts ? LowPartsFlag : 0) | (HasFaded ? FadedFlag : 0) | (HasErrors ? ErrorsFlag : 0)
            | (HasRemainders ? RemaindersFlag : 0));
        writer.Write((long)Columns);
        writer.Write((long)Names.Length);
        foreach (string name in Names)
        {
            writer.Write(name);
        }

        writer.Write(FirstRow);
        writer.Write(NextRow);
        writer.Write(RowCount);
        writer.Write(Facts.Source);
        writer.Write(Facts.Schema);
        writer.Write(Facts.Weights is null ? 0L : 1 + (long)Facts.WeightKind);
        if (Facts.Weights is not null)
        {
            writer.Write(Facts.Weights);
            writer.Write((long)(ulong)Facts.ScaledLogWeights);
            writer.Write((long)(Facts.ScaledLogWeights >> 64));
        }

        writer.Write(Facts.RowsDropped);
        writer.Write((long)Facts.Inputs.Length);
        foreach (MomentsInput input in Facts.Inputs)
        {
            Write(writer, input);
        }
    }

    internal static MomentsHeader Read(MomentsReader reader)
    {
        RequireVersion(reader);
        long flags = reader.ReadLong(0, ExactFlag | DoubleDoubleFlag | LowPartsFlag | FadedFlag | ErrorsFlag | RemaindersFlag, "kind");
        bool isExact = (flags & ExactFlag) != 0, isDoubleDouble = (flags & DoubleDoubleFlag) != 0;
        bool hasRemainders = (flags & RemaindersFlag) != 0;
        if (hasRemainders ? flags != (ExactFlag | DoubleDoubleFlag | RemaindersFlag)
            : isExact ? (flags & (LowPartsFlag | FadedFlag | ErrorsFlag)) != 0
            : (isDoubleDouble && (flags & LowPartsFlag) == 0) || (!isDoubleDouble && (flags & FadedFlag) != 0))
        {
            Throw.MomentsNotUsable($"its kind is {flags}, which there is not");
        }

        int columns = (int)reader.ReadLong(1, MostColumns, "number of columns");
        ImmutableArray<string> names = ReadTexts(reader, "names");
        if ((names.Length != columns && !(isExact && !hasRemainders && names.IsEmpty))
            || names.ToHashSet(StringComparer.Ordinal).Count != names.Length)
        {
            Throw.MomentsNotUsable($"its {names.Length} names are not one for each of {columns} columns, each another");
        }

        long firstRow = reader.ReadLong(0, isExact ? long.MaxValue : 0, "first row");
        long nextRow = reader.ReadLong(firstRow, long.MaxValue, "next row");
        long rowCount = reader.ReadLong(isExact ? 0 : nextRow, nextRow - firstRow, "number of rows");
        return new MomentsHeader
        {
            IsExact = isExact,
            Precision = isDoubleDouble ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain,
            HasRemainders = hasRemainders,
            HasLowParts = (flags & LowPartsFlag) != 0,
            HasFaded = (flags & FadedFlag) != 0,
            HasErrors = (flags & ErrorsFlag) != 0,
            Columns = columns,
            Names = names,
            FirstRow = firstRow,
            NextRow = nextRow,
            RowCount = rowCount,
            Facts = ReadFacts(reader),
        };
    }

    private static void RequireVersion(MomentsReader reader)
    {
        Span<byte> magic = stackalloc byte[Magic.Length + 1];
        reader.Read(magic);
        for (int i = 0; i < Magic.Length; i++)
        {
            if (magic[i] != Magic[i])
            {
                Throw.NoMomentsFile($"it does not begin with {Magic}, as each of them does");
            }
        }

        if (magic[^1] != Version)
        {
            Throw.MomentsOfOtherEngine($"it has format version {(char)magic[^1]}, and this engine reads version {Version}");
        }

        long contract = reader.ReadLong();
        if (contract != EngineInfo.BitContract)
        {
            Throw.MomentsOfOtherEngine($"it has bit contract {contract}, and this engine has {EngineInfo.BitContract}, so merges would not have the bits of the whole");
        }

        _ = reader.ReadLong(RowBlocks.Rows, RowBlocks.Rows, "number of rows of a block");
    }

    private static void Write(MomentsWriter writer, MomentsInput input)
    {
        bool hasRange = !double.IsNaN(input.Least);
        writer.Write(input.Name);
        writer.Write((long)input.Kind);
        writer.Write((long)input.Levels.Length);
        foreach (string level in input.Levels)
        {
            writer.Write(level);
        }

        writer.Write(input.Missing);
        writer.Write(hasRange ? 1L : 0);
        if (hasRange)
        {
            writer.Write(input.Least);
            writer.Write(input.Most);
        }
    }

    private static MomentsFacts ReadFacts(MomentsReader reader)
    {
        (string source, string schema) = (reader.ReadText("source"), reader.ReadText("schema"));
        long kind = reader.ReadLong(0, 1 + (long)WeightKind.Frequency, "kind of weights");
        string? weights = kind == 0 ? null : reader.ReadText("weights");
        ulong low = kind == 0 ? 0 : (ulong)reader.ReadLong();
        long high = kind == 0 ? 0 : reader.ReadLong();
        long dropped = reader.ReadLong(0, long.MaxValue, "number of rows left out");
        var inputs = new MomentsInput[reader.ReadCount(LeastBytesOfInput, "columns of the source")];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = ReadInput(reader);
        }

        return new MomentsFacts
        {
            Source = source,
            Schema = schema,
            Weights = weights,
            WeightKind = kind == 0 ? default : (WeightKind)(kind - 1),
            ScaledLogWeights = ((Int128)high << 64) | low,
            RowsDropped = dropped,
            Inputs = [.. inputs],
        };
    }

    private static MomentsInput ReadInput(MomentsReader reader)
    {
        string name = reader.ReadText("names");
        var kind = (CellKind)reader.ReadLong(0, (long)CellKind.Text, "kind of a column");
        ImmutableArray<string> levels = ReadTexts(reader, "levels");
        long missing = reader.ReadLong(0, long.MaxValue, "number of missing values");
        bool hasRange = reader.ReadLong(0, 1, "mark of a range") == 1;
        double least = hasRange ? reader.ReadFinite("ranges") : double.NaN, most = hasRange ? reader.ReadFinite("ranges") : double.NaN;
        if (least > most)
        {
            Throw.MomentsNotUsable($"the range of '{name}' is from {least:R} to {most:R}");
        }

        return new MomentsInput { Name = name, Kind = kind, Levels = levels, Missing = missing, Least = least, Most = most };
    }

    private static ImmutableArray<string> ReadTexts(MomentsReader reader, string name)
    {
        string[] texts = new string[reader.ReadCount(sizeof(long), name)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = reader.ReadText(name);
        }

        return [.. texts];
    }
}
