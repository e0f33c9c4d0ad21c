using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace HpcLinReg.Hosting;

/// <summary>A model that is served by a name: one current version, the last few before it, and the ways to change them.</summary>
/// <remarks>
/// Thread-safe. Reading <see cref="Current"/> is reading one reference: there is no lock, no pool and no batching on that side, because a
/// linear model's row costs nanoseconds and a queue would cost more than it saves. Changes take a lock of their own. Nothing here needs
/// disposing.
/// </remarks>
public sealed partial class ServedModel
{
    /// <summary>Changes of the current version that can be taken back, however few versions they go between.</summary>
    private const int LongestHistory = 1000;

    private readonly Lock _changing = new();
    private readonly ServedModelOptions _options;
    private readonly ServingMetrics? _metrics;
    private readonly ShadowQueue? _shadows;
    private readonly TimeProvider _time;
    private readonly List<long> _before = [];
    private ModelSnapshot? _current;
    private ImmutableArray<ModelSnapshot> _versions = [];
    private long _last;
    private string? _learnedBy;

    /// <summary>Serves a model outside of a host, for tests and small programs.</summary>
    /// <param name="name">The name.</param>
    /// <param name="model">The first version.</param>
    /// <exception cref="ArgumentException">The name is empty, or the model cannot be served; the message says why.</exception>
    public ServedModel(string name, RegressionModel model)
        : this(name, new ServedModelOptions(), null, null, TimeProvider.System)
    {
        ArgumentNullException.ThrowIfNull(model);
        Publish(model);
    }

    internal ServedModel(string name, ServedModelOptions options, ServingMetrics? metrics, ShadowQueue? shadows, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, _options, _metrics, _shadows, _time) = (name, options, metrics, shadows, time);
        File = options.Path is null ? null : new ModelFile(this, options.Path, metrics);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the current version: take it once for all that belongs together.</summary>
    /// <exception cref="InvalidOperationException">There is none yet; the message says why.</exception>
    public ModelSnapshot Current => Volatile.Read(ref _current) ?? throw NotReady();

    /// <summary>Gets the current version, or null before the first one is published.</summary>
    public ModelSnapshot? CurrentOrNull => Volatile.Read(ref _current);

    /// <summary>Gets the versions that are kept, oldest first: the current one, those before it, and candidates.</summary>
    public ImmutableArray<ModelSnapshot> Versions
    {
        get
        {
            lock (_changing)
            {
                return _versions;
            }
        }
    }

    /// <summary>Gets how often the model's file could not be used; each content counts once.</summary>
    public long LoadFailures => File?.Failures ?? 0;

    /// <summary>
    /// Gets why the model's file, as it is now, cannot be used; null where it can. The version before it goes on answering.
    /// </summary>
    public string? LoadError => File?.Error;

    /// <summary>Gets whether the service is not ready without this model.</summary>
    public bool IsRequired => _options.Required;

    /// <summary>Gets the file and what is known of it; null where the program publishes the model itself.</summary>
    internal ModelFile? File { get; }

    internal ServedModelOptions Options => _options;

    /// <summary>Publishes a model as the current version if no other has been published meanwhile.</summary>
    /// <param name="model">The model.</param>
    /// <param name="expectedVersion">The version that the caller takes for the current one; 0 for none.</param>
    /// <returns>Whether it was published; false where another version is current, and nothing is changed.</returns>
    /// <exception cref="ArgumentException">
    /// The model cannot be served, or reads other columns than the current version; the message says what to do.
    /// </exception>
    public bool TryPublish(RegressionModel model, long expectedVersion) => TryPublish(model, expectedVersion, out _);

    /// <inheritdoc cref="TryPublish(RegressionModel, long)"/>
    /// <param name="model">The model.</param>
    /// <param name="expectedVersion">The version that the caller takes for the current one; 0 for none.</param>
    /// <param name="snapshot">Receives the new version.</param>
    public bool TryPublish(RegressionModel model, long expectedVersion, [NotNullWhen(true)] out ModelSnapshot? snapshot)
    {
        ArgumentNullException.ThrowIfNull(model);
        RefuseLearned();
        Require(model);
        lock (_changing)
        {
            snapshot = (_current?.Version ?? 0) == expectedVersion ? Add(model, _last + 1) : null;
            if (snapshot is not null)
            {
                MakeCurrent(snapshot);
            }

            return snapshot is not null;
        }
    }

    /// <summary>Publishes a model as the current version, whatever is current now.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ArgumentException">
    /// The model cannot be served, or reads other columns than the current version; the message says what to do.
    /// </exception>
    public ModelSnapshot Publish(RegressionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RefuseLearned();
        Require(model);
        lock (_changing)
        {
            ModelSnapshot snapshot = Add(model, _last + 1);
            MakeCurrent(snapshot);
            return snapshot;
        }
    }

    /// <summary>Makes the version current that was current before the present one.</summary>
    /// <returns>Whether there was one; false where it is not kept any more, and nothing is changed.</returns>
    public bool Rollback()
    {
        lock (_changing)
        {
            if (_before.Count == 0 || Find(_before[^1]) is not { } former)
            {
                return false;
            }

            _before.RemoveAt(_before.Count - 1);
            Swap(former);
            return true;
        }
    }

