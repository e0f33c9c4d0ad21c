using HpcLinReg.Hosting;

namespace HpcLinReg.Orleans;

/// <summary>Keeps the logs of models that learn in a service on a cluster, so that another node can go on with them.</summary>
/// <remarks>
/// Calls block until the cluster answers, and are repeated for a while when it does not; after that the learner closes itself, as with any
/// store. A model learns in one node at a time: entries of a second one are refused by their sequence numbers.
/// </remarks>
/// <param name="grains">The cluster.</param>
/// <param name="patience">How long the cluster may give no answer; 30 seconds where it is null.</param>
public sealed class GrainLearningStore(IGrainFactory grains, TimeSpan? patience = null) : ILearningStore
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public StoredState? Open(string model, string description)
    {
        LearnedState stored = Ask(() => Log(model).Open(description));
        return stored.Description == description ? stored.ToState()
            : throw new LearningStoreException($"The cluster's log of '{model}' began as: {stored.Description}. Now it is: {description}. Start as it began, or under another name.");
    }

    /// <inheritdoc/>
    public IEnumerable<StoredBatch> Read(string model, long after)
    {
        while (Ask(() => Log(model).Read(after)) is { Count: > 0 } page)
        {
            foreach (LogEntry? entry in page)
            {
                after = entry.Sequence;
                yield return entry.ToBatch();
            }
        }
    }

    /// <inheritdoc/>
    public StoredBatch? Find(string model, string key) => Ask(() => Log(model).Find(key))?.ToBatch();

    /// <inheritdoc/>
    public void Commit(string model, IReadOnlyList<StoredBatch> batches)
    {
        List<LogEntry> entries = [.. batches.Select(LogEntry.Of)];
        if (entries.Sum(entry => (long)entry.Values.Length) > ClusterStorage.LargestMessage)
        {
            throw new LearningStoreException($"Together {entries.Count} batches have more than {ClusterStorage.LargestMessage >> 20} MB of values, the most of one message between silos; send smaller batches.");
        }

        if (Ask(() => Log(model).Commit(entries)) is { } problem)
        {
            throw new LearningStoreException($"Nothing was stored: {problem}.");
        }
    }

    /// <inheritdoc/>
    public void Save(string model, StoredState state, bool removeRows)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.State.Length > ClusterStorage.LargestMessage)
        {
            throw new LearningStoreException($"The state of '{model}' has {state.State.Length} bytes; a message between silos has at most {ClusterStorage.LargestMessage}. Use fewer columns, or a store of the node's own.");
        }

        LearnedState stored = new() { Sequence = state.Sequence, BitContract = state.BitContract, Bytes = state.State.ToArray() };
        Ask(async () =>
        {
            await Log(model).Save(stored, removeRows);
            return true;
        });
    }

    /// <summary>Does nothing: the cluster is the host's.</summary>
    public void Dispose()
    {
    }

    private ILearningLogGrain Log(string model) => grains.GetGrain<ILearningLogGrain>(model);

    /// <summary>Every call may be repeated: entries carry their sequence numbers, and a state replaces the one before.</summary>
    private T Ask<T>(Func<Task<T>> call) =>
        Task.Run(() => PatientCalls.AskAsync(call, _patience, CancellationToken.None)).GetAwaiter().GetResult();
}
