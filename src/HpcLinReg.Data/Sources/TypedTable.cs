using System.Globalization;

namespace HpcLinReg.Data.Sources;

/// <summary>A table whose columns have types of their own: Parquet, JSON, a query.</summary>
internal sealed class TypedTable : ISourceTable
{
    private readonly string _from;

    private TypedTable(string from, IReadOnlyList<SourceColumn> columns)
    {
        _from = from;
        Columns = columns;
    }

    public IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>Names the columns of a FROM item; numbers and times may be text there.</summary>
    internal static TypedTable Of(string from, IReadOnlyList<SourceColumn> columns) => new(from, columns);

    /// <summary>Describes a FROM item.</summary>
    /// <param name="session">The session.</param>
    /// <param name="from">The item.</param>
    /// <param name="own">How many columns are the files' own; those behind are keys of their folders.</param>
    internal static TypedTable Describe(Session session, string from, int own = int.MaxValue)
    {
        List<string?[]> rows = session.Table($"DESCRIBE SELECT * FROM {from}");
        return new TypedTable(from, [.. rows.Select((row, i) => new SourceColumn(new DataColumn(row[0]!, KindOf(row[1]!)), CellType: row[1]!, IsFolderKey: i >= own))]);
    }

    public string TypedRows(IReadOnlySet<int>? whole = null) =>
        $"SELECT {string.Join(", ", Columns.Select((column, i) => $"{Typed(i, column.Kind, column.DateFormat, whole)} AS {Sql.Column(i)}").Concat(Rests(whole)))} FROM {Aliased()}";

    public string TextAndTypedRows(IReadOnlyList<ColumnKind?> kinds, IReadOnlySet<int>? whole = null, IReadOnlyList<string?>? formats = null)
    {
        IEnumerable<string> text = Columns.Select((_, i) => $"CAST({Sql.Column(i)} AS VARCHAR) AS t{i}");
        IEnumerable<string> typed = Columns.Select((_, i) => i).Where(i => kinds[i] is not null).Select(i => $"{Typed(i, kinds[i]!.Value, Columns[i].DateFormat, whole)} AS {Sql.Column(i)}");
        return $"SELECT {string.Join(", ", text.Concat(typed).Concat(Rests(whole)).Append("-1 AS bad"))} FROM {Aliased()}";
    }

    /// <summary>Returns the kind of a DuckDB type.</summary>
    internal static ColumnKind KindOf(string type)
    {
        int end = type.AsSpan().IndexOfAny('(', '[');
        string name = end < 0 ? type : type[..end];
        return name switch
        {
            // A list's name goes on after the bracket: INTEGER[].
            _ when type.EndsWith(']') => ColumnKind.Other,
            "TINYINT" or "SMALLINT" or "INTEGER" or "BIGINT" or "HUGEINT" or
            "UTINYINT" or "USMALLINT" or "UINTEGER" or "UBIGINT" or "UHUGEINT" or
            "FLOAT" or "DOUBLE" or "DECIMAL" or "BIGNUM" => ColumnKind.Numeric,
            "BOOLEAN" => ColumnKind.Boolean,
            "VARCHAR" or "ENUM" or "UUID" => ColumnKind.Text,
            "DATE" => ColumnKind.Date,
            _ when name.StartsWith("TIME", StringComparison.Ordinal) => ColumnKind.Date,
            _ => ColumnKind.Other,
        };
    }

    private IEnumerable<string> Rests(IReadOnlySet<int>? whole) => (whole ?? new HashSet<int>()).Select(i => (i, cell: Sql.Column(i))).Select(column =>
        $"{(Columns[column.i].IsWhole ? $"CAST(CAST({column.cell} AS HUGEINT) - CAST(CAST({column.cell} AS DOUBLE) AS HUGEINT) AS DOUBLE)" : CsvCell.Rest(column.cell))} AS {Sql.Rest(column.i)}");

    private string Typed(int index, ColumnKind kind, string? dateFormat, IReadOnlySet<int>? whole) => kind switch
    {
        _ when whole?.Contains(index) == true && Columns[index].IsWhole => $"CAST({Sql.Column(index)} AS HUGEINT)",
        ColumnKind.Numeric or ColumnKind.Boolean => string.Create(CultureInfo.InvariantCulture, $"CAST({Sql.Column(index)} AS DOUBLE)"),
        ColumnKind.Date when dateFormat is not null => CsvCell.Strict(index, kind, dateFormat, Sql.Column(index)),
        ColumnKind.Text => $"CAST({Sql.Column(index)} AS VARCHAR)",
        _ => Sql.Column(index),
    };

    // The rows are renamed by position, so that names that differ in case only, or not at all, cannot be confused.
    private string Aliased() => $"(SELECT * FROM {_from}) AS source({string.Join(", ", Columns.Select((_, i) => Sql.Column(i)))})";
}
