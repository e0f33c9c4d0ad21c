using System.Text;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Finds the levels of the text features, in a pass of its own: a level that occurs only in rows dropped for another
/// reason would be a column of zeros.
/// </summary>
internal static class LevelScan
{
    /// <summary>More levels than this are taken for names or keys, not categories.</summary>
    private const int MostLevels = 1000;

    private const int RowsBetweenReports = 65536;

    /// <summary>Returns the features with their levels in ordinal order of their UTF-8 bytes.</summary>
    internal static List<Feature> Run(DataSource source, IReadOnlyList<Feature> features, int target, MissingRows missing, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceColumn> columns = source.Table.Columns;
        Design numbers = new([.. features.Where(feature => !feature.IsText)]);
        Feature[] texts = [.. features.Where(feature => feature.IsText)];
        IEnumerable<string> select = numbers
            .Select(source.Session, Sql.Column, i => columns[i].Kind)
            .Append(Design.Number(Sql.Column(target)))
            .Concat(texts.Select(feature => Sql.Column(feature.Column)));
        HashSet<string>[] levels = [.. texts.Select(_ => new HashSet<string>(StringComparer.Ordinal))];
        int[] placeOfNumber = [.. Enumerable.Range(0, features.Count).Where(i => !features[i].IsText).Append(features.Count)];
        int[] placeOfText = [.. Enumerable.Range(0, features.Count).Where(i => features[i].IsText)];
        double[] row = new double[features.Count + 1];
        string?[] cells = new string?[texts.Length];

        using RowReader reader = new(source, $"SELECT {string.Join(", ", select)} FROM ({source.Table.TypedRows()})", cancellationToken);
        while (reader.Next())
        {
            for (int i = 0; i < placeOfNumber.Length; i++)
                row[placeOfNumber[i]] = reader.Number(i);
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = reader.Text(placeOfNumber.Length + i);
                row[placeOfText[i]] = cells[i] is null ? double.NaN : 0;
            }

            if (missing.Seen % RowsBetweenReports == 0)
                rowsRead?.Report(missing.Seen);
            if (missing.Compact(row) == 0)
                continue;
            for (int i = 0; i < cells.Length; i++)
            {
                if (levels[i].Add(cells[i]!) && levels[i].Count > MostLevels)
                {
                    throw new DataException(
                        $"The text column '{texts[i].Source}' has more than {MostLevels} different values; it names rows rather than groups them. Leave it out, or group its values in an expression or a query.");
                }
            }
        }

        int next = 0;
        return [.. features.Select(feature => feature.IsText
            ? feature with { Levels = [.. levels[next++].OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))] }
            : feature)];
    }
}
