using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Reading;

/// <summary>One reading of the complete rows of a source as rows [terms | target], or [terms | target | weight].</summary>
/// <param name="chunks">Rows as read: one number a feature, then those that follow. Owned.</param>
/// <param name="design">How a row as read becomes a row of the design.</param>
/// <param name="following">How many numbers follow the features: the target, and the weight if there is one.</param>
/// <param name="missing">Counts what is left out.</param>
/// <param name="rowsRead">Told the number of rows read, now and then.</param>
/// <param name="finish">Told the counts at the end.</param>
internal sealed class DesignReader(ChunkReader chunks, Design design, int following, MissingRows missing, IProgress<long>? rowsRead, Action<MissingRows> finish) : IRowReader
{
    /// <summary>Chunks of at most 2048 rows between two reports of progress.</summary>
    private const int ChunksBetweenReports = 32;

    private readonly int _readWidth = design.Features.Length + following;
    private readonly int _width = design.Terms.Length + following;
    private double[] _expanded = [];
    private int _chunks;
    private bool _finished;

    public ReadOnlySpan<double> ReadRows()
    {
        while (!_finished)
        {
            Span<double> chunk = chunks.Next();
            if (chunk.IsEmpty)
            {
                _finished = true;
                rowsRead?.Report(missing.Seen);
                finish(missing);
                break;
            }

            int complete = missing.Compact(chunk);
            if (++_chunks % ChunksBetweenReports == 0)
                rowsRead?.Report(missing.Seen);
            if (complete > 0)
                return design.HasText ? Expand(chunk[..(complete * _readWidth)], complete) : chunk[..(complete * _width)];
        }

        return default;
    }

    public void Dispose() => chunks.Dispose();

    private Span<double> Expand(ReadOnlySpan<double> read, int count)
    {
        if (_expanded.Length < count * _width)
            _expanded = new double[count * _width];
        Span<double> rows = _expanded.AsSpan(0, count * _width);
        for (Span<double> row = rows; read.Length > 0; read = read[_readWidth..], row = row[_width..])
        {
            design.Expand(read[..design.Features.Length], row[..design.Terms.Length]);
            read[design.Features.Length.._readWidth].CopyTo(row[design.Terms.Length..]);
        }

        return rows;
    }
}