    /// <summary>Makes a kept version the current one, if no other has become current meanwhile.</summary>
    /// <param name="version">The version, an earlier one or a candidate.</param>
    /// <param name="expectedVersion">The version that the caller takes for the current one; null for any.</param>
    /// <returns>Whether it is current now; false where it is not kept, or another version is current than expected.</returns>
    public bool TryPromote(long version, long? expectedVersion = null)
    {
        lock (_changing)
        {
            if (Find(version) is not { } snapshot || (expectedVersion is { } expected && (_current?.Version ?? 0) != expected))
            {
                return false;
            }

            MakeCurrent(snapshot);
            return true;
        }
    }

    /// <summary>Finds a version that is kept.</summary>
    /// <param name="version">The version.</param>
    /// <param name="snapshot">Receives it.</param>
    /// <returns>Whether it is kept.</returns>
    public bool TryFind(long version, [NotNullWhen(true)] out ModelSnapshot? snapshot)
    {
        lock (_changing)
        {
            snapshot = Find(version);
            return snapshot is not null;
        }
    }

    /// <summary>Reads the model's file now, off the calling thread, and publishes it if its contents are new.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Why the file cannot be used, or null; <see cref="LoadError"/> says the same.</returns>
    /// <exception cref="InvalidOperationException">The model has no file.</exception>
    public Task<string?> ReloadAsync(CancellationToken cancellationToken = default)
    {
        ModelFile file = File ?? throw new InvalidOperationException($"The model '{Name}' has no file to load; it is published by the program.");
        return Task.Run(
            () =>
            {
                file.Check();
                return file.Error;
            },
            cancellationToken);
    }

    /// <summary>Publishes the model of the options, which a program made; called once, at the start of the host.</summary>
    internal void PublishFirst()
    {
        if (_options.FirstModel() is { } model && CurrentOrNull is null)
        {
            Publish(model);
        }
    }

    /// <summary>Says that a learner numbers the versions, so that nobody else can publish under them.</summary>
    internal void LearnedBy(string learner) => _learnedBy = learner;

    /// <summary>Publishes a version that a learner numbered.</summary>
    internal ModelSnapshot PublishLearned(RegressionModel model, long version)
    {
        lock (_changing)
        {
            ModelSnapshot snapshot = Add(model, version);
            MakeCurrent(snapshot);
            return snapshot;
        }
    }

    private void Require(RegressionModel model)
    {
        if (ModelCheck.Refusal(model, CurrentOrNull?.Model, _options.AllowOtherColumns) is { } reason)
        {
            throw new ArgumentException($"The model cannot be served as '{Name}': {reason}.", nameof(model));
        }
    }

    private void RefuseLearned()
    {
        if (_learnedBy is not null)
        {
            throw new InvalidOperationException($"The model '{Name}' is published by its learner ({_learnedBy}), whose versions count the batches learned; roll back or promote a version instead.");
        }
    }

    private ModelSnapshot Add(RegressionModel model, long version)
    {
        _last = Math.Max(_last, version);
        ModelSnapshot snapshot = new(Name, model, version, _time.GetUtcNow(), _metrics);
        _versions = [.. _versions.Where(kept => kept.Version != version), snapshot];
        return snapshot;
    }

    private void MakeCurrent(ModelSnapshot snapshot)
    {
        if (_current is { } former && former.Version != snapshot.Version)
        {
            _before.Add(former.Version);
            if (_before.Count > LongestHistory)
            {
                _before.RemoveAt(0);
            }
        }

        Swap(snapshot);
        // What is current, canary or shadow is in use; of the others the oldest go first.
        while (_versions.Length > _options.VersionsKept && _versions.FirstOrDefault(IsUnused) is { } oldest)
        {
            _versions = _versions.Remove(oldest);
            _before.RemoveAll(version => version == oldest.Version);
        }
    }

    private void Swap(ModelSnapshot snapshot)
    {
        bool isChange = _current is not null && !ReferenceEquals(_current, snapshot);
        Volatile.Write(ref _current, snapshot);
        if (_canary?.Split.Version == snapshot.Version)
        {
            _canary = null;
        }

        if (_shadow?.Snapshot.Version == snapshot.Version)
        {
            _shadow = null;
        }

        if (isChange && _metrics is { Swaps.Enabled: true })
        {
            _metrics.Swaps.Add(1, new KeyValuePair<string, object?>("hpclinreg.model.name", Name));
        }
    }

    private bool IsUnused(ModelSnapshot snapshot) =>
        !ReferenceEquals(snapshot, _current) && snapshot.Version != _canary?.Split.Version && snapshot.Version != _shadow?.Snapshot.Version;

    private ModelSnapshot? Find(long version) => _versions.FirstOrDefault(kept => kept.Version == version);

    private InvalidOperationException NotReady() => new(
        $"The model '{Name}' has no version yet: {LoadError ?? (File is null ? "the program has published none" : "the host has not started, so its file was not read")}.");
}
