using System.Security.Cryptography;
using HpcLinReg.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>Reads one part of a plan and stores its moments.</summary>
/// <remarks>
/// Asking is starting: when the silo dies, the next question activates the part in another one, which begins anew. Two activations of one
/// part, or two attempts, store the same bytes, so it does not matter which of them is counted.
/// </remarks>
internal sealed partial class PartGrain(
    [PersistentState("moments", ClusterStorage.Name)] IPersistentState<StoredBytes> moments,
    [FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage,
    PlanCache plans, PartSlots slots, IOptions<ClusterFitOptions> options, ILocalSiloDetails silo, TimeProvider time,
    ILogger<PartGrain> logger)
        : Grain, IPartGrain, IDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the plan is asked for: a storage that does not answer for longer is named as what the part failed by.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _ending = new();
    private Task<string?>? _work;
    private string? _sha256;

    /// <inheritdoc/>
    public async Task<PartAnswer> Ask(bool forgetsFailure)
    {
        if (forgetsFailure && _work is { IsCompleted: true })
        {
            _work = null;
        }

        PartAnswer answer = new() { BitContract = EngineInfo.BitContract, Silo = silo.Name };
        if (moments.RecordExists && _work is null or { IsCompleted: true })
        {
            return answer with { Sha256 = _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(moments.State.Bytes)) };
        }

        _work ??= ReadAndStoreAsync(PartKey.Parse(this.GetPrimaryKeyString()));
        if (!_work.IsCompleted)
        {
            return answer;
        }

        string? problem = await _work;
        _work = null;
        return problem is null ? await Ask(forgetsFailure: false) : answer with { Problem = problem };
    }

    /// <inheritdoc/>
    public async Task Remove()
    {
        await _ending.CancelAsync();
        if (_work is not null)
        {
            // A write that was begun would else follow the removal.
            await Task.WhenAny(_work);
        }

        await moments.ClearStateAsync();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        await _ending.CancelAsync();

    public void Dispose() => _ending.Dispose();

    /// <summary>Returns why the part cannot be read, or null once its moments are stored.</summary>
    private async Task<string?> ReadAndStoreAsync(PartKey key)
    {
        byte[] bytes;
        try
        {
            PlannedParts plan = await PlanAsync(key);
            bytes = await slots.RunAsync(() => plan.Sum(key.Part, options.Value.DataFolder, _ending.Token), _ending.Token);
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            return "the silo ended";
        }
#pragma warning disable CA1031 // Whatever reading throws is an answer: an exception of a data library is not known in the other silos.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Unread(logger, key.Part, key.Job, exception.Message);
            UnreadBy(logger, exception, key);
            return exception.Message;
        }

        return await StoreAsync(key, bytes);
    }

    /// <summary>Reads the plan, again and again while the storage cannot be reached.</summary>
    private async Task<PlannedParts> PlanAsync(PartKey key)
    {
        long begun = time.GetTimestamp();
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                return await plans.FindAsync(storage, GrainFactory, key);
            }
#pragma warning disable CA1031 // Storages throw exceptions of their own.
            catch (Exception exception) when (exception is not DataException && !_ending.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (isFirst)
                {
                    Unplanned(logger, key.Part, key.Job);
                }

                UnreadBy(logger, exception, key);
                if (time.GetElapsedTime(begun) > LongestSilence)
                {
                    throw new DataException($"The storage has given no answer for {LongestSilence.TotalMinutes:F0} minutes.");
                }

                await Task.Delay(PauseAfterFailure, time);
            }
        }
    }

    /// <summary>Stores the moments, again and again while the storage cannot be reached.</summary>
    private async Task<string?> StoreAsync(PartKey key, byte[] bytes)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                moments.State = new StoredBytes { Bytes = bytes };
                await moments.WriteStateAsync();
                return null;
            }
            catch (InconsistentStateException)
            {
                // Another activation stored the part, or the answer to this one's own write was lost.
                await moments.ReadStateAsync();
                return moments.RecordExists && moments.State.Bytes.AsSpan().SequenceEqual(bytes) ? null
                    : "two silos read other bytes for the same rows; a file was changed, or differs between the silos";
            }
#pragma warning disable CA1031 // Storages throw exceptions of their own.
            catch (Exception exception) when (!_ending.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (isFirst)
                {
                    Unstored(logger, key.Part, key.Job);
                }

                UnstoredBy(logger, exception, key);
                await Task.Delay(PauseAfterFailure, time);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Part} of the job {Job} cannot be read: {Problem}")]
    private static partial void Unread(ILogger logger, int part, string job, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage gives no answer; part {Part} of the job {Job} is read once it does.")]
    private static partial void Unplanned(ILogger logger, int part, string job);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What kept part {Key} from being read.")]
    private static partial void UnreadBy(ILogger logger, Exception exception, PartKey key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage gives no answer; the moments of part {Part} of the job {Job} are stored once it does.")]
    private static partial void Unstored(ILogger logger, int part, string job);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What kept the moments of part {Key} from being stored.")]
    private static partial void UnstoredBy(ILogger logger, Exception exception, PartKey key);
}
