using System.Collections.Immutable;

namespace HpcLinReg.Data.Reading;

/// <summary>
/// Rows whose last column is a weight, of which those that cannot be one are named as the source calls them, as is a source without any.
/// </summary>
internal sealed class CheckedWeights(DataRows rows) : IIndexedRowSource
{
    public int Columns => rows.Columns;

    public bool HasWeights => true;

    public ImmutableArray<string> Names => rows.Names;

    public Rereading Rereading => rows.Rereading;

    public ImmutableArray<int> IndicatorCounts => rows.IndicatorCounts;

    public IRowReader Open() => new Reader(rows, rows.Open(), rows.Columns);

    public IRowReader OpenIndexed() => new Reader(rows, rows.OpenIndexed(), rows.IndicatorCounts.Length + 1);

    /// <summary>Above it a double is whole whatever it was meant to be.</summary>
    private const double MostFrequency = 1L << 53;

    private sealed class Reader(DataRows rows, IRowReader reader, int width) : IRowReader
    {
        private long _seen;
        private bool _any;

        public long Skipped => reader.Skipped;

        public ReadOnlySpan<double> ReadRows()
        {
            ReadOnlySpan<double> block = reader.ReadRows();
            _seen += reader.Skipped;
            for (int last = width - 1; last < block.Length; last += width, _seen++)
            {
                Check(block[last]);
                _any |= block[last] > 0;
            }

            return !block.IsEmpty || _any ? block : throw new DataException($"Every row has the weight 0 in '{rows.Request.Weights}'; there is nothing to fit.");
        }

        public void Dispose() => reader.Dispose();

        private void Check(double weight)
        {
            string? wrong = !double.IsFinite(weight) ? "weights are finite"
                : weight < 0 ? "weights are not negative"
                : rows.Request.WeightKind == WeightKind.Frequency && weight != Math.Floor(weight) ? "frequencies are whole numbers; use --weights for precisions"
                : rows.Request.WeightKind == WeightKind.Frequency && weight >= MostFrequency ? "frequencies are below 2⁵³, the whole numbers that double counts"
                : null;
            if (wrong is not null)
            {
                throw new DataException(FormattableString.Invariant($"The weight '{rows.Request.Weights}' is {weight} in row {_seen + 1} (counted from 1 after the header); {wrong}."));
            }
        }
    }
}
