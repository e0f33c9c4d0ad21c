namespace HpcLinReg.Hosting.Tests.Learning;

/// <summary>A store that keeps everything in memory, and fails when it is asked to.</summary>
internal sealed class MemoryStore : ILearningStore
{
    private readonly List<StoredBatch> _batches = [];
    private StoredState? _state;
    private string? _description;

    internal bool Fails { get; set; }

    internal int Commits { get; private set; }

    public StoredState? Open(string model, string description) => (_description ??= description) == description ? _state : throw new LearningStoreException($"It began as {_description}.");

    public IEnumerable<StoredBatch> Read(string model, long after) => [.. _batches.Where(batch => batch.Sequence > after)];

    public StoredBatch? Find(string model, string key) => _batches.FirstOrDefault(batch => batch.Key == key);

    public void Commit(string model, IReadOnlyList<StoredBatch> batches)
    {
        if (Fails)
        {
            throw new IOException("The disk is gone.");
        }

        Commits++;
        _batches.AddRange(batches);
    }

    public void Save(string model, StoredState state, bool removeRows)
    {
        _state = state;
        if (removeRows)
        {
            for (int i = 0; i < _batches.Count; i++)
            {
                _batches[i] = _batches[i].Sequence <= state.Sequence ? _batches[i] with { Values = default } : _batches[i];
            }
        }
    }

    /// <summary>Pretends that the state was stored by another engine.</summary>
    internal void ChangeContract() => _state = _state! with { BitContract = EngineInfo.BitContract + 1, State = new byte[40] };

    public void Dispose()
    {
        // Kept, so that a test can start another learner on it.
    }
}
