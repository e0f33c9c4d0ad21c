using HpcLinReg.Hosting;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>A log of batches in a grain storage: segments of bounded size, of which the last one is written with each commit.</summary>
/// <remarks>
/// A commit is one write, compared by ETag: who has been replaced by another activation cannot write any more, not even into a new segment,
/// because a segment is full from the write of its last entry on, and a segment that exists is not made again. Keys are held in memory,
/// about 100 bytes each. Not thread-safe: one grain uses it.
/// </remarks>
internal sealed class BatchLog(IGrainStorage storage, GrainId grain)
{
    private const int FullSegment = 256 << 10;

    private readonly Dictionary<string, (int Segment, int Place)> _places = new(StringComparer.Ordinal);
    private readonly GrainState<LearnedState> _state = new(new LearnedState());
    private GrainState<LogSegment> _last = new(new LogSegment());
    private int _segment;

    /// <summary>Gets the sequence number of the last entry; 0 for none.</summary>
    internal long Sequence { get; private set; }

    /// <summary>Gets the last whole state.</summary>
    internal LearnedState State => _state.State!;

    /// <summary>Reads what is stored.</summary>
    /// <exception cref="LearningStoreException">An entry is missing or damaged.</exception>
    internal async Task OpenAsync()
    {
        await storage.ReadStateAsync("state", grain, _state);
        _state.State ??= new LearnedState();
        for (int segment = 0; ; segment++)
        {
            GrainState<LogSegment> read = await ReadSegmentAsync(segment);
            if (!read.RecordExists)
            {
                return;
            }

            (_segment, _last) = (segment, read);
            Remember(read.State!.Entries, 0);
        }
    }

    /// <summary>Appends entries, all or none.</summary>
    /// <exception cref="InconsistentStateException">Another activation wrote; this one has to end.</exception>
    internal async Task AppendAsync(IReadOnlyList<LogEntry> entries)
    {
        if (_last.State!.IsFull)
        {
            (_segment, _last) = (_segment + 1, new GrainState<LogSegment>(new LogSegment()));
        }

        LogSegment before = _last.State!;
        _last.State = new LogSegment { Entries = [.. before.Entries, .. entries] };
        _last.State.IsFull = _last.State.Entries.Sum(entry => entry.Values.Length + entry.Key.Length + 100) >= FullSegment;
        await storage.WriteStateAsync(SegmentName(_segment), grain, _last);
        Remember(entries, before.Entries.Count);
    }

    /// <summary>Finds an entry by its key.</summary>
    internal async Task<LogEntry?> FindAsync(string key)
    {
        if (!_places.TryGetValue(key, out (int Segment, int Place) place))
        {
            return null;
        }

        GrainState<LogSegment> segment = place.Segment == _segment ? _last : await ReadSegmentAsync(place.Segment);
        return segment.State!.Entries[place.Place];
    }

    /// <summary>Returns entries behind a sequence number, in their order: some of them, or none behind the last.</summary>
    internal async Task<List<LogEntry>> ReadAsync(long after)
    {
        for (int segment = 0; segment <= _segment; segment++)
        {
            GrainState<LogSegment> read = segment == _segment ? _last : await ReadSegmentAsync(segment);
            if (read.State!.Entries is [.., var last] && last.Sequence > after)
            {
                return [.. read.State.Entries.Where(entry => entry.Sequence > after)];
            }
        }

        return [];
    }

    /// <summary>Stores a whole state, and removes the rows of the entries it contains if that is asked for.</summary>
    internal async Task SaveAsync(LearnedState state, bool removesRows)
    {
        _state.State = state;
        await storage.WriteStateAsync("state", grain, _state);
        for (int segment = 0; removesRows && segment <= _segment; segment++)
        {
            GrainState<LogSegment> read = segment == _segment ? _last : await ReadSegmentAsync(segment);
            if (read.State!.Entries.Exists(entry => entry.Sequence <= state.Sequence && entry.Values.Length > 0))
            {
                IEnumerable<LogEntry> emptied = read.State.Entries
                    .Select(entry => entry.Sequence <= state.Sequence && entry.Values.Length > 0
                    ? LogEntry.Of(entry.ToBatch() with { Values = default }) : entry);
                read.State = new LogSegment { Entries = [.. emptied], IsFull = read.State.IsFull };
                await storage.WriteStateAsync(SegmentName(segment), grain, read);
            }
        }
    }

    private static string SegmentName(int segment) => $"log-{segment:D8}";

    private async Task<GrainState<LogSegment>> ReadSegmentAsync(int segment)
    {
        GrainState<LogSegment> read = new(new LogSegment());
        await storage.ReadStateAsync(SegmentName(segment), grain, read);
        return read;
    }

    private void Remember(IEnumerable<LogEntry> entries, int place)
    {
        foreach (LogEntry entry in entries)
        {
            if (entry.Sequence != Sequence + 1)
            {
                throw new LearningStoreException($"The log of {grain} has no entry {Sequence + 1}; restore the storage from a backup.");
            }

            Sequence = entry.Sequence;
            _places[entry.Key] = (_segment, place++);
        }
    }
}
