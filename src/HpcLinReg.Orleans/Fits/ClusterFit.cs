using System.Security.Cryptography;

namespace HpcLinReg.Orleans;

/// <summary>Runs a fit of many parts on a cluster, from a client or a silo.</summary>
public static class ClusterFit
{
    /// <summary>Ends a job, and removes all that is stored for it.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="job">The job's name.</param>
    /// <param name="patience">How long the cluster may give no answer; two minutes where it is null.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>Whether there was such a job.</returns>
    /// <exception cref="ArgumentException">No job can have that name.</exception>
    /// <exception cref="TimeoutException">The cluster gave no answer.</exception>
    public static async Task<bool> RemoveAsync(IGrainFactory grains, string job, TimeSpan? patience = null,
        CancellationToken cancellationToken = default)
    {
        IFitJobGrain coordinator = Find(grains, job);
        TimeSpan longest = patience ?? TimeSpan.FromMinutes(2);
        FitJobProgress known = await PatientCalls.AskAsync(coordinator.Progress, longest, cancellationToken);
        // Removing what is removed is harmless, so a call whose answer was lost is made again.
        await PatientCalls.AskAsync(async () =>
        {
            await coordinator.Remove();
            return true;
        }, longest, cancellationToken);
        return known.Stage != FitJobStage.Unknown;
    }

    /// <summary>Starts a job, or goes on with it, waits for its end, and returns the merged moments.</summary>
    /// <param name="grains">The cluster.</param>
    /// <param name="job">The job's name: 1 to 100 letters, digits, hyphens, dots and underscores.</param>
    /// <param name="plan">The plan's bytes, as <c>hpclinreg plan</c> writes them.</param>
    /// <param name="progress">Is given how the job stands, several times a second.</param>
    /// <param name="patience">How long the cluster may give no answer; two minutes where it is null.</param>
    /// <param name="cancellationToken">Ends the waiting; the job goes on, and the same call waits for it again.</param>
    /// <returns>The bytes of a <c>.moments</c> file: the same as one process writes for the plan's files.</returns>
    /// <exception cref="FitJobException">The job failed; the message names the part, the silo and the file.</exception>
    /// <exception cref="TimeoutException">The cluster gave no answer.</exception>
    public static async Task<byte[]> RunAsync(IGrainFactory grains, string job, byte[] plan, IProgress<FitJobProgress>? progress = null,
        TimeSpan? patience = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        IFitJobGrain coordinator = Find(grains, job);
        TimeSpan longest = patience ?? TimeSpan.FromMinutes(2);
        FitJobProgress current = await Patiently(() => coordinator.Start(plan));
        while (current.Stage == FitJobStage.Reading)
        {
            progress?.Report(current);
            await Task.Delay(PatientCalls.Pause, cancellationToken);
            current = await Patiently(coordinator.Progress);
        }

        progress?.Report(current);
        return current.Stage == FitJobStage.Done ? await Fetch(current) : throw new FitJobException(current.Problem ?? $"The cluster does not know the job '{job}' any more: it was removed, or the storage lost its data. Submit the fit again.");

        async Task<byte[]> Fetch(FitJobProgress done)
        {
            using MemoryStream bytes = new();
            while (await Patiently(() => coordinator.Result((int)bytes.Length)) is { Length: > 0 } piece)
            {
                bytes.Write(piece);
            }

            byte[] moments = bytes.ToArray();
            return Convert.ToHexStringLower(SHA256.HashData(moments)) == done.Sha256 ? moments
                : throw new FitJobException($"The moments of the job '{job}' did not arrive as they were stored; fetch them again.");
        }

        Task<T> Patiently<T>(Func<Task<T>> call) => PatientCalls.AskAsync(call, longest, cancellationToken);
    }

    private static IFitJobGrain Find(IGrainFactory grains, string job)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return PartKey.ProblemOf(job) is { } problem ? throw new ArgumentException(problem, nameof(job))
            : grains.GetGrain<IFitJobGrain>(job);
    }
}
