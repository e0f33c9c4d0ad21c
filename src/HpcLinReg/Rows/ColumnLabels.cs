using System.Collections.Immutable;

namespace HpcLinReg.Rows;

/// <summary>The names of joint columns in messages: their own names, or their place among features and targets.</summary>
/// <param name="Names">One per column, or none.</param>
/// <param name="Features">How many of the columns are features; all of them where it is not known which is the target.</param>
/// <param name="Columns">The number of joint columns.</param>
internal readonly record struct ColumnLabels(ImmutableArray<string> Names, int Features, int Columns)
{
    internal string this[int column] =>
        !Names.IsDefaultOrEmpty ? $"{(column < Features ? "column" : "the target")} '{Names[column]}'"
        : column < Features ? $"column {column} of x (counted from 0)"
        : Columns - Features == 1 ? "the target"
        : $"target {column - Features} (counted from 0)";

    /// <summary>
    /// Returns the labels of a source's joint columns, without its weights; throws where there is no target, or names that do not fit the
    /// columns.
    /// </summary>
    internal static ColumnLabels Of(IRowSource rows)
    {
        int columns = rows.Columns - (rows.HasWeights ? 1 : 0);
        if (columns < 1)
        {
            Throw.SourceColumns(rows.Columns, rows.HasWeights);
        }

        ImmutableArray<string> names = rows.Names;
        if (!names.IsDefaultOrEmpty && names.Length != columns)
        {
            Throw.NamesAgainst(names.Length, columns);
        }

        return new ColumnLabels(names.IsDefault ? [] : Distinct(names.AsSpan()), columns - 1, columns);
    }

    /// <summary>Returns the labels of columns whose names differ; throws where two are the same.</summary>
    internal static ColumnLabels Of(ReadOnlySpan<string> names) => new(Distinct(names), names.Length, names.Length);

    /// <summary>Returns x1, x2, …: the names of columns that have none.</summary>
    internal static ImmutableArray<string> Numbered(int columns) => [.. Enumerable.Range(1, columns).Select(j => $"x{j}")];

    /// <summary>Returns the names; throws where two are the same.</summary>
    internal static ImmutableArray<string> Distinct(ReadOnlySpan<string> names)
    {
        var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
        foreach (string name in names)
        {
            ArgumentNullException.ThrowIfNull(name, nameof(names));
            if (!seen.Add(name))
            {
                Throw.NameTwice(name);
            }
        }

        return [.. names];
    }
}
