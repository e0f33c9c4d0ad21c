using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HpcLinReg.Hosting;

/// <summary>
/// A served model that learns from rows: each batch is on the disk before it is acknowledged, counted once, and part of the version that
/// the answer names.
/// </summary>
/// <remarks>
/// Thread-safe. Batches of many callers are committed together by one writer, in the order of their sequence numbers. After a commit that
/// failed nothing is learned any more, the health is Unhealthy, and the last version goes on predicting.
/// </remarks>
public sealed partial class OnlineModel
{
    /// <summary>Batches that may wait for the writer; further callers wait to hand theirs over.</summary>
    private const int MostWaiting = 1024;

    /// <summary>Batches of one commit, so that the first of them does not wait for all that are behind it.</summary>
    private const int MostTogether = 256;

    private const int LongestKey = 200;

    private readonly ServedModel _served;
    private readonly LearningOptions _options;
    private readonly ServingMetrics? _metrics;
    private readonly ILogger _logger;
    private readonly Channel<Command> _commands =
        Channel.CreateBounded<Command>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private Learner? _learner;
    private ILearningStore? _store;
    private LearningStatus _status = new(0, 0, 0, 0, null, "the host has not started");
    private Task _writing = Task.CompletedTask;
    private long _saved;

    internal OnlineModel(ServedModel served, LearningOptions options, ServingMetrics? metrics, ILogger? logger = null)
    {
        (_served, _options, _metrics, _logger) = (served, options, metrics, logger ?? NullLogger.Instance);
        served.LearnedBy("an online model");
    }

    /// <summary>Gets the model as it is served.</summary>
    public ServedModel Served => _served;

    /// <summary>Gets how it stands.</summary>
    public LearningStatus Status => Volatile.Read(ref _status);

    /// <summary>Gets how rows by name are read.</summary>
    internal ModelInput Input { get; private set; } = null!;

    /// <summary>Learns rows of doubles, and returns when they are on the disk and in the state.</summary>
    /// <param name="key">
    /// What names the batch: 1 to 200 characters. The same key with the same rows again gives the first answer and changes nothing.
    /// </param>
    /// <param name="rows">
    /// One value for each column as <see cref="RegressionModel.Predict(ReadOnlySpan{double})"/> takes them, then the target; row by row.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; the batch may be learned all the same, so ask again with the same key.</param>
    /// <returns>The batch's place and the version that contains it.</returns>
    /// <exception cref="RowsRefusedException">A row cannot be learned, or the key was used for other rows. Nothing was changed.</exception>
    /// <exception cref="LearningStoreException">Nothing is learned any more; <see cref="Status"/> says why.</exception>
    public async Task<LearnedBatch> AddAsync(string key, ReadOnlyMemory<double> rows, CancellationToken cancellationToken = default)
    {
        Learner learner = Open();
        RequireKey(key);
        if (rows.Length == 0 || rows.Length % learner.Width != 0)
        {
            throw new RowsRefusedException($"There are {rows.Length} values; a row has {learner.Width}, the columns and then the target '{learner.Target}', and a batch one row or more.");
        }

        double[] kept = learner.Admit(rows.Span, out int skipped);
        byte[] digest = SHA256.HashData(MemoryMarshal.AsBytes(rows.Span));
        return await AskAsync(new Command(key, digest, kept, kept.Length / learner.Width, skipped, null),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Learns rows by name.</summary>
    /// <inheritdoc cref="AddAsync(string, ReadOnlyMemory{double}, CancellationToken)"/>
    /// <param name="key">
    /// What names the batch: 1 to 200 characters. The same key with the same rows again gives the first answer and changes nothing.
    /// </param>
    /// <param name="rows">The rows, with the target among their columns.</param>
    /// <param name="cancellationToken">Ends the waiting; the batch may be learned all the same, so ask again with the same key.</param>
    public Task<LearnedBatch> AddRowsAsync(string key, IReadOnlyList<IReadOnlyDictionary<string, Cell>> rows,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Learner learner = Open();
        double[] values = new double[rows.Count * learner.Width];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < learner.Width; j++)
            {
                bool isTarget = j == learner.Width - 1;
                string name = isTarget ? learner.Target : Input.Columns[j].Name;
                Cell cell = rows[i].TryGetValue(name, out Cell given) ? given : Cell.Missing;
                string? problem = null;
                values[(i * learner.Width) + j] = isTarget ? cell.ToDouble() : (problem = Input.Convert(j, cell, out double value)) is null
                    ? value : double.NaN;
                if (problem is not null)
                {
                    throw new RowsRefusedException($"Row {i}: '{name}' {problem}.");
                }
            }
        }

        return AddAsync(key, values, cancellationToken);
    }

