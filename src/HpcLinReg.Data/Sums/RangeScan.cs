using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Sums;

/// <summary>Finds the ranges of variables over the complete rows, from which polynomials have their shift and scale.</summary>
internal static class RangeScan
{
    private const int ChunksBetweenReports = 32;

    /// <summary>Widens ranges by the rows of a source that are complete and have weight.</summary>
    /// <param name="source">The source.</param>
    /// <param name="design">The design; levels of texts need not be known yet.</param>
    /// <param name="weights">The name of the weights; null for none.</param>
    /// <param name="variables">The variables whose ranges are found.</param>
    /// <param name="ranges">The range of each; at first from ∞ to −∞.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    internal static void Widen(DataSource source, Design design, string? weights, int[] variables, (double Least, double Most)[] ranges,
        IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        int[] columns = JointColumns.Find(source, design);
        int weight = weights is null ? -1 : new FeatureResolver(source).Weight(weights);
        DesignQuery query = new(source, design, columns, weight < 0 ? 0 : 1);
        MissingRows missing = JointColumns.Missing(source, design, weight < 0 ? null : source.Columns[weight].Name);
        using ChunkReader reader = new(source, JointColumns.Select(source, query, weight), query.Width, cancellationToken);
        double[] row = new double[design.VariableNames.Length];
        int chunks = 0;
        for (ReadOnlyMemory<double> chunk = reader.Next(); chunk.Length > 0; chunk = reader.Next())
        {
            double[] read = chunk.ToArray();
            for (int start = 0; start < read.Length; start += query.Width)
            {
                Span<double> cells = read.AsSpan(start, query.Width);
                if (!missing.IsComplete(cells) || (weight >= 0 && cells[design.RowLength] == 0))
                {
                    continue;
                }

                foreach (int text in query.TextPlaces)
                {
                    cells[text] = 0;
                }

                if (query.Fill(cells, row).HasValue)
                {
                    Widen(row, variables, ranges);
                }
            }

            if (++chunks % ChunksBetweenReports == 0)
            {
                rowsRead?.Report(missing.Seen);
            }
        }
    }

    private static void Widen(double[] row, int[] variables, (double Least, double Most)[] ranges)
    {
        for (int k = 0; k < variables.Length; k++)
        {
            // Adding 0 makes the zeros of both signs one, so that the order of rows does not matter.
            double value = row[variables[k]] + 0.0;
            ranges[k] = (Math.Min(ranges[k].Least, value), Math.Max(ranges[k].Most, value));
        }
    }
}
