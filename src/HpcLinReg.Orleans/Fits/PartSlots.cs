using Microsoft.Extensions.Options;

namespace HpcLinReg.Orleans;

/// <summary>
/// Runs the parts of a silo on threads of the pool, only a few at once: long work on Orleans' own threads would make the silo look dead.
/// </summary>
internal sealed class PartSlots(IOptions<ClusterFitOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.PartsAtOnce);

    /// <summary>Runs work once a slot is free.</summary>
    internal async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
