using System.Security.Cryptography;
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
    PlanCache plans, PartSlots slots, IOptions<ClusterFitOptions> options, ILocalSiloDetails silo, ILogger<PartGrain> logger)
        : Grain, IPartGrain, IDisposable
{
    private static readonly TimeSpan PauseAfterFailedWrite = TimeSpan.FromMilliseconds(500);

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
            PlannedParts plan = await plans.FindAsync(storage, GrainFactory, key);
            bytes = await slots.RunAsync(() => plan.Sum(key.Part, options.Value.DataFolder, _ending.Token), _ending.Token);
        }
#pragma warning disable CA1031 // Whatever reading throws is an answer: an exception of a data library is not known in the other silos.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Unread(logger, exception, key);
            return exception.Message;
        }

        return await StoreAsync(key, bytes);
    }

    /// <summary>Stores the moments, again and again while the storage cannot be reached.</summary>
    private async Task<string?> StoreAsync(PartKey key, byte[] bytes)
    {
        while (true)
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
                Unstored(logger, exception, key);
                await Task.Delay(PauseAfterFailedWrite);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Part {Key} cannot be read.")]
    private static partial void Unread(ILogger logger, Exception exception, PartKey key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The moments of part {Key} cannot be stored now; they are tried again.")]
    private static partial void Unstored(ILogger logger, Exception exception, PartKey key);
}
