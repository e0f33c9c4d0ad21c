using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>Coordinates a fit of many parts.</summary>
/// <remarks>
/// Each part that is given away is followed by a loop of its own, <see cref="FollowAsync"/>, on this grain's scheduler. What is done is
/// written at each tick. A coordinator that lost its place to another one cannot write: the storage compares its ETag.
/// </remarks>
internal sealed partial class FitJobGrain(
    [PersistentState("plan", ClusterStorage.Name)] IPersistentState<StoredBytes> plan,
    [PersistentState("progress", ClusterStorage.Name)] IPersistentState<FitJobState> progress,
    [PersistentState("result", ClusterStorage.Name)] IPersistentState<StoredBytes> result,
    [FromKeyedServices(ClusterStorage.Name)] IGrainStorage storage,
    IOptions<ClusterFitOptions> options, ILocalSiloDetails silo, TimeProvider time, ILogger<FitJobGrain> logger) : Grain, IFitJobGrain
{
    private const int FaultsKept = 20;

    /// <summary>Parts given away for each one that the silos read at once, so that a silo does not wait for its next part.</summary>
    private const int Ahead = 2;

    /// <summary>How long storage or membership may give no answer until the job fails: a Redis without a file may have lost them.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly HashSet<int> _running = [];
    private readonly Queue<string> _faults = new();
    private IGrainTimer? _timer;
    private PlannedParts? _parts;
    private string? _digest;
    private long _lastTick;
    private int _silos;
    private bool _isChanged;
    private bool _isLate;
    private bool _isEnding;

    /// <summary>Why this silo cannot coordinate a job that one of another version began; null where it can.</summary>
    private string? _foreign;

    private string Job => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (plan.RecordExists && PlannedParts.ProblemOf(plan.State.Bytes) is { } problem)
        {
            _foreign = $"The silo {silo.Name}, which coordinates the job '{Job}' now, cannot use its plan: {problem} Use one version of HpcLinReg in all silos, and submit the fit again.";
        }
        else if (progress.State.Stage == FitJobStage.Reading)
        {
            GoOn();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _isEnding = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<FitJobProgress> Start(byte[] given)
    {
        ArgumentNullException.ThrowIfNull(given);
        if (_foreign is null && Refusal(given) is { } problem)
        {
            return new FitJobProgress { Stage = FitJobStage.Failed, Problem = problem };
        }

        if (_foreign is not null)
        {
            return Current();
        }

        if (!plan.RecordExists)
        {
            plan.State = new StoredBytes { Bytes = given };
            await plan.WriteStateAsync();
        }

        if (progress.State.Stage is FitJobStage.Unknown or FitJobStage.Failed)
        {
            (progress.State.Stage, progress.State.Problem) = (FitJobStage.Reading, null);
            await progress.WriteStateAsync();
        }

        if (progress.State.Stage == FitJobStage.Reading)
        {
            GoOn();
        }

        return Current();
    }

    /// <inheritdoc/>
    public Task<FitJobProgress> Progress() => Task.FromResult(Current());

    /// <inheritdoc/>
    public Task<byte[]> Result(int offset) =>
        Task.FromResult(progress.State.Stage == FitJobStage.Done ? ClusterStorage.PieceOf(result.State.Bytes, offset) : []);

    /// <inheritdoc/>
    public async Task Remove()
    {
        _isEnding = true;
        _timer?.Dispose();
        if (plan.RecordExists && _foreign is null)
        {
            // Also of parts that are being read: what an attempt has stored is not known before it answers.
            IEnumerable<PartKey> stored = Enumerable.Range(0, Parts.Count).SelectMany(part => Enumerable
                .Range(0, progress.State.Finished.TryGetValue(part, out FinishedPart? done) ? done.Attempt + 1 : 1)
                .Select(attempt => KeyOf(part, attempt)));
            await Task.WhenAll(stored.Select(key => GrainFactory.GetGrain<IPartGrain>(key.ToString()).Remove()));
        }

        await result.ClearStateAsync();
        await progress.ClearStateAsync();
        await plan.ClearStateAsync();
        DeactivateOnIdle();
    }

    private string? Refusal(byte[] given)
    {
        if (PartKey.ProblemOf(Job) is { } name)
        {
            return name;
        }

        if (given.Length > ClusterStorage.LargestMessage)
        {
            return $"The plan has {given.Length} bytes; a message between silos has at most {ClusterStorage.LargestMessage}. Plan fewer parts, or fit the files in several jobs and merge their moments.";
        }

        if (plan.RecordExists)
        {
            return plan.State.Bytes.AsSpan().SequenceEqual(given) ? null : $"The job '{Job}' began with another plan; give this one another name.";
        }

        return PlannedParts.ProblemOf(given) is { } problem ? $"The silo {silo.Name} refuses the plan: {problem}" : null;
    }

    private FitJobProgress Current()
    {
        if (_foreign is not null)
        {
            // The next activation may be in a silo of the right version.
            DeactivateOnIdle();
            return new FitJobProgress { Stage = FitJobStage.Failed, Problem = _foreign };
        }

        return Standing();
    }

    private FitJobProgress Standing() => new()
    {
        Stage = progress.State.Stage,
        Parts = progress.State.Stage == FitJobStage.Unknown ? 0 : Parts.Count,
        Finished = progress.State.Finished.Count,
        Running = _running.Count,
        Silos = _silos,
        Repeats = progress.State.Repeats,
        LongestWait = progress.State.LongestWait,
        Faults = [.. _faults],
        Problem = progress.State.Problem,
        Sha256 = progress.State.Sha256,
    };

    private PlannedParts Parts => _parts ??= new PlannedParts(plan.State.Bytes);

    private PartKey KeyOf(int part, int attempt) => new(Job, _digest ??= PartKey.DigestOf(plan.State.Bytes), part, attempt);

    private void GoOn()
    {
        _lastTick = time.GetTimestamp();
        _timer ??= this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions
        {
            DueTime = TimeSpan.Zero,
            Period = Tick,
            Interleave = true,
            KeepAlive = true,
        });
    }

    private async Task TickAsync()
    {
        try
        {
            if (progress.State.Stage == FitJobStage.Reading)
            {
                _silos = (await GrainFactory.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count;
                GiveAway();
                if (progress.State.Finished.Count == Parts.Count)
                {
                    await MergeAsync();
                }
            }

            if (_isChanged && !_isEnding)
            {
                _isChanged = false;
                await progress.WriteStateAsync();
            }

            (_lastTick, _isLate) = (time.GetTimestamp(), false);
            if (progress.State.Stage != FitJobStage.Reading)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
        catch (InconsistentStateException)
        {
            // Another activation wrote, or the answer to an own write was lost: what is stored is what counts.
            Displaced(logger, Job);
            _isEnding = true;
            DeactivateOnIdle();
        }
#pragma warning disable CA1031 // A storage or a silo that cannot be reached now is asked again at the next tick.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _isChanged = true;
            Note("the storage or the cluster gives no answer");
            if (!_isLate)
            {
                Late(logger, Job);
            }

            _isLate = true;
            LateBy(logger, exception, Job);
            if (time.GetElapsedTime(_lastTick) > LongestSilence)
            {
                (progress.State.Stage, progress.State.Problem) = (FitJobStage.Failed, $"The cluster's storage has given no answer for {LongestSilence.TotalMinutes:F0} minutes. If it lost its data, start the silos again and submit the fit again.");
            }

            return;
        }
    }

    /// <summary>Gives unfinished parts away, lowest first, as many as the silos can have in hand.</summary>
    private void GiveAway()
    {
        int most = Math.Max(1, _silos) * options.Value.PartsAtOnce * Ahead;
        for (int part = 0; part < Parts.Count && _running.Count < most; part++)
        {
            if (!progress.State.Finished.ContainsKey(part) && _running.Add(part))
            {
                FollowAsync(part).Ignore();
            }
        }
    }

    /// <summary>Asks for a part until its moments are stored, and gives it to another silo as well when nobody answers.</summary>
    private async Task FollowAsync(int part)
    {
        long begun = time.GetTimestamp(), heard = begun;
        int attempt = 0;
        bool isFirst = true;
        while (!_isEnding && progress.State.Stage == FitJobStage.Reading)
        {
            PartAnswer? answer = null;
            try
            {
                answer = await GrainFactory.GetGrain<IPartGrain>(KeyOf(part, attempt).ToString()).Ask(isFirst);
                isFirst = false;
                heard = time.GetTimestamp();
            }
#pragma warning disable CA1031 // No answer, whatever the reason, is a fault of a silo or of the network.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Note($"part {part}: its silo gives no answer");
                UnansweredBy(logger, exception, part, Job);
                if (time.GetElapsedTime(heard) >= options.Value.SilenceBeforeRepeat)
                {
                    attempt++;
                    isFirst = true;
                    progress.State.Repeats++;
                    heard = time.GetTimestamp();
                }
            }

            if (answer is not null && Take(part, attempt, answer, begun))
            {
                break;
            }

            await Task.Delay(options.Value.PollingInterval, time);
        }

        _running.Remove(part);
    }

    /// <summary>Takes an answer in; returns whether the part is settled.</summary>
    private bool Take(int part, int attempt, PartAnswer answer, long begun)
    {
        string? problem = answer.BitContract != EngineInfo.BitContract
            ? $"the silo {answer.Silo} computes other bits (contract {answer.BitContract}) than the coordinator's ({EngineInfo.BitContract}); use one version of HpcLinReg in all silos"
            : answer.Problem;
        if (problem is not null)
        {
            (progress.State.Stage, progress.State.Problem) = (FitJobStage.Failed, $"Part {part} on the silo {answer.Silo}: {problem}");
            _isChanged = true;
            return true;
        }

        if (answer.Sha256 is null)
        {
            return false;
        }

        progress.State.Finished[part] = new FinishedPart(attempt, answer.Sha256);
        _isChanged = true;
        TimeSpan wait = time.GetElapsedTime(begun);
        progress.State.LongestWait = wait > progress.State.LongestWait ? wait : progress.State.LongestWait;
        return true;
    }

    /// <summary>Merges the moments of all parts off Orleans' threads, and stores the whole.</summary>
    private async Task MergeAsync()
    {
        (PartKey Key, string Sha256)[] parts = progress.State.Finished.OrderBy(entry => entry.Key)
            .Select(entry => (Key: KeyOf(entry.Key, entry.Value.Attempt), entry.Value.Sha256)).ToArray();
        GrainId[] grains = parts.Select(part => GrainFactory.GetGrain<IPartGrain>(part.Key.ToString()).GetGrainId()).ToArray();
        (byte[]? merged, string? problem) = await Task.Run(async () =>
        {
            var pieces = new List<byte[]>(parts.Length);
            for (int i = 0; i < parts.Length; i++)
            {
                StoredBytes? stored = await ClusterStorage.ReadAsync<StoredBytes>(storage, "moments", grains[i]);
                if (stored is null || Convert.ToHexStringLower(SHA256.HashData(stored.Bytes)) != parts[i].Sha256)
                {
                    return (null, $"The stored moments of part {parts[i].Key.Part} are missing or changed; start the job under another name.");
                }

                pieces.Add(stored.Bytes);
            }

            return PlannedParts.Merge(pieces);
        });
        if (merged is null)
        {
            (progress.State.Stage, progress.State.Problem) = (FitJobStage.Failed, problem);
        }
        else
        {
            result.State = new StoredBytes { Bytes = merged };
            await result.WriteStateAsync();
            (progress.State.Stage, progress.State.Sha256) = (FitJobStage.Done, Convert.ToHexStringLower(SHA256.HashData(merged)));
        }

        _isChanged = true;
    }

    private void Note(string fault)
    {
        _faults.Enqueue($"{time.GetUtcNow():HH:mm:ss} {fault}");
        while (_faults.Count > FaultsKept)
        {
            _faults.Dequeue();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The job {Job} is coordinated elsewhere, or a write was not acknowledged; this coordinator ends.")]
    private static partial void Displaced(ILogger logger, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The job {Job} waits for the storage or the cluster.")]
    private static partial void Late(ILogger logger, string job);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What the job {Job} waits for.")]
    private static partial void LateBy(ILogger logger, Exception exception, string job);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Part {Part} of the job {Job} was not answered.")]
    private static partial void UnansweredBy(ILogger logger, Exception exception, int part, string job);
}
