namespace HpcLinReg.Hosting;

/// <summary>Where learners keep their logs. The package HpcLinReg.Hosting.Sqlite has one; a cluster may bring another.</summary>
/// <remarks>
/// Calls for one model come from one thread at a time, those for different models may come at once. What <see cref="Commit"/> returned from
/// is durable. Whatever goes wrong is an exception; the learner then closes itself, and a store is not asked again.
/// </remarks>
public interface ILearningStore : IDisposable
{
    /// <summary>Opens a model's log.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="description">What decides the state. A log that began with another one is refused.</param>
    /// <returns>The last whole state, or null.</returns>
    /// <exception cref="LearningStoreException">The log began otherwise, or is damaged; the message names where.</exception>
    StoredState? Open(string model, string description);

    /// <summary>Reads the entries behind a sequence number, in their order.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="after">The last entry that is known; 0 for none.</param>
    /// <returns>The entries.</returns>
    /// <exception cref="LearningStoreException">An entry is damaged; the message names its sequence number.</exception>
    IEnumerable<StoredBatch> Read(string model, long after);

    /// <summary>Finds an entry by its key.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="key">The key.</param>
    /// <returns>The entry, or null.</returns>
    StoredBatch? Find(string model, string key);

    /// <summary>Appends entries, all or none, and returns when they are on the disk.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="batches">The entries, whose sequence numbers follow the last one.</param>
    void Commit(string model, IReadOnlyList<StoredBatch> batches);

    /// <summary>Stores a whole state; earlier states may go.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="state">The state.</param>
    /// <param name="removeRows">Whether the rows of entries that it contains are removed, their keys not.</param>
    void Save(string model, StoredState state, bool removeRows);
}
