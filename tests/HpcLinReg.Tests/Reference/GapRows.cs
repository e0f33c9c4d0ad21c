namespace HpcLinReg.Tests.Reference;

/// <summary>Rows of joint columns in memory as a source that leaves some of them out and says how many, handed out at most a given number at a time, in turn.</summary>
internal sealed class GapRows(double[] rows, int columns, bool[] used, params int[] cuts) : IRowSource
{
    public int Columns => columns;

    public bool HasWeights { get; init; }

    public IRowReader Open() => new Reader(rows, columns, used, cuts);

    private sealed class Reader(double[] rows, int columns, bool[] used, int[] cuts) : IRowReader
    {
        private int _row;
        private int _cut;

        public long Skipped { get; private set; }

        public ReadOnlySpan<double> ReadRows()
        {
            Skipped = 0;
            for (; _row < used.Length && !used[_row]; _row++)
            {
                Skipped++;
            }

            int first = _row, most = cuts.Length == 0 ? int.MaxValue : cuts[_cut++ % cuts.Length];
            while (_row < used.Length && used[_row] && _row - first < most)
            {
                _row++;
            }

            return rows.AsSpan(first * columns, (_row - first) * columns);
        }

        public void Dispose()
        {
        }
    }
}