    /// <summary>Removes the rows of a batch from the model, as if they had not been learned.</summary>
    /// <param name="key">What names the removal itself, as for a batch.</param>
    /// <param name="forgotten">The key of the batch.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The removal's place and the first version without the rows.</returns>
    /// <exception cref="RowsRefusedException">
    /// There is no such batch, its rows are not stored any more, or they cannot be removed. Nothing was changed.
    /// </exception>
    /// <exception cref="LearningStoreException">Nothing is learned any more; <see cref="Status"/> says why.</exception>
    public Task<LearnedBatch> ForgetAsync(string key, string forgotten, CancellationToken cancellationToken = default)
    {
        Open();
        RequireKey(key);
        ArgumentException.ThrowIfNullOrEmpty(forgotten);
        return AskAsync(new Command(key, SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"forget {forgotten}")), [], 0, 0, forgotten), cancellationToken);
    }

    /// <summary>Opens the store, takes the state back and publishes it. Called once, before the first request.</summary>
    internal void Start(ILearningStore store)
    {
        RegressionModel? start = _options.Start ?? (_options.StartPath is { } path ? RegressionModel.Load(path) : null);
        var learner = new Learner(_options, start);
        StoredState? state = store.Open(_served.Name, _options.Describe(start));
        // Under another contract the engine computes other bits: only the rows give the state.
        if (state is not null && state.BitContract == EngineInfo.BitContract)
        {
            learner.Restore(state);
        }

        foreach (StoredBatch batch in store.Read(_served.Name, learner.Sequence))
        {
            if (batch.Sequence != learner.Sequence + 1)
            {
                throw new LearningStoreException($"The log of '{_served.Name}' has no entry {learner.Sequence + 1}; restore the store from a backup.");
            }

            Replay(learner, store, batch);
        }

        (_learner, _store, _saved) = (learner, store, state?.Sequence ?? 0);
        Input = new ModelInput(learner.Design, learner.Target);
        Publish(learner);
        _writing =
            Task.Factory.StartNew(WriteAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Finishes what was handed over, and ends.</summary>
    internal Task StopAsync()
    {
        _commands.Writer.TryComplete();
        return _writing;
    }

    private void Replay(Learner learner, ILearningStore store, StoredBatch batch)
    {
        if (batch.Forgets is { } forgotten)
        {
            string? problem = store.Find(_served.Name, forgotten) is { } rows ? learner.Forget(rows.Values.Span, batch.Sequence) : "its rows are not stored";
            if (problem is not null)
            {
                throw new LearningStoreException($"Entry {batch.Sequence} of '{_served.Name}' forgets '{forgotten}', which cannot be replayed: {problem}.");
            }
        }
        else if (batch.Values.Length != batch.Rows * learner.Width)
        {
            throw new LearningStoreException($"The rows of entry {batch.Sequence} of '{_served.Name}' were removed, and no stored state of this engine (bit contract {EngineInfo.BitContract}) contains them; start with the engine that stored the state, or a new store.");
        }
        else
        {
            learner.Apply(batch);
        }
    }

    private Learner Open() => _learner is not null && Status.Closed is null ? _learner : throw new LearningStoreException($"The model '{_served.Name}' does not learn: {Status.Closed}.");

    private static void RequireKey(string key)
    {
        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey || key.Any(char.IsControl))
        {
            throw new RowsRefusedException($"A batch is named by a key of 1 to {LongestKey} characters, so that asking again does not count it twice.");
        }
    }

    private async Task<LearnedBatch> AskAsync(Command command, CancellationToken cancellationToken)
    {
        try
        {
            await _commands.Writer.WriteAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException exception)
        {
            throw new LearningStoreException($"The model '{_served.Name}' does not learn: {Status.Closed ?? "the service stops"}.", exception);
        }

        return await command.Answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        List<Command> together = new(MostTogether);
        while (await _commands.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            together.Clear();
            while (together.Count < MostTogether && _commands.Reader.TryPeek(out Command? next))
            {
                // A removal is tried on the state before it is written, so it stands alone.
                if (next.Forgets is not null && together.Count > 0)
                {
                    break;
                }

                _commands.Reader.TryRead(out next);
                together.Add(next!);
                if (next!.Forgets is not null)
                {
                    break;
                }
            }

            if (Status.Closed is { } closed)
            {
                together.ForEach(command => command.Answer.TrySetException(new LearningStoreException($"The model '{_served.Name}' does not learn: {closed}.")));
                continue;
            }

            try
            {
                Write(together);
            }
#pragma warning disable CA1031 // Whatever a store throws, what it has written is not known: learning ends, predicting goes on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Volatile.Write(ref _status, _status with { Closed = $"the store failed: {exception.Message.TrimEnd('.')}" });
                Ended(_logger, exception, _served.Name, _served.CurrentOrNull?.Version ?? 0);
                together.ForEach(command => command.Answer.TrySetException(new LearningStoreException($"The model '{_served.Name}' does not learn: {_status.Closed}.", exception)));
            }
        }
    }

    private void Write(List<Command> together)
    {
        Learner learner = _learner!;
        List<StoredBatch> added = [];
        Dictionary<string, StoredBatch> byKey = new(StringComparer.Ordinal);
        List<(Command Command, StoredBatch Batch)> answers = [];
        foreach (Command command in together)
        {
            if ((byKey.GetValueOrDefault(command.Key) ?? _store!.Find(_served.Name, command.Key)) is { } earlier)
            {
                if (earlier.Digest.Span.SequenceEqual(command.Digest))
                {
                    answers.Add((command, earlier));
                }
                else
                {
                    command.Answer.TrySetException(new RowsRefusedException($"The key '{command.Key}' was used before, for entry {earlier.Sequence}, with other contents; name this batch by another key.") { IsKeyTaken = true });
                }

                continue;
            }

            long sequence = learner.Sequence + added.Count + 1;
            if (command.Forgets is not null && !TryForget(command, sequence))
            {
                continue;
            }

            StoredBatch batch = new()
            {
                Sequence = sequence,
                Key = command.Key,
                Forgets = command.Forgets,
                Digest = command.Digest,
                Rows = command.Rows,
                Skipped = command.Skipped,
                Values = command.Values,
            };
            added.Add(batch);
            byKey.Add(command.Key, batch);
            answers.Add((command, batch));
        }

        if (added.Count > 0)
        {
            Commit(learner, added);
        }

        foreach ((Command command, StoredBatch batch) in answers)
        {
            command.Answer.TrySetResult(new LearnedBatch(batch.Sequence, VersionOf(batch.Sequence), batch.Rows, batch.Skipped));
        }
    }

    private bool TryForget(Command command, long sequence)
    {
        StoredBatch? rows = _store!.Find(_served.Name, command.Forgets!);
        string? problem = rows is null || rows.Forgets is not null ? $"there is no batch '{command.Forgets}'"
            : rows.Values.Length != rows.Rows * _learner!.Width ? $"the rows of '{command.Forgets}' are not stored any more"
            : _learner.Forget(rows.Values.Span, sequence);
        if (problem is not null)
        {
            command.Answer.TrySetException(new RowsRefusedException($"Nothing was forgotten: {problem}."));
        }

        return problem is null;
    }

    private void Commit(Learner learner, List<StoredBatch> added)
    {
        long start = _metrics is { CommitDuration.Enabled: true } ? Stopwatch.GetTimestamp() : 0;
        _store!.Commit(_served.Name, added);
        KeyValuePair<string, object?> tag = new("hpclinreg.model.name", _served.Name);
        if (start != 0)
        {
            _metrics!.CommitDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tag);
        }

        foreach (StoredBatch batch in added)
        {
            if (batch.Forgets is null)
            {
                learner.Apply(batch);
            }

            if (_metrics is { UpdateRows.Enabled: true })
            {
                _metrics.UpdateRows.Add(batch.Rows, tag);
            }
        }

        Publish(learner);
        if (learner.Sequence - _saved >= _options.SnapshotEvery)
        {
            _store.Save(_served.Name, new StoredState(learner.Sequence, EngineInfo.BitContract, learner.Save()), _options.RemoveOldRows);
            _saved = learner.Sequence;
        }
    }

    private void Publish(Learner learner)
    {
        RegressionModel? model = learner.ToModel(out string? withheld);
        if (model is not null)
        {
            _served.PublishLearned(model, VersionOf(learner.Sequence));
        }

        OnlineRegression online = learner.Online;
        Volatile.Write(ref _status,
            new LearningStatus(learner.Sequence, online.Count, online.EffectiveRows, online.Count == 0 ? 0 : online.Digits, withheld,
            null));
    }

    /// <summary>The start is version 1, and each entry makes the next: the number is the same after a restart.</summary>
    private static long VersionOf(long sequence) => sequence + 1;

    [LoggerMessage(3, LogLevel.Error, "Model {Model} learns no more, because its store failed; version {Version} goes on predicting")]
    private static partial void Ended(ILogger logger, Exception exception, string model, long version);

    private sealed record Command(string Key, byte[] Digest, double[] Values, int Rows, int Skipped, string? Forgets)
    {
        internal TaskCompletionSource<LearnedBatch> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
