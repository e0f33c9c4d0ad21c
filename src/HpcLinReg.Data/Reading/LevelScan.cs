using System.Collections.Immutable;
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
    private const int MostLevels = 1000;

    private const int RowsBetweenReports = 65536;

    /// <summary>Returns the levels of each column of a design, in ordinal order of their UTF-8 bytes; empty for columns that are no texts.</summary>
    /// <param name="source">The source.</param>
    /// <param name="query">The reading of a design whose texts have the placeholder as their level.</param>
    /// <param name="target">The target's index.</param>
    /// <param name="missing">Counts the rows that are left out.</param>
    /// <param name="rowsRead">Receives the number of rows read, every 65,536 rows.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static ImmutableArray<string>[] Run(DataSource source, DesignQuery query, int target, MissingRows missing, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        Design design = query.Design;
        int length = design.RowLength;
        bool[] isText = [.. Enumerable.Range(0, length).Select(i => i < design.Columns.Length && design.Columns[i].Kind == CellKind.Text && design.IsRead(i))];
        HashSet<string>?[] levels = [.. isText.Select(text => text ? new HashSet<string>(StringComparer.Ordinal) : null)];
        double[] row = new double[query.Width];
        string?[] cells = new string?[length];
        double[] variables = new double[design.VariableNames.Length];
        IEnumerable<string> select = query.Select(Sql.Column, texts: true).Append(DesignQuery.Number($"CAST({Sql.Column(target)} AS DOUBLE)")).Concat(query.SelectRests());

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

            if (missing.Seen % RowsBetweenReports == 0)
                rowsRead?.Report(missing.Seen);
            if (!missing.IsComplete(row))
                continue;
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
                    throw new DataException(
                        $"The text column '{design.Columns[i].Name}' has more than {MostLevels} different values; it names rows rather than groups them. Leave it out, or group its values in an expression or a query.");
                }
            }
        }

        return [.. levels.Select(known => known is null ? [] : ModelColumn.ToLevels(known))];
    }
}
