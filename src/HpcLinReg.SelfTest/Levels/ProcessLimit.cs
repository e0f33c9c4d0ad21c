using System.ComponentModel;
using System.Diagnostics;

namespace HpcLinReg.SelfTest.Levels;

/// <summary>
/// When a process is taken to hang: it has used too much processor time, or has used none for too long. The time on a clock says nothing of
/// a process on a machine that does much else.
/// </summary>
/// <param name="Used">The processor time of all its threads that it may use.</param>
/// <param name="Idle">The time on a clock in which it has to use some.</param>
internal sealed record ProcessLimit(TimeSpan Used, TimeSpan Idle)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the end of a process; returns null at its end, or how it exceeded the limit.</summary>
    internal async Task<string?> WaitAsync(Process process, CancellationToken cancellation)
    {
        Task end = process.WaitForExitAsync(cancellation);
        TimeSpan seen = TimeSpan.Zero;
        long since = Stopwatch.GetTimestamp();
        while (await Task.WhenAny(end, Task.Delay(Interval, cancellation)) != end && !cancellation.IsCancellationRequested)
        {
            if (UsedBy(process) is not { } used)
            {
                break;
            }

            if (used > Used)
            {
                return $"did not end within {Used.TotalSeconds:F0} s of processor time";
            }

            if (used > seen)
            {
                (seen, since) = (used, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > Idle)
            {
                return $"did nothing for {Idle.TotalSeconds:F0} s";
            }
        }

        await end;
        return null;
    }

    /// <summary>The processor time of a process; null when it has ended.</summary>
    private static TimeSpan? UsedBy(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }
}
