using System.Collections.Immutable;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// The mean of each column of numbers over the rows that have a value, in a pass of its own: what a missing value of it counts as. Rows
/// with weights count by their weights, so that a frequency of 2 is the row twice.
/// </summary>
/// <remarks>
/// Sums keep their rounding (two-sum, and a fused product for weights), in the order of the rows: the bits do not depend on threads.
/// </remarks>
internal sealed class ColumnMeans
{
    private readonly double[] _sums;
    private readonly double[] _errors;
    private readonly double[] _weights;
    private readonly long[] _missing;

    private ColumnMeans(int columns) =>
        (_sums, _errors, _weights, _missing) = (new double[columns], new double[columns], new double[columns], new long[columns]);

    /// <summary>
    /// Reads the source once, and returns the columns with what a missing value of them counts as, and how many are missing.
    /// </summary>
    /// <param name="source">The source.</param>
    /// <param name="query">The reading of the columns, followed by the target and the others.</param>
    /// <param name="sql">The select list's end: target, weight and groups.</param>
    /// <param name="following">What the numbers behind the columns are called.</param>
    /// <param name="hasWeights">Whether a weight follows the target.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DataException">A value is missing of what has no mean, or a column has no value at all.</exception>
    internal static (ImmutableArray<ModelColumn> Columns, ImmutableArray<MissingCount> Filled) Read(DataSource source, DesignQuery query,
        IEnumerable<string> sql, IReadOnlyList<string> following, bool hasWeights, CancellationToken cancellationToken)
    {
        Design design = query.Design;
        ColumnMeans means = new(design.Columns.Length);
        IEnumerable<string> select = query.Select(Sql.Column, all: true).Concat(sql).Concat(query.SelectRests());
        using ChunkReader chunks = new(source, $"SELECT {string.Join(", ", select)} FROM ({source.Table.TypedRows(query.WholeColumns)})", query.Width, cancellationToken);
        bool[] isNumber = [.. design.Columns.Select(column => column.Kind is CellKind.Number or CellKind.Whole)];
        long seen = 0;
        for (Memory<double> chunk = chunks.Next(); chunk.Length > 0; chunk = chunks.Next())
        {
            query.Compute(chunk.Span);
            for (int start = 0; start < chunk.Length; start += query.Width)
            {
                ReadOnlySpan<double> row = chunk.Span.Slice(start, query.Width);
                seen++;
                Require(row[design.RowLength..], following, seen, source);
                means.Add(row, isNumber, hasWeights ? row[design.RowLength + 1] : 1, design, seen, source);
            }
        }

        return means.Fill(design);
    }

    private static void Require(ReadOnlySpan<double> numbers, IReadOnlyList<string> names, long row, DataSource source)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (!double.IsFinite(numbers[i]))
            {
                throw Refuse(names[i], "what a fit explains, weighs or groups by has no mean", row, source);
            }
        }
    }

    private static DataException Refuse(string name, string why, long row, DataSource source) =>
        new(FormattableString.Invariant($"'{name}' is missing in row {row} of {source.Description} (rows are counted from 1 after the header), and {why}: complete it, leave the row out, or let rows with missing values be dropped (--missing drop)."));

    private void Add(ReadOnlySpan<double> row, bool[] isNumber, double weight, Design design, long number, DataSource source)
    {
        for (int j = 0; j < _sums.Length; j++)
        {
            if (double.IsFinite(row[j]))
            {
                double term = weight * row[j], total = _sums[j] + term, part = total - _sums[j];
                _errors[j] += (_sums[j] - (total - part)) + (term - part) + Math.FusedMultiplyAdd(weight, row[j], -term);
                _sums[j] = total;
                _weights[j] += weight;
            }
            else if (isNumber[j])
            {
                _missing[j]++;
            }
            else
            {
                string kind = design.Columns[j].Kind switch { CellKind.Text => "a text", CellKind.Flag => "true or false", _ => "a date" };
                throw Refuse(design.Columns[j].Name, $"{kind} has no mean", number, source);
            }
        }
    }

    private (ImmutableArray<ModelColumn> Columns, ImmutableArray<MissingCount> Filled) Fill(Design design)
    {
        ImmutableArray<ModelColumn>.Builder columns = ImmutableArray.CreateBuilder<ModelColumn>(_sums.Length);
        for (int j = 0; j < _sums.Length; j++)
        {
            ModelColumn column = design.Columns[j];
            // The remainder of the first quotient is exact, so the mean is rounded once.
            double quotient = _sums[j] / _weights[j];
            double mean = quotient + ((Math.FusedMultiplyAdd(-quotient, _weights[j], _sums[j]) + _errors[j]) / _weights[j]);
            if (column.Kind is not (CellKind.Number or CellKind.Whole))
            {
                columns.Add(column);
                continue;
            }

            if (_missing[j] > 0 && !double.IsFinite(mean))
            {
                throw new DataException($"The column '{column.Name}' {(_weights[j] == 0 ? "has no value in the rows used" : "leaves the range of numbers when it is summed")}, so it has no mean for its missing values; leave it out of the features.");
            }

            columns.Add(new ModelColumn(column.Name, column.Kind)
            {
                Format = column.Format,
                WhenMissing = double.IsFinite(mean) ? mean : double.NaN
            });
        }

        return (columns.MoveToImmutable(),
            [.. _missing.Select((count, j) => new MissingCount(design.Columns[j].Name, count)).Where(count => count.Rows > 0)]);
    }
}
