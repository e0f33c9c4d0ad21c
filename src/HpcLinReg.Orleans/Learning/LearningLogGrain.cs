using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>Keeps the log of one model that learns in a service.</summary>
internal sealed class LearningLogGrain([FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage) : Grain, ILearningLogGrain
{
    private BatchLog _log = null!;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _log = new BatchLog(storage, this.GetGrainId());
        return _log.OpenAsync();
    }

    /// <inheritdoc/>
    public async Task<LearnedState> Open(string description)
    {
        if (_log.State.Description is null)
        {
            await Guarded(() => _log.SaveAsync(new LearnedState { Description = description }, removesRows: false));
        }

        return _log.State;
    }

    /// <inheritdoc/>
    public Task<List<LogEntry>> Read(long after) => _log.ReadAsync(after);

    /// <inheritdoc/>
    public Task<LogEntry?> Find(string key) => _log.FindAsync(key);

    /// <inheritdoc/>
    public async Task<string?> Commit(List<LogEntry> entries)
    {
        // Asked again after an answer was lost.
        if (entries is [var first, ..] && first.Sequence <= _log.Sequence)
        {
            foreach (LogEntry entry in entries)
            {
                if (await _log.FindAsync(entry.Key) is not { } stored || stored.Sequence != entry.Sequence
                    || stored.Checksum != entry.Checksum)
                {
                    return $"another learner has written the entry {entry.Sequence} of '{this.GetPrimaryKeyString()}'; a model learns in one service at a time";
                }
            }

            return null;
        }

        if (entries[0].Sequence != _log.Sequence + 1)
        {
            return $"the log ends at the entry {_log.Sequence}, and the entry {entries[0].Sequence} was to follow";
        }

        await Guarded(() => _log.AppendAsync(entries));
        return null;
    }

    /// <inheritdoc/>
    public Task Save(LearnedState state, bool removesRows)
    {
        state.Description = _log.State.Description;
        return Guarded(() => _log.SaveAsync(state, removesRows));
    }

    /// <summary>After a write that failed, what is stored is not known: the activation ends, and the next one reads it.</summary>
    private async Task Guarded(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }
}
