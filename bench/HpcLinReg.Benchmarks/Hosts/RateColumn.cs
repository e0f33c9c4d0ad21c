using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using HpcLinReg.Cli.Benchmarks;

namespace HpcLinReg.Benchmarks.Hosts;

/// <summary>GB/s, GF/s, or the share of this machine's nearer limit, from a benchmark's median time and its <see cref="WorkAttribute"/>.</summary>
/// <param name="name">The column's heading.</param>
/// <param name="legend">What it means.</param>
/// <param name="format">From work and seconds to text.</param>
internal sealed class RateColumn(string name, string legend, Func<double, double, double, string> format) : IColumn
{
    private static readonly Lazy<MachineLimits> Limits = new(() =>
    {
        double[] memory = new double[MachineLimits.WorkingSetElements];
        Array.Fill(memory, 0.5);
        return MachineLimits.Measure(memory, TimeSpan.FromSeconds(4));
    });

    /// <summary>The three columns.</summary>
    internal static IColumn[] All { get; } =
    [
        new RateColumn("GB/s", "Bytes of X and y, each once, in a second", (bytes, _, seconds) => Number(bytes / seconds / 1e9)),
        new RateColumn("GF/s", "Useful operations in a second, a multiply-add being two", (_, flops, seconds) => Number(flops / seconds / 1e9)),
        new RateColumn("Share", "Of the limit that one thread of this machine meets first, reading memory or multiplying", Share),
    ];

    public string Id => "HpcLinReg." + name;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => legend;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
    {
        WorkAttribute? work = benchmarkCase.Descriptor.Type.GetCustomAttribute<WorkAttribute>();
        if (work is null || summary[benchmarkCase]?.ResultStatistics is not { } statistics)
        {
            return "-";
        }

        var shape = MatrixShape.Parse((string)benchmarkCase.Parameters["Shape"]);
        return format(work.Bytes(shape), work.Flops(shape), statistics.Median / 1e9);
    }

    private static string Share(double bytes, double flops, double seconds)
    {
        double reading = bytes / Limits.Value.ReadBytesPerSecond;
        double multiplying = flops / Limits.Value.FlopsPerSecond;
        return (Math.Max(reading, multiplying) / seconds).ToString("P0", CultureInfo.InvariantCulture);
    }

    private static string Number(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
