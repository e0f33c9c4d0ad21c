using System.Diagnostics;

namespace HpcLinReg.Orleans;

/// <summary>Repeats calls while silos come and go. Only calls that may be made twice are made so.</summary>
internal static class PatientCalls
{
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Calls until there is an answer.</summary>
    /// <exception cref="TimeoutException">The cluster has not answered for that long; the inner exception is the last failure.</exception>
    internal static async Task<T> AskAsync<T>(Func<Task<T>> call, TimeSpan patience, CancellationToken cancellationToken)
    {
        var silent = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call().WaitAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever a call throws while silos come and go is no result: only the cluster's answers are.
                if (silent.Elapsed > patience)
                {
                    throw new TimeoutException($"The cluster has not answered for {patience.TotalSeconds:F0} s.", exception);
                }
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }
}
