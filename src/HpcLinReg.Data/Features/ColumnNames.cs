namespace HpcLinReg.Data.Features;

/// <summary>Finds a column by the name somebody typed: exactly; else without case, if that is unique.</summary>
internal static class ColumnNames
{
    /// <summary>Returns the index, or −1 when there is no such column.</summary>
    /// <exception cref="DataException">The name fits several columns.</exception>
    internal static int Find(IReadOnlyList<string> columns, string name)
    {
        int exact = Unique(columns, name, StringComparison.Ordinal, $"The column '{name}' occurs more than once; rename all but one.");
        return exact >= 0 ? exact : Unique(columns, name, StringComparison.OrdinalIgnoreCase, $"'{name}' could be any of several columns that differ in case only; spell it exactly.");
    }

    /// <summary>Lists the columns for a message.</summary>
    internal static string List(IReadOnlyList<string> columns)
    {
        const int Most = 20;
        string listed = string.Join(", ", columns.Take(Most).Select(column => $"'{column}'"));
        return columns.Count <= Most ? listed : $"{listed} and {columns.Count - Most} more";
    }

    private static int Unique(IReadOnlyList<string> columns, string name, StringComparison comparison, string ambiguous)
    {
        int found = -1;
        for (int i = 0; i < columns.Count; i++)
        {
            if (!string.Equals(columns[i], name, comparison))
            {
                continue;
            }

            if (found >= 0)
            {
                throw new DataException(ambiguous);
            }

            found = i;
        }

        return found;
    }
}
