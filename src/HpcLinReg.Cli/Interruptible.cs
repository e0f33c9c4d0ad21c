using System.Runtime.ExceptionServices;

namespace HpcLinReg.Cli;

/// <summary>Runs work that can be interrupted only at some places, such as the solving of a wide system.</summary>
internal static class Interruptible
{
    /// <summary>The stack size in bytes: that of a main thread.</summary>
    private const int StackSize = 8 << 20;

    /// <summary>The time within which work that was asked to stop has to stop and clean up.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>Runs work on a thread of its own, which ends with the process when it does not stop soon after it is asked to.</summary>
    /// <param name="work">The work; stops by itself where it can.</param>
    /// <param name="cancellationToken">Asks it to stop.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static T Run<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<T>();
        var thread = new Thread(
            () =>
            {
                try
                {
                    result.SetResult(work());
                }
#pragma warning disable CA1031 // Thrown again on the caller's thread.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    result.SetException(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
        };
        thread.Start();
        try
        {
            Task.WaitAny([result.Task], cancellationToken);
        }
        catch (OperationCanceledException) when (Task.WaitAny([result.Task], Grace) < 0)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            // It has stopped by itself, or was done.
        }

        if (result.Task.Exception?.InnerException is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return result.Task.Result;
    }
}
