using System.Globalization;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>Things with their number, as one says them.</summary>
internal static class Counted
{
    /// <summary>"1 row", "2,000 rows".</summary>
    internal static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>In how many rows which columns are missing.</summary>
    internal static string Missing(IEnumerable<MissingCount> counts) =>
        string.Join(", ", counts.Where(count => count.Rows > 0).Select(count => $"'{count.Column}' in {count.Rows}"));
}
