using System.Globalization;
using HpcLinReg.Orleans;

namespace HpcLinReg.Cli.Cluster;

/// <summary>Shows on standard error how a cluster's fit stands, and each fault once.</summary>
internal sealed class ClusterProgress : IProgress<FitJobProgress>, IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _faults = new(StringComparer.Ordinal);
    private FitJobProgress? _last;
    private long _shown;
    private int _finished = -1;

    /// <inheritdoc/>
    public void Report(FitJobProgress value)
    {
        foreach (string fault in value.Faults.Where(_faults.Add))
        {
            Console.Error.WriteLine(fault);
        }

        if (value is { Stage: FitJobStage.Reading, Silos: 0 })
        {
            return;
        }

        bool isDue = _finished < 0 || value.Stage != FitJobStage.Reading || System.Diagnostics.Stopwatch.GetElapsedTime(_shown) >= Between;
        if (isDue && value.Finished != _finished)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Finished} of {value.Parts} parts are done, {value.Running} are given away, {value.Silos} silos"));
            (_shown, _finished) = (System.Diagnostics.Stopwatch.GetTimestamp(), value.Finished);
        }

        _last = value;
    }

    /// <summary>Says how long a part waited at most.</summary>
    public void Dispose()
    {
        if (_last is { Stage: FitJobStage.Done } done)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A part took at most {done.LongestWait.TotalSeconds:F1} s from giving it away to its stored sums; given away once more: {done.Repeats}."));
        }
    }
}
