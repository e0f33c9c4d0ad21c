using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Finds the levels of the text columns, in a pass of its own: a level that occurs only in rows dropped for another
/// reason would be a column of zeros.
/// </summary>
internal static class LevelScan
{
    /// <summary>The only level of a text column before its levels are known.</summary>
    internal const string Placeholder = "?";

    /// <summary>More levels than this are taken for names or keys, not categories.</summary>
    internal const int MostLevels = 1000;

    private const int RowsBetweenReports = 65536;

    /// <summary>
    /// Returns the levels of each column of a design, in ordinal order of their UTF-8 bytes; empty for columns that are no texts.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="query">The reading of a design whose texts have the placeholder as their level.</param>
    /// <param name="target">The target's index; −1 where the query computes it.</param>
    /// <param name="missing">Counts the rows that are left out.</param>
    /// <param name="rowsRead">Receives the number of rows read, every 65,536 rows.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static ImmutableArray<string>[] Run(DataSource source, DesignQuery query, int target, MissingRows missing,
        IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        Design design = query.Design;
        int length = design.RowLength;
        bool[] isText = [.. Enumerable.Range(0, length)
            .Select(i => i < design.Columns.Length && design.Columns[i].Kind == CellKind.Text && design.IsRead(i))];
        if (missing.DropsRows && !query.Computes && design.SqlExpressions.IsEmpty && !Enumerable.Range(0, length).Any(design.IsInExpression)
            && OfColumns(source, query, target, isText, missing, cancellationToken) is { } found)
        {
            return found;
        }

        HashSet<string>?[] levels = [.. isText.Select(text => text ? new HashSet<string>(StringComparer.Ordinal) : null)];
        double[] row = new double[query.Width];
        string?[] cells = new string?[length];
        double[] variables = new double[design.VariableNames.Length];
        IEnumerable<string> select = query.Select(Sql.Column, texts: true).Append(DesignQuery.Follow(target)).Concat(query.SelectRests());

        using RowReader reader = new(source, $"SELECT {string.Join(", ", select)} FROM ({source.Table.TypedRows(query.WholeColumns)})", cancellationToken);
        while (reader.Next())
        {
            for (int i = 0; i < row.Length; i++)
            {
                if (i < length && isText[i])
                {
                    cells[i] = reader.Text(i);
                    row[i] = cells[i] is null ? double.NaN : 0;
                }
                else
                {
                    row[i] = reader.Number(i);
                }
            }

            query.Compute(row);
            if (missing.Seen % RowsBetweenReports == 0)
            {
                rowsRead?.Report(missing.Seen);
            }

            if (!missing.IsComplete(row))
            {
                continue;
            }

            Prediction filled = query.Fill(row, variables);
            if (!filled.HasValue)
            {
                missing.CountWithout(filled);
                continue;
            }

            for (int i = 0; i < length; i++)
            {
                if (levels[i] is { } known && known.Add(cells[i]!) && known.Count > MostLevels)
                {
                    throw TooMany(source, design.Columns[i]);
                }
            }
        }

        return [.. levels.Select((known, i) => known is null ? [] : Sorted(design.Columns[i], known))];
    }

    /// <summary>
    /// Finds the levels by one query that runs on all threads of the database; possible where the features are columns, so that SQL can
    /// decide which rows are complete. Returns null where the first rows have too many levels already: reading row by row then stops at the
    /// first level beyond the limit and holds no more levels than that.
    /// </summary>
    private static ImmutableArray<string>[]? OfColumns(DataSource source, DesignQuery query, int target, bool[] isText, MissingRows missing,
        CancellationToken cancellationToken)
    {
        const int SampleRows = 20480;
        Design design = query.Design;
        int[] texts = [.. Enumerable.Range(0, isText.Length).Where(i => isText[i])];
        string[] cells = [.. query.Select(Sql.Column, texts: true), DesignQuery.Number($"CAST({Sql.Column(target)} AS DOUBLE)")];
        string rows = $"(SELECT {string.Join(", ", cells.Select((cell, i) => $"{cell} AS v{i}"))} FROM ({source.Table.TypedRows()}))";
        string[] sampled = Row($"SELECT {string.Join(", ", texts.Select(i => $"CAST(count(DISTINCT v{i}) AS VARCHAR)"))} FROM (SELECT * FROM {rows} LIMIT {SampleRows})", texts.Length);
        if (sampled.Any(count => long.Parse(count, CultureInfo.InvariantCulture) > MostLevels))
        {
            return null;
        }

        int[] read = [.. Enumerable.Range(0, cells.Length)
            .Where(i => i >= isText.Length || (design.IsRead(i) && double.IsNaN(design.Columns[i].WhenMissing)))];
        string[] present = [.. read.Select(i => i < isText.Length && isText[i] ? $"v{i} IS NOT NULL" : $"isfinite(v{i})")];
        string complete = string.Join(" AND ", present);
        string[] counts = ["count(*)", $"count(*) FILTER ({complete})", .. present.Select(one => $"count(*) FILTER (NOT {one})")];
        string[] answer = Row($"SELECT {string.Join(", ", counts.Select(count => $"CAST({count} AS VARCHAR)").Concat(texts.Select(i => $"CAST(coalesce(to_json(list(DISTINCT v{i}) FILTER ({complete})), '[]') AS VARCHAR)")))} FROM {rows}", counts.Length + texts.Length);
        long Count(int i) => long.Parse(answer[i], CultureInfo.InvariantCulture);
        missing.CountAll(Count(0), Count(0) - Count(1), read.Select((value, k) => (value, Count(2 + k))));
        var levels = new ImmutableArray<string>[isText.Length];
        Array.Fill(levels, []);
        foreach ((int k, int i) in texts.Index())
        {
            string[] found = [.. JsonNode.Parse(answer[counts.Length + k])!.AsArray().Select(level => (string)level!)];
            levels[i] = found.Length <= MostLevels ? Sorted(design.Columns[i], found) : throw TooMany(source, design.Columns[i]);
        }

        return levels;

        string[] Row(string sql, int columns)
        {
            using RowReader reader = new(source, sql, cancellationToken);
            _ = reader.Next();
            string[] row = [.. Enumerable.Range(0, columns).Select(i => reader.Text(i)!)];
            _ = reader.Next();
            return row;
        }
    }

    private static ImmutableArray<string> Sorted(ModelColumn column, IEnumerable<string> levels)
    {
        string[] all = [.. levels];
        return !all.Any(level => level.Contains('\0', StringComparison.Ordinal)) ? ModelColumn.ToLevels(all)
            : throw new DataException($"The text column '{column.Name}' has a value with a NUL character (U+0000), which no level can have; take it out in the file.");
    }

    private static DataException TooMany(DataSource source, ModelColumn column)
    {
        string? oddity = source.Table.Columns.FirstOrDefault(found => found.Name == column.Name)?.Oddity;
        string because = oddity is null ? "it names rows rather than groups them. Leave it out, or group its values in an expression or a query" : $"it is text because of {oddity}. Correct the cell, or leave it empty if the value is missing";
        return new($"The text column '{column.Name}' has more than {MostLevels} different values; {because}.");
    }
}
