using System.Collections.Immutable;

namespace HpcLinReg.Tests.Reference;

/// <summary>Random rows with texts at random places among numbers, whole or as indexes; some rows are left out.</summary>
internal sealed class IndexedRows : IIndexedRowSource
{
    private readonly List<double[]> _whole = [];
    private readonly List<double[]> _indexed = [];
    private readonly List<long> _skipped = [];
    private readonly int _cut;

    internal IndexedRows(int seed, int rows, bool hasWeights, bool hasGaps)
    {
        var random = new Random(seed);
        HasWeights = hasWeights;
        _cut = 1 + random.Next(3000);
        int texts = 1 + random.Next(3), numbers = random.Next(12);
        int[] counts = [.. Enumerable.Repeat(0, numbers).Concat(Enumerable.Range(0, texts).Select(k => k == 0 ? 16 + random.Next(30) : 1 + random.Next(9)))];
        random.Shuffle(counts);
        IndicatorCounts = [.. counts, 0];
        Columns = IndicatorCounts.Sum(count => Math.Max(1, count)) + (hasWeights ? 1 : 0);
        double offset = random.Next(3) == 0 ? 1e6 : 0;
        long skipped = 0;
        for (int i = 0; i < rows; i++)
        {
            if (hasGaps && random.Next(4) == 0)
            {
                skipped++;
                continue;
            }

            // Most rows have the first level of a text, as baselines and frequent levels are.
            double[] indexed = [.. IndicatorCounts.Select(count => count == 0 ? offset + random.NextDouble() : random.Next(3) > 0 ? 0 : random.Next(count + 1) - 1)];
            double weight = random.Next(5) == 0 ? 0 : 0.1 + (3 * random.NextDouble());
            double[] whole = [.. IndicatorCounts.SelectMany((count, j) => count == 0 ? [indexed[j]] : Enumerable.Range(0, count).Select(level => level == indexed[j] ? 1.0 : 0))];
            _whole.Add(hasWeights ? [.. whole, weight] : whole);
            _indexed.Add(hasWeights ? [.. indexed, weight] : indexed);
            _skipped.Add(skipped);
            skipped = 0;
        }
    }

    public int Columns { get; }

    public bool HasWeights { get; }

    public ImmutableArray<int> IndicatorCounts { get; }

    public Rereading Rereading { get; init; }

    /// <summary>Gets how often rows were read as indexes.</summary>
    internal int IndexedReadings { get; private set; }

    public IRowReader Open() => new Reader(this, _whole);

    public IRowReader OpenIndexed()
    {
        IndexedReadings++;
        return new Reader(this, _indexed);
    }

    /// <summary>Returns the rows without indexes.</summary>
    internal IRowSource ToWhole() => new Whole(this);

    private sealed class Whole(IndexedRows rows) : IRowSource
    {
        public int Columns => rows.Columns;

        public bool HasWeights => rows.HasWeights;

        public Rereading Rereading => rows.Rereading;

        public IRowReader Open() => rows.Open();
    }

    private sealed class Reader(IndexedRows source, List<double[]> rows) : IRowReader
    {
        private int _next;

        public long Skipped { get; private set; }

        public ReadOnlySpan<double> ReadRows()
        {
            Skipped = _next < rows.Count ? source._skipped[_next] : 0;
            int first = _next;
            do
            {
                _next = Math.Min(_next + 1, rows.Count);
            }
            while (_next < rows.Count && _next - first < source._cut && source._skipped[_next] == 0);
            return rows[first.._next].SelectMany(row => row).ToArray();
        }

        public void Dispose()
        {
        }
    }
}
