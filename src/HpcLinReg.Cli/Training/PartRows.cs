using System.Collections.Immutable;

namespace HpcLinReg.Cli.Training;

/// <summary>
/// A part of a source as a source: the rows that are held out, or all others. Each reading reads the whole source and copies the rows of
/// the part.
/// </summary>
internal sealed class PartRows(IRowSource source, Holdout holdout, long rows, bool isHeldOut) : IRowSource
{
    public int Columns => source.Columns;

    public bool HasWeights => source.HasWeights;

    public ImmutableArray<string> Names => source.Names;

    // A descent has read the rows many times, so the closed form beside it may, too; its bits are then those of rows in memory.
    public Rereading Rereading => Rereading.Cheap;

    public IRowReader Open() => new Reader(source.Open(), source.Columns, holdout.Begin(rows), isHeldOut);

    private sealed class Reader(IRowReader reader, int columns, Holdout.Choice choice, bool isHeldOut) : IRowReader
    {
        private Holdout.Choice _choice = choice;
        private double[] _part = [];

        public ReadOnlySpan<double> ReadRows()
        {
            while (true)
            {
                ReadOnlySpan<double> rows = reader.ReadRows();
                if (rows.IsEmpty)
                {
                    return default;
                }

                if (_part.Length < rows.Length)
                {
                    _part = new double[rows.Length];
                }

                int length = 0;
                for (; rows.Length > 0; rows = rows[columns..])
                {
                    if (_choice.Next() == isHeldOut)
                    {
                        rows[..columns].CopyTo(_part.AsSpan(length));
                        length += columns;
                    }
                }

                if (length > 0)
                {
                    return _part.AsSpan(0, length);
                }
            }
        }

        public void Dispose() => reader.Dispose();
    }
}
