using System.Collections.Concurrent;
using HpcLinReg.Data;
using Orleans.Storage;

namespace HpcLinReg.Orleans;

/// <summary>The plans that this silo reads parts of, each read once from the storage.</summary>
internal sealed class PlanCache
{
    /// <summary>Plans kept; more are read again.</summary>
    private const int Most = 16;

    private readonly ConcurrentDictionary<string, PlannedParts> _plans = new(StringComparer.Ordinal);

    /// <summary>Returns the plan that a part is of.</summary>
    /// <exception cref="DataException">The job was removed, or has another plan now.</exception>
    internal async Task<PlannedParts> FindAsync(IGrainStorage storage, IGrainFactory grains, PartKey part)
    {
        if (_plans.TryGetValue(part.Plan, out PlannedParts? known))
        {
            return known;
        }

        StoredBytes? stored =
            await ClusterStorage.ReadAsync<StoredBytes>(storage, "plan", grains.GetGrain<IFitJobGrain>(part.Job).GetGrainId());
        if (stored is null || PartKey.DigestOf(stored.Bytes) != part.Plan)
        {
            throw new DataException($"The job '{part.Job}' was removed, or has another plan now.");
        }

        if (_plans.Count >= Most)
        {
            _plans.Clear();
        }

        return _plans[part.Plan] = new PlannedParts(stored.Bytes);
    }
}
