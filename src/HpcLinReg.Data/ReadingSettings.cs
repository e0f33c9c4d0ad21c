using System.Buffers;
using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>
/// How data are read where their cells are not to decide it. What is left out is decided from the data and checked in every cell.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed record ReadingSettings
{
    /// <summary>The zone of times without an offset where none is given.</summary>
    internal const string DefaultZone = "UTC";

    /// <summary>What messages call the format.</summary>
    internal const string Parquet = "Parquet";

    /// <summary>Characters that are no part of a currency's sign.</summary>
    private static readonly SearchValues<char> NoCurrency = SearchValues.Create("0123456789+-.,%\"'_ \t\r\n");

    /// <summary>Characters that a shell does not pass on outside of quotes.</summary>
    private static readonly SearchValues<char> Quoted = SearchValues.Create(" '\"()[]{}$*?|&;<>`\\!#");

    /// <summary>Gets what columns are read as, by name (exactly, else without case if that is unique); the default is none.</summary>
    public IReadOnlyDictionary<string, ReadAs> Kinds { get; init; } = ImmutableDictionary<string, ReadAs>.Empty;

    /// <summary>Gets the order of day, month and year in dates that are not ISO 8601; null where the cells decide.</summary>
    public DateOrder? Dates { get; init; }

    /// <summary>
    /// Gets the zone of times without an offset, such as <c>Europe/Berlin</c> or <c>+02:00</c>; null means UTC. An offset in a cell wins.
    /// Times are UTC once they are read; a day without a time of day is the same day in every zone.
    /// </summary>
    public string? Zone { get; init; }

    /// <summary>Gets the decimal mark of numbers that are written as text, a point or a comma; null where the cells decide.</summary>
    public char? DecimalMark { get; init; }

    /// <summary>
    /// Gets the mark between groups of three digits in numbers that are written as text: a point, a comma, an apostrophe, an underscore or
    /// a blank, which stands for blanks that do not break a line as well; null: there is none. With a point the decimal mark is a comma,
    /// with a comma a point.
    /// </summary>
    public char? ThousandsMark { get; init; }

    /// <summary>
    /// Gets the sign that may stand before or behind numbers that are written as text, such as <c>€</c> or <c>CHF</c>; null: there is none.
    /// </summary>
    public string? Currency { get; init; }

    /// <summary>
    /// Gets whether columns of text whose cells all end in a percent sign are numbers, hundredths: <c>12%</c> is 0.12; the default is
    /// false.
    /// </summary>
    public bool Percent { get; init; }

    /// <summary>Gets the delimiter of CSV; null where the header decides.</summary>
    public char? Delimiter { get; init; }

    /// <summary>
    /// Gets the cells of CSV that mean "missing", beside the empty one, exactly as they are written; null means NA, N/A, NULL, null and
    /// NaN.
    /// </summary>
    public IReadOnlyList<string>? MissingMarks { get; init; }

    /// <summary>Gets whether CSV begins with a line of names; without one, columns are called column0, column1 and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Gets how many lines of CSV come before the header, or the data, and are no data: titles.</summary>
    /// <remarks>With it, a comment mark or an encoding, a copy of the file without these lines, in UTF-8, is made and read.</remarks>
    public int SkippedLines { get; init; }

    /// <summary>
    /// Gets the character that begins lines of CSV which are comments; null: there are none. Within a line it means nothing.
    /// </summary>
    public char? Comment { get; init; }

    /// <summary>
    /// Gets the encoding of text: utf-8, utf-16, latin1, windows-1252 and others that .NET knows; null means UTF-8. A byte order mark wins.
    /// </summary>
    public string? Encoding { get; init; }

    /// <summary>
    /// Gets whether the keys of folders (<c>year=2024/month=1/</c>) are columns of CSV and Parquet, of the kinds that their values have;
    /// the default is false. All files have the same keys, which none of their columns has for a name.
    /// </summary>
    public bool FolderKeys { get; init; }

    /// <summary>Gets the marks that a model keeps, for which a format without marks is no error.</summary>
    internal IReadOnlyList<string>? ModelMarks { get; init; }

    /// <summary>Gets the delimiter that a model keeps.</summary>
    internal char? ModelDelimiter { get; init; }

    /// <summary>Gets the marks of missing cells, the empty one included.</summary>
    internal string[] MarksOfMissing =>
        (MissingMarks ?? ModelMarks) is { } marks ? [.. marks.Prepend("").Distinct()] : CsvTable.MissingMarks;

    /// <summary>Gets the decimal mark that is given, or that a mark between thousands leaves; null where the cells decide.</summary>
    internal char? DecimalMarkOrImplied => DecimalMark ?? ThousandsMark switch { '.' => ',', ',' => '.', _ => null };

    /// <summary>Gets what numbers of text may have beside digits and the decimal mark; null for nothing.</summary>
    internal NumberMarks? Marks => ThousandsMark is null && Currency is null ? null : new NumberMarks(ThousandsMark, Currency);

    /// <summary>Gets whether a text is read by a copy in UTF-8 without the lines that are no data.</summary>
    internal bool NeedsCopy => SkippedLines > 0 || Comment is not null || Encoding is not null;

    /// <summary>Gets the columns of a model, which are read as they were when the model was fitted.</summary>
    internal ImmutableArray<ModelColumn> Columns { get; init; } = [];

    /// <summary>Gets whether columns may be named that do not exist, because another table of a query may have them.</summary>
    internal bool SkipsAbsent { get; init; }

    /// <summary>Gets whether anything is decided of the cells of text files.</summary>
    internal bool IsForFiles => Kinds.Count > 0 || Dates is not null || DecimalMark is not null || Delimiter is not null
        || Marks is not null || Percent;

    /// <summary>Gets whether times without an offset are not those of UTC.</summary>
    internal bool HasZone => Zone is not null && !Zone.Equals(DefaultZone, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns how a model's training data were read, so that new data are read alike; a member that is set on the result overrides that.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <returns>The settings.</returns>
    public static ReadingSettings Of(RegressionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImmutableSortedDictionary<string, string> kept = model.Training.Reading;
        return new ReadingSettings
        {
            Columns = model.Design.Columns,
            Zone = kept.GetValueOrDefault(KeptReading.Zone),
            Delimiter = kept.GetValueOrDefault(KeptReading.Delimiter) is [char delimiter] ? delimiter : null,
            ModelDelimiter = kept.GetValueOrDefault(KeptReading.Delimiter) is [char known] ? known : null,
            ModelMarks = kept.GetValueOrDefault(KeptReading.Missing) is { } marks ? KeptReading.MarksOf(marks) : null,
        };
    }

    /// <summary>Returns for each column what is decided of it; null where its cells decide.</summary>
    /// <exception cref="UsageException">A column is named that does not exist, or a mark cannot be one.</exception>
    internal ColumnDecision?[] Decide(IReadOnlyList<string> names)
    {
        RequireMarks();
        var decisions = new ColumnDecision?[names.Count];
        foreach (ModelColumn column in Columns)
        {
            int index = ColumnNames.Find(names, column.Name);
            if (index >= 0)
            {
                decisions[index] = ColumnDecision.Of(column, this);
            }
        }

        foreach ((string name, ReadAs kind) in Kinds)
        {
            int index = ColumnNames.Find(names, name);
            if (index < 0 && SkipsAbsent)
            {
                continue;
            }

            if (index < 0)
            {
                throw new UsageException($"There is no column '{name}' to be read as {KindName(kind)}; the columns are {ColumnNames.List(names)}.{Suggestion.Question(name, names)}");
            }

            string? format = Dates is null && kind is ReadAs.Date or ReadAs.Time ? decisions[index]?.Format : null;
            decisions[index] = new ColumnDecision(kind, format, DecimalMarkOrImplied == ',', Origin.Given,
                kind is ReadAs.Number or ReadAs.Whole ? Marks : null);
        }

        return decisions;
    }

    /// <summary>Returns the word for a kind in options and messages.</summary>
    internal static string KindName(ReadAs kind) => kind switch
    {
        ReadAs.Text => "text",
        ReadAs.Number => "number",
        ReadAs.Whole => "whole",
        ReadAs.Date => "date",
        ReadAs.Time => "time",
        _ => "flag",
    };

    /// <summary>Returns the option that reads a column as a kind.</summary>
    internal static string KindOption(string column, ReadAs kind)
    {
        string option = $"{column}={KindName(kind)}";
        return option.AsSpan().ContainsAny(Quoted) ? $"--kind \"{option}\"" : $"--kind {option}";
    }

    /// <summary>Refuses what only text can have, by name.</summary>
    /// <param name="description">What is read.</param>
    /// <param name="format">What it is, in words.</param>
    /// <param name="isText">Whether it is text that has an encoding, though no CSV.</param>
    /// <param name="ofQuery">Whether it is a query, whose files the delimiter is for.</param>
    /// <exception cref="UsageException">Something is given that is for CSV.</exception>
    internal void RequireNothingOfCsv(string description, string format, bool isText, bool ofQuery = false)
    {
        if (FolderKeys && format != Parquet)
        {
            throw new UsageException($"{description} is {format}, for which --hive means nothing: it is for CSV and Parquet; leave it out{(ofQuery ? ", and name hive_partitioning in the query" : "")}.");
        }

        (bool IsGiven, string Option)[] given =
        [
            (!ofQuery && Delimiter is not null && Delimiter != ModelDelimiter, "--delimiter"), (MissingMarks is not null, "--na"), (!HasHeader, "--no-header"),
            (SkippedLines > 0, "--skip"), (Comment is not null, "--comment"), (Encoding is not null && !isText, "--encoding"),
        ];
        string[] options = [.. given.Where(one => one.IsGiven).Select(one => one.Option)];
        if (options.Length > 0)
        {
            throw new UsageException($"{description} is {format}, for which {string.Join(", ", options)} {(options.Length == 1 ? "means" : "mean")} nothing: {(options.Length == 1 ? "it is" : "they are")} for CSV; leave {(options.Length == 1 ? "it" : "them")} out.");
        }
    }

    private void RequireMarks()
    {
        if (SkippedLines < 0)
        {
            throw new UsageException($"{SkippedLines} lines cannot be skipped; give a number of at least 0.");
        }

        if (Comment is '"' or '\r' or '\n' or '\0' || (Comment is not null && Comment == Delimiter))
        {
            throw new UsageException("A quote, the delimiter, an end of a line or NUL cannot begin comments.");
        }

        if (DecimalMark is not (null or '.' or ','))
        {
            throw new UsageException($"The decimal mark is '{DecimalMark}'; it can be a point or a comma.");
        }

        if (ThousandsMark is not (null or '.' or ',' or '\'' or '_' or ' ') || (ThousandsMark is not null && ThousandsMark == DecimalMark))
        {
            throw new UsageException($"The mark between thousands is '{ThousandsMark}'{(ThousandsMark == DecimalMark ? ", and so is the decimal mark" : "; it can be a point, a comma, an apostrophe, an underscore or a blank")}.");
        }

        if (Currency is { } currency && (string.IsNullOrWhiteSpace(currency) || currency.AsSpan().ContainsAny(NoCurrency)))
        {
            throw new UsageException($"The currency is \"{currency}\"; it is a sign such as € or a code such as CHF, without digits, blanks and marks of numbers.");
        }

        if (Delimiter is '"' or '\r' or '\n' or '\0' or '\uFEFF')
        {
            throw new UsageException("A quote, an end of a line or NUL cannot be the delimiter of CSV.");
        }
    }
}
