using System.Globalization;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Output;

/// <summary>The coefficients alone, for documents and for other programs.</summary>
internal static class CoefficientTable
{
    private static readonly string[] Names = ["term", "estimate", "standard_error", "t", "p", "lower", "upper"];

    /// <summary>Writes a table in Markdown, numbers as in the table for a person.</summary>
    internal static void WriteMarkdown(Summary summary, TextWriter output)
    {
        output.Write($"| {string.Join(" | ", summary.Titles())} |\n|---|{string.Concat(Enumerable.Repeat("---:|", Names.Length - 1))}\n");
        foreach (string[] cells in summary.Cells())
        {
            string name = cells[0].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*",
                StringComparison.Ordinal).ReplaceLineEndings(" ");
            output.Write($"| {string.Join(" | ", cells.Skip(1).Prepend(name))} |\n");
        }
    }

    /// <summary>
    /// Writes CSV (RFC 4180, LF) with a header; numbers in the shortest form that reads back the same, empty where there is none.
    /// </summary>
    internal static void WriteCsv(Summary summary, TextWriter output)
    {
        output.Write($"{string.Join(',', Names)}\n");
        foreach (SummaryCoefficient c in summary.Coefficients)
        {
            string p = double.IsFinite(c.LogP) && c.P < 1e-300 ? Numbers.FromLog(c.LogP, 13) : Number(c.P);
            output.Write($"{Quoted(c.Term)},{Number(c.Estimate)},{Number(c.StandardError)},{Number(c.T)},{p},{Number(c.Lower)},{Number(c.Upper)}\n");
        }
    }

    private static string Number(double value) => double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture) : "";

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
