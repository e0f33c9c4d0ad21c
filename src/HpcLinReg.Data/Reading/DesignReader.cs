using System.Numerics.Tensors;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Reading;

/// <summary>One reading of the complete rows of a source as rows [variables | target], or [variables | target | weight].</summary>
/// <param name="chunks">Rows as read. Owned.</param>
/// <param name="query">How a row as read becomes a row of the design.</param>
/// <param name="missing">Counts the rows that are left out.</param>
/// <param name="record">Gathers means, ranges and digest of the rows used; null in later readings.</param>
/// <param name="hasWeights">Whether a weight follows the target.</param>
/// <param name="isIndexed">Whether a row has an index in place of the indicators of each text that is a feature of its own.</param>
/// <param name="rowsRead">Receives the number of rows read, every 65,536 rows or so.</param>
/// <param name="finish">Receives the counts at the end.</param>
internal sealed class DesignReader(ChunkReader chunks, DesignQuery query, MissingRows missing, TrainingRecord? record, bool hasWeights,
    bool isIndexed, IProgress<long>? rowsRead, Action<MissingRows> finish) : IRowReader
{
    /// <summary>Chunks of at most 2048 rows between two reports of progress.</summary>
    private const int ChunksBetweenReports = 32;

    private readonly int _readWidth = query.Width;
    private readonly int _variables = Variables(query, isIndexed);
    private readonly int _width = Variables(query, isIndexed) + query.Following;

    /// <summary>The rows of the chunk as read.</summary>
    private ReadOnlyMemory<double> _chunk;

    /// <summary>
    /// The rows of the chunk as rows of the design, each at its place; the values of rows that are not used are undefined.
    /// </summary>
    private ReadOnlyMemory<double> _rows;
    private double[] _filled = [];
    private bool[] _used = [];
    private int _count;
    private int _next;
    private int _chunks;
    private bool _finished;

    public long Skipped { get; private set; }

    public ReadOnlySpan<double> ReadRows()
    {
        Skipped = 0;
        while (true)
        {
            ReadOnlySpan<bool> left = _used.AsSpan(_next, _count - _next);
            int first = left.IndexOf(true);
            if (first >= 0)
            {
                Skipped += first;
                int length = left[first..].IndexOf(false);
                return Take(_next + first, length < 0 ? left.Length - first : length);
            }

            Skipped += left.Length;
            _next = _count;
            if (_finished || !ReadChunk())
            {
                return default;
            }
        }
    }

    public void Dispose() => chunks.Dispose();

    private ReadOnlySpan<double> Take(int first, int count)
    {
        _next = first + count;
        int target = query.Design.RowLength;
        record?.Add(new MatrixSpan<double>(_chunk.Span.Slice(first * _readWidth, count * _readWidth), _readWidth), target,
            hasWeights ? target + 1 : -1);
        return _rows.Span.Slice(first * _width, count * _width);
    }

    private bool ReadChunk()
    {
        Memory<double> read = chunks.Next();
        query.Compute(read.Span);
        _chunk = read;
        (_count, _next) = (_chunk.Length / _readWidth, 0);
        if (_count == 0)
        {
            _finished = true;
            rowsRead?.Report(missing.Seen);
            finish(missing);
            return false;
        }

        if (_used.Length < _count)
        {
            _used = new bool[_count];
        }

        // Nearly always a chunk has no gap, and then its rows need not be looked at one by one.
        bool isComplete = TensorPrimitives.IsFiniteAll(_chunk.Span);
        if (!query.IsAsRead)
        {
            Fill(isComplete);
        }
        else
        {
            // A design of plain columns uses the rows as they were read.
            _rows = _chunk;
            if (isComplete)
            {
                missing.CountComplete(_count);
            }

            for (int i = 0; i < _count; i++)
            {
                _used[i] = isComplete || missing.IsComplete(Read(i));
            }
        }

        if (++_chunks % ChunksBetweenReports == 0)
        {
            rowsRead?.Report(missing.Seen);
        }

        return true;
    }

    private ReadOnlySpan<double> Read(int row) => _chunk.Span.Slice(row * _readWidth, _readWidth);

    private void Fill(bool isComplete)
    {
        if (_filled.Length < _count * _width)
        {
            _filled = new double[_count * _width];
        }

        _rows = _filled;
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<double> read = Read(i);
            Span<double> row = _filled.AsSpan(i * _width, _width);
            if (isComplete)
            {
                missing.CountComplete(1);
            }

            _used[i] = (isComplete || missing.IsComplete(read))
                && IsFilled(isIndexed ? query.FillIndexed(read, row[.._variables]) : query.Fill(read, row[.._variables]));
            read.Slice(query.Design.RowLength, query.Following).CopyTo(row[_variables..]);
        }
    }

    private static int Variables(DesignQuery query, bool isIndexed) =>
        isIndexed ? query.Design.IndicatorCounts.Length : query.Design.VariableNames.Length;

    private bool IsFilled(Prediction filled)
    {
        if (!filled.HasValue)
        {
            missing.CountWithout(filled);
        }

        return filled.HasValue;
    }
}
