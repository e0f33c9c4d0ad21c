using System.Globalization;
using HdrHistogram;

namespace HpcLinReg.Load;

/// <summary>What a run measured: latencies from the intended start and from the real send, and how late the generator itself was; in microseconds.</summary>
internal sealed class LoadResult
{
    internal LongHistogram FromIntended { get; } = New();

    internal LongHistogram FromSend { get; } = New();

    internal LongHistogram Lag { get; } = New();

    internal int Failures { get; set; }

    internal TimeSpan Elapsed { get; set; }

    internal double P(double percentile) => FromIntended.GetValueAtPercentile(percentile) / 1000.0;

    internal string Describe(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {FromIntended.TotalCount / Elapsed.TotalSeconds:F0} | {P(50):F3} | {P(99):F3} | {P(99.9):F3} | {P(100):F3} | {FromSend.GetValueAtPercentile(99.9) / 1000.0:F3} | {Lag.GetValueAtPercentile(99.9) / 1000.0:F3} | {Failures} |");

    internal static string Header => "| run | requests/s | p50 ms | p99 | p99.9 | max | p99.9 from the send | generator's lag p99.9 | failed |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// <summary>From 1 µs to an hour, three digits.</summary>
    private static LongHistogram New() => new(3_600_000_000, 3);
}
