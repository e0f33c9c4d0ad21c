using System.Collections.Concurrent;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>The plans that this silo reads parts of, each read once from the storage.</summary>
internal sealed class PlanCache
{
    /// <summary>Plans kept; more are read again.</summary>
    private const int Most = 16;

    private readonly ConcurrentDictionary<string, PlannedParts> _plans = new(StringComparer.Ordinal);

    /// <summary>Returns the plan of a job.</summary>
    /// <exception cref="InvalidOperationException">Nothing is stored for the job.</exception>
    internal async Task<PlannedParts> FindAsync(IGrainStorage storage, IGrainFactory grains, string job)
    {
        if (_plans.TryGetValue(job, out PlannedParts? known))
        {
            return known;
        }

        StoredBytes stored = await ClusterStorage.ReadAsync<StoredBytes>(storage, "plan", grains.GetGrain<IFitJobGrain>(job).GetGrainId())
            ?? throw new InvalidOperationException($"There is no plan of the job '{job}'; it was removed.");
        if (_plans.Count >= Most)
        {
            _plans.Clear();
        }

        return _plans[job] = new PlannedParts(stored.Bytes);
    }
}
