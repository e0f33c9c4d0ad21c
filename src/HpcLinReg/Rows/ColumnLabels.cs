using System.Collections.Immutable;

namespace HpcLinReg.Rows;

/// <summary>What joint columns are called in messages: their names, or their place among features and targets.</summary>
/// <param name="Names">One per column, or none.</param>
/// <param name="Features">How many of the columns are features; all of them where nobody has said which is the target.</param>
/// <param name="Columns">The number of joint columns.</param>
internal readonly record struct ColumnLabels(ImmutableArray<string> Names, int Features, int Columns)
{
    internal string this[int column] =>
        !Names.IsDefaultOrEmpty ? $"{(column < Features ? "column" : "the target")} '{Names[column]}'"
        : column < Features ? $"column {column} of x (counted from 0)"
        : Columns - Features == 1 ? "the target"
        : $"target {column - Features} (counted from 0)";

    /// <summary>The names, refused where two are the same.</summary>
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
