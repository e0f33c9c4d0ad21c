namespace HpcLinReg.Data.Features;

/// <summary>Splits the text of <c>--features</c> into items.</summary>
internal static class FeatureList
{
    /// <summary>
    /// Splits at commas outside quotes and parentheses. Where a column's name stands whole between commas it is taken
    /// whole, whatever is in it: <c>Weight, kg</c>, <c>men's height</c>.
    /// </summary>
    /// <exception cref="UsageException">An item is empty, or a quote or parenthesis is not closed.</exception>
    internal static IReadOnlyList<string> Split(string features, IReadOnlyList<string> columns)
    {
        List<string> items = [];
        int position = 0;
        while (true)
        {
            int end = EndOfColumn(features, position, columns);
            if (end < 0)
            {
                end = EndOfExpression(features, position);
            }

            string item = features[position..end].Trim();
            if (item.Length == 0)
            {
                throw new UsageException($"Feature {items.Count + 1} of \"{features}\" is empty; write names or expressions separated by single commas.");
            }

            items.Add(item);
            if (end == features.Length)
            {
                return items;
            }

            position = end + 1;
        }
    }

    private static int EndOfColumn(string features, int position, IReadOnlyList<string> columns)
    {
        int start = position;
        while (start < features.Length && char.IsWhiteSpace(features[start]))
        {
            start++;
        }

        int longest = -1;
        foreach (string column in columns)
        {
            if (column.Length == 0 || string.CompareOrdinal(features, start, column, 0, column.Length) != 0)
            {
                continue;
            }

            int end = start + column.Length;
            while (end < features.Length && char.IsWhiteSpace(features[end]))
            {
                end++;
            }

            if (end == features.Length || features[end] == ',')
            {
                longest = Math.Max(longest, end);
            }
        }

        return longest;
    }

    private static int EndOfExpression(string features, int position)
    {
        int depth = 0;
        for (int i = position; i < features.Length; i++)
        {
            char c = features[i];
            if (c is '\'' or '"')
            {
                int close = features.IndexOf(c, i + 1);
                if (close < 0)
                {
                    throw new UsageException($"The quote {c} in the feature \"{features[position..].Trim()}\" is not closed.");
                }
                // A doubled quote inside reads as the end of one string and the start of the next: the same split.
                i = close;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or ']' or '}')
            {
                depth--;
            }
            else if (c == ',' && depth <= 0)
            {
                return i;
            }
        }

        return depth > 0
            ? throw new UsageException($"A parenthesis in the feature \"{features[position..].Trim()}\" is not closed.")
            : features.Length;
    }
}
