namespace HpcLinReg.Data;

/// <summary>Finds the name nearest to a misspelt one.</summary>
public static class Suggestion
{
    /// <summary>
    /// Returns the name nearest to a word, or null where none is near: a third of its letters may be wrong, missing, too many or swapped;
    /// case does not count.
    /// </summary>
    /// <param name="word">The word as typed.</param>
    /// <param name="names">The names there are; of equally near ones the first is returned.</param>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(names);
        string typed = word.Trim().ToUpperInvariant();
        int least = Math.Max(1, typed.Length / 3) + 1;
        string? nearest = null;
        foreach (string name in names)
        {
            if (Math.Abs(name.Length - typed.Length) >= least || name.Length < 2)
            {
                continue;
            }

            int distance = Distance(typed, name.ToUpperInvariant());
            if (distance < least)
            {
                (least, nearest) = (distance, name);
            }
        }

        return nearest;
    }

    /// <summary>Returns a sentence that asks for the nearest name, with a space before it, or nothing.</summary>
    /// <param name="word">The word as typed.</param>
    /// <param name="names">The names there are.</param>
    public static string Question(string word, IEnumerable<string> names) => Nearest(word, names) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>Letters to insert, remove, replace or swap with their neighbour (the optimal string alignment distance).</summary>
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
