using System.Numerics.Tensors;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Reading;

/// <summary>One reading of the complete rows of a source as rows [variables | target], or [variables | target | weight].</summary>
/// <param name="chunks">Rows as read. Owned.</param>
/// <param name="query">How a row as read becomes a row of the design.</param>
/// <param name="missing">Counts the rows that are left out.</param>
/// <param name="record">Gathers means, ranges and digest of the rows used; null in later readings.</param>
/// <param name="rowsRead">Receives the number of rows read, every 65,536 rows or so.</param>
/// <param name="finish">Receives the counts at the end.</param>
internal sealed class DesignReader(ChunkReader chunks, DesignQuery query, MissingRows missing, TrainingRecord? record, IProgress<long>? rowsRead, Action<MissingRows> finish) : IRowReader
{
    /// <summary>Chunks of at most 2048 rows between two reports of progress.</summary>
    private const int ChunksBetweenReports = 32;

    private readonly int _readWidth = query.Width;
    private readonly int _variables = query.Design.VariableNames.Length;
    private readonly int _width = query.Design.VariableNames.Length + query.Following;
    private double[] _filled = [];
    private bool[] _used = [];
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

            ReadOnlySpan<double> rows = query.Design.IsColumnsOnly ? Complete(chunk) : Fill(chunk);
            if (++_chunks % ChunksBetweenReports == 0)
                rowsRead?.Report(missing.Seen);
            if (!rows.IsEmpty)
                return rows;
        }

        return default;
    }

    public void Dispose() => chunks.Dispose();

    /// <summary>Where the design matrix is the columns, rows are used as they were read.</summary>
    private ReadOnlySpan<double> Complete(Span<double> chunk)
    {
        ReadOnlySpan<double> rows = chunk[..(missing.Compact(chunk) * _width)];
        record?.Add(new MatrixSpan<double>(rows, _width), query.Design.RowLength, query.Following > 1 ? query.Design.RowLength + 1 : -1);
        return rows;
    }

    private ReadOnlySpan<double> Fill(ReadOnlySpan<double> chunk)
    {
        int count = chunk.Length / _readWidth;
        if (_filled.Length < count * _width)
        {
            _filled = new double[count * _width];
            _used = new bool[count];
        }

        // Nearly always a chunk has no gap, and then its rows need not be looked at one by one.
        bool isComplete = TensorPrimitives.IsFiniteAll<double>(chunk);
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<double> read = chunk.Slice(i * _readWidth, _readWidth);
            Span<double> row = _filled.AsSpan(kept * _width, _width);
            _used[i] = (isComplete ? missing.CountComplete() : missing.IsComplete(read)) && IsFilled(query.Fill(read, row[.._variables]));
            if (!_used[i])
                continue;
            read.Slice(query.Design.RowLength, query.Following).CopyTo(row[_variables..]);
            kept++;
        }

        if (record is not null)
            Learn(chunk, count, kept);
        return _filled.AsSpan(0, kept * _width);
    }

    private bool IsFilled(Prediction filled)
    {
        if (!filled.HasValue)
            missing.CountWithout(filled);
        return filled.HasValue;
    }

    private void Learn(ReadOnlySpan<double> chunk, int count, int kept)
    {
        MatrixSpan<double> rows = new(chunk, _readWidth);
        int target = query.Design.RowLength, weight = query.Following > 1 ? target + 1 : -1;
        if (kept == count)
        {
            record!.Add(rows, target, weight);
            return;
        }

        for (int i = 0; i < count; i++)
        {
            if (_used[i])
                record!.Add(rows.SliceRows(i, 1), target, weight);
        }
    }
}
