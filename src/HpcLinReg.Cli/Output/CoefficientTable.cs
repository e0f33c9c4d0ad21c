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
            output.Write($"| {string.Join(" | ", cells.Skip(1).Prepend(Escaped(cells[0])))} |\n");
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

    /// <summary>
    /// Puts a backslash before what Markdown takes for markup: emphasis, code, links, tags, entities and the borders of a cell.
    /// </summary>
    private static string Escaped(string name) =>
        string.Concat(name.ReplaceLineEndings(" ").Select(c => "\\`*_~[]<>|&$#!".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));

    private static string Number(double value) => double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture) : "";

    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
