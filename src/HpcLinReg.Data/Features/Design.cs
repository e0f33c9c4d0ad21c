using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>The features with their levels, and how a row as read becomes a row of the design.</summary>
internal sealed class Design
{
    /// <summary>The code of a level that is not among the known ones.</summary>
    internal const double UnknownLevel = -1;

    internal Design(IReadOnlyList<Feature> features)
    {
        Features = [.. features];
        Terms = [.. Features.SelectMany(TermsOf)];
        HasText = Features.Any(feature => feature.IsText);
    }

    internal ImmutableArray<Feature> Features { get; }

    internal ImmutableArray<Term> Terms { get; }

    /// <summary>Gets whether reading and design differ: a text column is read as one code and becomes several terms.</summary>
    internal bool HasText { get; }

    /// <summary>Returns the select list that reads one DOUBLE a feature: its value, or the index of its level; NaN when missing.</summary>
    internal IEnumerable<string> Select(Session session, Func<int, string> column, Func<int, ColumnKind> kind) =>
        Features.Select(feature =>
            feature.IsText ? LevelCode(column(feature.Column), feature.Levels)
            : feature.Expression is { } expression ? Number($"CAST(TRY({expression.ToSql(session, column, kind)}) AS DOUBLE)")
            : Number(column(feature.Column)));

    /// <summary>Writes a row of the design.</summary>
    /// <param name="read">One number a feature, all finite.</param>
    /// <param name="row">One number a term.</param>
    internal void Expand(ReadOnlySpan<double> read, Span<double> row)
    {
        int term = 0;
        for (int i = 0; i < read.Length; i++)
        {
            Feature feature = Features[i];
            if (!feature.IsText)
            {
                row[term++] = read[i];
                continue;
            }

            Span<double> indicators = row.Slice(term, feature.Levels.Length - 1);
            indicators.Clear();
            if (read[i] >= 1)
                indicators[(int)read[i] - 1] = 1;
            term += indicators.Length;
        }
    }

    internal static string Number(string sql) => $"coalesce({sql}, {Sql.NotANumber})";

    private static string LevelCode(string column, ImmutableArray<string> levels)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"coalesce(CAST(enum_code(TRY_CAST({column} AS ENUM({string.Join(", ", levels.Select(Sql.Text))}))) AS DOUBLE), {UnknownLevel})");
        return $"CASE WHEN {column} IS NULL THEN {Sql.NotANumber} ELSE {code} END";
    }

    private static IEnumerable<Term> TermsOf(Feature feature) =>
        feature.IsText ? feature.Levels.Skip(1).Select(level => new Term($"{feature.Name}[{level}]", TermKind.Level, feature.Source, level))
        : feature.Expression is null ? [new Term(feature.Name, TermKind.Column, feature.Source)]
        : [new Term(feature.Name, TermKind.Expression, feature.Source)];
}
