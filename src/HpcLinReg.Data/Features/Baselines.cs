using System.Collections.Immutable;

namespace HpcLinReg.Data.Features;

/// <summary>
/// Puts the level that somebody names to the front of its column's levels: coefficients are differences from the first one.
/// </summary>
internal static class Baselines
{
    /// <summary>Returns the levels of each column of a design with the baselines in front.</summary>
    /// <param name="baselines">The levels by the names of their columns.</param>
    /// <param name="design">The design, of which only the columns are looked at.</param>
    /// <param name="levels">The levels of each column; empty for those that are no texts.</param>
    /// <exception cref="UsageException">A column is no text among the features, or does not have the level.</exception>
    internal static ImmutableArray<string>[] Apply(IReadOnlyDictionary<string, string> baselines, Design design,
        ImmutableArray<string>[] levels)
    {
        string[] names = [.. design.Columns.Select(column => column.Name)];
        ImmutableArray<string>[] ordered = [.. levels];
        foreach ((string name, string level) in baselines)
        {
            int index = ColumnNames.Find(names, name);
            if (index < 0 || design.Columns[index].Kind != CellKind.Text)
            {
                string[] texts = [.. design.Columns.Where(column => column.Kind == CellKind.Text).Select(column => column.Name)];
                throw new UsageException(index < 0
                    ? $"There is no text column '{name}' among the features for the baseline '{level}'; {(texts.Length == 0 ? "there is none at all" : $"those there are: {ColumnNames.List(texts)}")}.{Suggestion.Question(name, texts)}"
                    : $"'{names[index]}' is no text and has no baseline; --category {names[index]} reads its numbers as categories.");
            }

            int place = levels[index].IndexOf(level);
            ordered[index] = place >= 0 ? [level, .. levels[index].RemoveAt(place)]
                : throw new UsageException($"The column '{names[index]}' has no level '{level}' among the rows used; its levels are {ColumnNames.List(levels[index])}.{Suggestion.Question(level, levels[index])}");
        }

        return ordered;
    }

    /// <summary>Refuses a baseline that has a coefficient of its own, as the first text has without an intercept.</summary>
    /// <exception cref="UsageException">There is one.</exception>
    internal static void RequireDifferences(IReadOnlyDictionary<string, string> baselines, Design design)
    {
        foreach ((string name, string level) in baselines)
        {
            string column = design.Columns[ColumnNames.Find([.. design.Columns.Select(column => column.Name)], name)].Name;
            if (design.VariableNames.Contains($"{column}[{level}]"))
            {
                throw new UsageException($"Without an intercept '{column}' has a coefficient for each level and no baseline; leave out the baseline '{level}', or fit an intercept.");
            }
        }
    }
}
