using System.Collections.Frozen;
using System.Collections.Immutable;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <summary>
/// How a row of columns becomes a row of the design matrix: which columns are read, and which numbers each feature makes of them.
/// </summary>
/// <remarks>
/// A row has one value for each of <see cref="Columns"/>, then one for each of <see cref="SqlExpressions"/>. In a row of doubles a flag is
/// 0 or 1, a time is in seconds since 1970-01-01 UTC, and a text is the index of its level, −1 for one that is not among them; a row of
/// cells holds whole numbers beyond 2⁵³ and texts as they are. Immutable and thread-safe; filling a row allocates nothing.
/// </remarks>
public sealed partial class Design
{
    /// <summary>The largest number of terms d whose d × d factor fits into one array: ⌊√2³¹⌋.</summary>
    private const int MostTerms = 46340;

    /// <summary>The largest total length of the terms' names: half a gigabyte in UTF-16.</summary>
    private const int MostCharacters = 1 << 28;

    private readonly ImmutableArray<Coding>[] _codings;
    private readonly FrozenDictionary<string, int>?[] _levels;
    private readonly int[] _featureOf;

    /// <summary>Whether a feature has no numbers, because a text in it has a single level.</summary>
    private readonly bool[] _areEmpty;

    private Design(ImmutableArray<ModelColumn> columns, ImmutableArray<Feature> features, ImmutableArray<string> sql,
        ImmutableArray<Coding>[] codings)
    {
        Columns = columns;
        Features = features;
        SqlExpressions = sql;
        _codings = codings;
        _areEmpty = [.. codings.Select(coded => coded.Any(coding => coding.Width == 0))];
        _levels = new FrozenDictionary<string, int>?[columns.Length + sql.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i].Kind == CellKind.Text)
            {
                _levels[i] = columns[i].Levels
                    .Select((level, k) => KeyValuePair.Create(level, k)).ToFrozenDictionary(StringComparer.Ordinal);
            }
        }

        RequireRoom(features, codings);
        ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string>.Builder terms = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<int>.Builder degrees = ImmutableArray.CreateBuilder<int>();
        var featureOf = new List<int>();
        for (int f = 0; f < features.Length; f++)
        {
            foreach (string name in Names(features[f].Name, codings[f]))
            {
                names.Add(name);
                degrees.Add(features[f].Degree);
                featureOf.Add(f);
                terms.Add(name);
                for (int power = 2; power <= features[f].Degree; power++)
                {
                    terms.Add(FormattableString.Invariant($"{name}^{power}"));
                }
            }
        }

        (VariableNames, Degrees, TermNames, _featureOf) = (names.ToImmutable(), degrees.ToImmutable(), terms.ToImmutable(), [.. featureOf]);
        IndicatorCounts = [.. codings
            .SelectMany(coded => IsIndex(coded) ? Enumerable.Repeat(coded[0].Width, coded[0].Width > 0 ? 1 : 0)
            : Enumerable.Repeat(0, coded.Aggregate(1, (width, coding) => width * coding.Width)))];
        IsColumnsOnly = sql.IsEmpty && !columns.Any(column => column.IsFilled) && features.Length == columns.Length
            && codings.Select((coding, i) => coding is [{ Tree: null, Column.Kind: not CellKind.Text } only] && only.Place == i)
                .All(inOrder => inOrder);
        IsPlain = IsColumnsOnly && columns.All(column => column.Kind != CellKind.Flag);
        HashSet<string> known = new(StringComparer.Ordinal);
        if (TermNames.FirstOrDefault(name => !known.Add(name)) is { } twice)
        {
            throw new ArgumentException($"Two terms are named '{twice}'; leave one feature out, or give it another name.");
        }
    }

    /// <summary>Gets the columns that are read, in the order of a row.</summary>
    public ImmutableArray<ModelColumn> Columns { get; }

    /// <summary>Gets the features, in the order of the design matrix.</summary>
    public ImmutableArray<Feature> Features { get; }

    /// <summary>Gets the expressions in SQL, each once; a row has their values behind those of the columns.</summary>
    public ImmutableArray<string> SqlExpressions { get; }

    /// <summary>
    /// Gets the names of the design's numbers: one for a number, one for each level of a text but the baseline (<c>city[Rome]</c>),
    /// products of these for an interaction (<c>city[Rome]:age</c>).
    /// </summary>
    public ImmutableArray<string> VariableNames { get; }

    /// <summary>
    /// Gets, for each number that <see cref="FillIndexed(ReadOnlySpan{double}, Span{double})"/> gives, how many of
    /// <see cref="VariableNames"/> it stands for: 0 for one as it is, the number of indicators for the index of a text
    /// (<see cref="IIndexedRowSource"/>).
    /// </summary>
    public ImmutableArray<int> IndicatorCounts { get; }

    /// <summary>Gets the degree of each variable: more than 1 for that of a polynomial.</summary>
    public ImmutableArray<int> Degrees { get; }

    /// <summary>
    /// Gets the names of the terms: the variables, each followed by its powers where it is a polynomial (<c>age</c>, <c>age^2</c>).
    /// </summary>
    public ImmutableArray<string> TermNames { get; }

    /// <summary>Gets how many values a row has.</summary>
    public int RowLength => Columns.Length + SqlExpressions.Length;

    /// <summary>
    /// Gets whether the design matrix is the columns themselves, in their order: numbers and flags, without expressions and without numbers
    /// for missing values.
    /// </summary>
    public bool IsColumnsOnly { get; }

    /// <summary>
    /// Gets whether the design matrix is the columns themselves and all of them are numbers, so that a row needs no check but that its
    /// prediction is finite.
    /// </summary>
    internal bool IsPlain { get; }

    /// <summary>Returns whether a feature of this library reads a column; one that only SQL reads may be missing in a row.</summary>
    /// <param name="column">The column's index.</param>
    public bool IsRead(int column) =>
        _codings.Any(codings => codings.Any(coding => coding.Place == column || coding.TreePlaces.Contains(column)));

    /// <summary>Returns whether an expression reads a column, so that its whole numbers should be given exactly.</summary>
    /// <param name="column">The column's index.</param>
    public bool IsInExpression(int column) => _codings.Any(codings => codings.Any(coding => coding.TreePlaces.Contains(column)));

    /// <summary>
    /// Gets the polynomials within interactions whose powers are of t = (x − shift)·scale instead of x: the interaction, the column or
    /// expression x, shift and scale.
    /// </summary>
    public IEnumerable<(string Feature, string Text, double Shift, double Scale)> ShiftedPowers =>
        from feature in Features
        where feature.Parts.Length > 1
        from part in feature.Parts
        where part.Shift != 0 || part.Scale != 1
        select (feature.Name, part.Text, part.Shift, part.Scale);

    /// <summary>Returns the index of the feature that a variable belongs to.</summary>
    /// <param name="variable">The variable's index.</param>
    public int FeatureOf(int variable) => _featureOf[variable];

    /// <summary>Computes a row of the design matrix from doubles.</summary>
    /// <param name="row">The row, <see cref="RowLength"/> values.</param>
    /// <param name="variables">Receives one number for each of <see cref="VariableNames"/>.</param>
    /// <returns>A prediction without value whose issue is the fault of the row; its issue is none where the row is filled.</returns>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    public Prediction Fill(ReadOnlySpan<double> row, Span<double> variables)
    {
        RequireLengths(row.Length, variables.Length, VariableNames.Length);
        return Fill(new NumberRow(row), variables);
    }

    /// <summary>Computes a row of the design matrix from cells.</summary>
    /// <param name="row">The row, <see cref="RowLength"/> cells.</param>
    /// <param name="variables">Receives one number for each of <see cref="VariableNames"/>.</param>
    /// <returns>As for doubles.</returns>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    public Prediction Fill(ReadOnlySpan<Cell> row, Span<double> variables)
    {
        RequireLengths(row.Length, variables.Length, VariableNames.Length);
        return Fill(new CellRow(row, _levels), variables);
    }

    /// <summary>
    /// Fills a row of the design matrix from doubles, with one index in place of the indicators of each text that is a feature of its own.
    /// </summary>
    /// <param name="row">The row, <see cref="RowLength"/> values.</param>
    /// <param name="values">Receives one number for each of <see cref="IndicatorCounts"/>.</param>
    /// <returns>As for whole rows.</returns>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    public Prediction FillIndexed(ReadOnlySpan<double> row, Span<double> values)
    {
        RequireLengths(row.Length, values.Length, IndicatorCounts.Length);
        return FillIndexed(new NumberRow(row), values);
    }

    /// <summary>
    /// Fills a row of the design matrix from cells, with one index in place of the indicators of each text that is a feature of its own.
    /// </summary>
    /// <param name="row">The row, <see cref="RowLength"/> cells.</param>
    /// <param name="values">Receives one number for each of <see cref="IndicatorCounts"/>.</param>
    /// <returns>As for whole rows.</returns>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    public Prediction FillIndexed(ReadOnlySpan<Cell> row, Span<double> values)
    {
        RequireLengths(row.Length, values.Length, IndicatorCounts.Length);
        return FillIndexed(new CellRow(row, _levels), values);
    }

    private Prediction Fill<TRow>(TRow row, Span<double> variables)
        where TRow : IRowValues, allows ref struct
    {
        int start = 0;
        for (int f = 0; f < _codings.Length; f++)
        {
            Prediction issue = FillFeature(row, f, variables[start..], out int width);
            if (!issue.HasValue)
            {
                return issue;
            }

            start += width;
        }

        return default;
    }

    private Prediction FillIndexed<TRow>(TRow row, Span<double> values)
        where TRow : IRowValues, allows ref struct
    {
        int start = 0;
        for (int f = 0; f < _codings.Length; f++)
        {
            int width = 1;
            Prediction issue = IsIndex(_codings[f]) ? Index(row, _codings[f][0], values[start..], out width)
                : FillFeature(row, f, values[start..], out width);
            if (!issue.HasValue)
            {
                return issue;
            }

            start += width;
        }

        return default;
    }

    /// <summary>Fills the numbers of one feature.</summary>
    private Prediction FillFeature<TRow>(TRow row, int feature, Span<double> numbers, out int width)
        where TRow : IRowValues, allows ref struct
    {
        if (_areEmpty[feature])
        {
            width = 0;
            return RequireValues(row, feature);
        }

        width = 1;
        foreach (Coding coding in _codings[feature])
        {
            Prediction issue = coding.IsText ? MultiplyIndicators(row, coding, numbers, ref width)
                : coding.Powers > 1 ? MultiplyPowers(row, coding, numbers, ref width, feature)
                : MultiplyNumber(row, coding, numbers[..width], feature);
            if (!issue.HasValue)
            {
                return issue;
            }
        }

        return default;
    }

    /// <summary>Returns whether a feature is a text of its own, which an index can stand for.</summary>
    private static bool IsIndex(ImmutableArray<Coding> codings) => codings is [{ IsText: true }];

    private void RequireLengths(int row, int room, int needed)
    {
        if (row != RowLength)
        {
            throw new ArgumentException($"The row has {row} values, but the model reads {RowLength}: {string.Join(", ", Columns.Select(column => $"'{column.Name}'").Concat(SqlExpressions))}.");
        }

        if (room != needed)
        {
            throw new ArgumentException($"There is room for {room} numbers, but the design has {needed}.");
        }
    }

    /// <summary>
    /// Refuses features whose levels multiply to more terms or more characters of names than memory can hold. Nothing is allocated before
    /// this check.
    /// </summary>
    private static void RequireRoom(ImmutableArray<Feature> features, ImmutableArray<Coding>[] codings)
    {
        double terms = 0, characters = 0;
        for (int f = 0; f < features.Length; f++)
        {
            double width = 1, length = codings[f].Length;
            foreach (Coding coding in codings[f])
            {
                width *= coding.Width;
                length += Math.Max(features[f].Name.Length, coding.Part.Text.Length)
                    + (coding.IsText ? coding.Column!.Levels.Max(level => level.Length) : 0);
            }

            terms += width * features[f].Degree;
            characters += Math.Max(1, width) * length;
            if (terms > MostTerms || characters > MostCharacters)
            {
                throw new ArgumentException($"With '{features[f].Name}' the features make more than {(terms > MostTerms ? $"{MostTerms} terms" : $"{MostCharacters} characters of names")}; leave out texts of many levels, or join levels.");
            }
        }
    }

    private static IEnumerable<string> Names(string feature, ImmutableArray<Coding> codings)
    {
        if (codings is [var only])
        {
            return only.Names(feature);
        }

        // The first part varies fastest, as in R.
        string[] names = [.. codings[0].Names(codings[0].Part.Text)];
        foreach (Coding coding in codings.Skip(1))
        {
            names = [.. from last in coding.Names(coding.Part.Text) from first in names select $"{first}:{last}"];
        }

        return names;
    }
}
