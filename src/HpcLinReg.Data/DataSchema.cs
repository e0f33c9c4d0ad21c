using System.Collections.Immutable;
using System.Globalization;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <summary>How a source is read: what was decided of its columns, and by what.</summary>
public sealed class DataSchema
{
    internal DataSchema()
    {
    }

    /// <summary>Gets what was opened, as <see cref="DataSource.Description"/>.</summary>
    public string Source { get; internal init; } = null!;

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; internal init; }

    /// <summary>Gets the delimiter of CSV; null for other formats.</summary>
    public char? Delimiter { get; internal init; }

    /// <summary>Gets the decimal mark of CSV: a comma where the numbers of any column have one; null for other formats.</summary>
    public char? DecimalMark { get; internal init; }

    /// <summary>Gets the zone of times without an offset.</summary>
    public string Zone { get; internal init; } = null!;

    /// <summary>Gets the columns in the source's order.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; internal init; }

    /// <summary>Reads all rows and describes how; every cell is checked.</summary>
    /// <param name="source">The source.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The description.</returns>
    /// <exception cref="DataException">A cell is not what its column holds.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSchema Of(DataSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        IReadOnlyList<SourceColumn> columns = source.Table.Columns;
        IEnumerable<string> present = columns.Select((column, i) => column.Kind is ColumnKind.Numeric ? $"count(*) FILTER (isfinite({Sql.Column(i)}))" : $"count({Sql.Column(i)})");
        using RowReader reader = new(source, $"SELECT {string.Join(", ", present.Prepend("count(*)").Select(count => $"CAST({count} AS VARCHAR)"))} FROM ({source.Table.TypedRows()})", cancellationToken);
        long[] counts = reader.Next()
            ? [.. Enumerable.Range(0, columns.Count + 1).Select(i => long.Parse(reader.Text(i)!, CultureInfo.InvariantCulture))]
            : new long[columns.Count + 1];
        var csv = source.Table as CsvTable;
        return new DataSchema
        {
            Source = source.Description,
            Rows = counts[0],
            Delimiter = csv?.Delimiter,
            DecimalMark = csv is null ? null
                : source.Settings.DecimalMarkOrImplied ?? (columns.Any(column => column.Rule is { HasDecimalComma: true }) ? ',' : '.'),
            Zone = source.Settings.Zone ?? ReadingSettings.DefaultZone,
            Columns = [.. columns
                .Select((column, i) =>
                new ColumnSchema(column.Name, KindOf(column), FormatOf(column), counts[0] - counts[i + 1], column.Origin))],
        };
    }

    private static ReadAs? KindOf(SourceColumn column) => column.Kind switch
    {
        _ when column.Rule is { } rule && (column.Origin == Origin.Given || rule.Kind is not (ReadAs.Date or ReadAs.Time)) => rule.Kind,
        ColumnKind.Text => ReadAs.Text,
        ColumnKind.Boolean => ReadAs.Flag,
        ColumnKind.Date => column.CellType == "DATE" ? ReadAs.Date : ReadAs.Time,
        ColumnKind.Numeric => column.IsWhole ? ReadAs.Whole : ReadAs.Number,
        _ => null,
    };

    private static string? FormatOf(SourceColumn column) =>
        column.Rule is { Format: { } format } ? DateFormats.Describe(format)
        : column.Rule?.Kept is { } kept ? kept
        : column.Rule is null && column.Origin == Origin.Type ? column.CellType
        : null;
}

/// <summary>How a column is read.</summary>
/// <param name="Name">The name as the source spells it.</param>
/// <param name="Kind">What it is read as; null where its values are of no such kind, as lists are.</param>
/// <param name="Format">How its dates or numbers are written where that is not plain, or the type it has in the file; else null.</param>
/// <param name="Missing">The number of rows without a value.</param>
/// <param name="Origin">What decided it.</param>
public sealed record ColumnSchema(string Name, ReadAs? Kind, string? Format, long Missing, Origin Origin);

/// <summary>The origin of the decision how a column is read.</summary>
public enum Origin
{
    /// <summary>Its cells, which were all checked.</summary>
    Cells,

    /// <summary>The type it has in the file, or in the result of the query.</summary>
    Type,

    /// <summary>The caller.</summary>
    Given,

    /// <summary>The model that reads it.</summary>
    Model,
}
