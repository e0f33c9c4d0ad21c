using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using HpcLinReg.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>Learns the rows of one source for one model.</summary>
internal sealed partial class StreamGrain([FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage, ILogger<StreamGrain> logger)
    : Grain, IStreamGrain
{
    private const int LongestKey = 200;

    /// <summary>Entries between two stored states, which bound the replay of an activation.</summary>
    private const int EntriesBetweenStates = 200;

    private StreamDefinition? _definition;
    private StreamState _state = null!;
    private BatchLog _log = null!;

    private string Model => this.GetPrimaryKeyString().Split('/')[0];

    private string Source => this.GetPrimaryKeyString()[(Model.Length + 1)..];

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        if (!key.Contains('/', StringComparison.Ordinal) || PartKey.ProblemOf(Model) is not null || PartKey.ProblemOf(Source) is not null)
        {
            throw new ArgumentException($"A stream is named MODEL/SOURCE, each of letters, digits, hyphens, dots and underscores; '{key}' is not.");
        }

        IModelGrain model = GrainFactory.GetGrain<IModelGrain>(Model);
        _definition = (await ClusterStorage.ReadAsync<ModelState>(storage, "model", model.GetGrainId()))?.Definition;
        if (_definition is null)
        {
            return;
        }

        _log = new BatchLog(storage, this.GetGrainId());
        await _log.OpenAsync();
        _state = new StreamState(_definition);
        // Under another contract the engine computes other bits: only the rows give the state.
        bool isOwn = _log.State is { Bytes: not null, BitContract: var contract } && contract == EngineInfo.BitContract;
        _state.Restore(isOwn && _log.State.Bytes is [_, ..] stored ? MomentsBytes.Read(stored) : null);
        await ReplayAsync(isOwn ? _log.State.Sequence : 0);
        await model.Join(Source);
    }

    /// <inheritdoc/>
    public async Task<StreamAnswer> Add(string key, double[] rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        byte[] digest = SHA256.HashData(MemoryMarshal.AsBytes(rows.AsSpan()));
        if (await AnswerToAsync(key, digest) is { } answer)
        {
            return answer;
        }

        if ((long)rows.Length * sizeof(double) > ClusterStorage.LargestMessage)
        {
            return Refused($"the batch has {rows.Length} values; at most {ClusterStorage.LargestMessage / sizeof(double)} can be sent at once");
        }

        if (_state.ProblemOf(rows) is { } problem)
        {
            return Refused(problem);
        }

        StoredBatch batch =
            new() { Sequence = _log.Sequence + 1, Key = key, Digest = digest, Rows = rows.Length / _definition!.Width, Values = rows };
        await AppendAsync(batch);
        _state.Learn(batch);
        await SaveAsync();
        return AnswerOf(batch);
    }

    /// <inheritdoc/>
    public async Task<StreamAnswer> Forget(string key, string batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"forget {batch}"));
        if (await AnswerToAsync(key, digest) is { } answer)
        {
            return answer;
        }

        if (await _log.FindAsync(batch) is not { Forgets: null } found)
        {
            return Refused($"there is no batch '{batch}'");
        }

        if (await IsForgottenAsync(batch))
        {
            return Refused($"the batch '{batch}' was forgotten before");
        }

        (Moments? moments, string? problem) = _state.Without(found.ToBatch());
        if (problem is not null)
        {
            return Refused(problem);
        }

        StoredBatch removal =
            new() { Sequence = _log.Sequence + 1, Key = key, Digest = digest, Forgets = batch, Rows = 0, Values = default };
        await AppendAsync(removal);
        _state.Restore(moments);
        await SaveAsync();
        return AnswerOf(removal);
    }

    /// <inheritdoc/>
    public Task<StreamMoments> Moments(long after)
    {
        if (_definition is null || _log.Sequence <= after)
        {
            return Task.FromResult(new StreamMoments { Sequence = _definition is null ? 0 : _log.Sequence });
        }

        return Task.FromResult(new StreamMoments
        {
            Sequence = _log.Sequence,
            Moments = _state.Moments is null ? null : MomentsBytes.Write(_state.Moments),
            IsNewer = true,
        });
    }

    private async Task ReplayAsync(long after)
    {
        while (await _log.ReadAsync(after) is { Count: > 0 } entries)
        {
            foreach (StoredBatch? batch in entries.Select(entry => entry.ToBatch()))
            {
                if (batch.Forgets is null)
                {
                    _state.Learn(batch);
                }
                else
                {
                    _state.Restore(_state.Without((await _log.FindAsync(batch.Forgets))!.ToBatch()).Moments);
                }

                after = batch.Sequence;
            }
        }
    }

    /// <summary>Returns the answer to a key that was used before or cannot be used, or null.</summary>
    private async Task<StreamAnswer?> AnswerToAsync(string key, byte[] digest)
    {
        if (_definition is null)
        {
            // The next call may come after the definition.
            DeactivateOnIdle();
            return Refused($"the model '{Model}' is not defined; define it first");
        }

        if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey || key.Any(char.IsControl))
        {
            return Refused($"a batch is named by a key of 1 to {LongestKey} characters, so that asking again does not count it twice");
        }

        return await _log.FindAsync(key) is not { } stored ? null
            : stored.Digest.AsSpan().SequenceEqual(digest) ? AnswerOf(stored.ToBatch())
            : Refused($"the key '{key}' was used before, for entry {stored.Sequence}, with other contents; name this batch by another key");
    }

    private async Task<bool> IsForgottenAsync(string batch)
    {
        for (long after = 0; await _log.ReadAsync(after) is [.., var last] entries; after = last.Sequence)
        {
            if (entries.Exists(entry => entry.Forgets == batch))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>After a write that failed, what is stored is not known: the activation ends, and the next one reads it.</summary>
    private async Task AppendAsync(StoredBatch batch)
    {
        try
        {
            await _log.AppendAsync([LogEntry.Of(batch)]);
        }
        catch (InconsistentStateException)
        {
            Displaced(logger, batch.Key, this.GetPrimaryKeyString());
            DeactivateOnIdle();
            throw;
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task SaveAsync()
    {
        if (_log.Sequence - _log.State.Sequence < EntriesBetweenStates)
        {
            return;
        }

        try
        {
            await _log.SaveAsync(new LearnedState
            {
                Sequence = _log.Sequence,
                BitContract = EngineInfo.BitContract,
                Bytes = _state.Moments is null ? [] : MomentsBytes.Write(_state.Moments),
            }, removesRows: false);
        }
        catch
        {
            // The batch is stored, and so is its answer: only the replay is longer.
            DeactivateOnIdle();
        }
    }

    private static StreamAnswer AnswerOf(StoredBatch batch) => new() { Sequence = batch.Sequence, Rows = batch.Rows };

    private static StreamAnswer Refused(string problem) => new() { Problem = problem };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage refused the batch {Key} of {Stream}, and nothing was stored: another silo has written this log meanwhile, or a write was not acknowledged.")]
    private static partial void Displaced(ILogger logger, string key, string stream);
}
