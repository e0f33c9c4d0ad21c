namespace HpcLinReg.Data.Sources;

/// <summary>Quoting, in one place.</summary>
internal static class Sql
{
    /// <summary>The value that stands for NULL in results: NaN, so that one test for finite numbers finds every missing value.</summary>
    internal const string NotANumber = "'NaN'::DOUBLE";

    internal static string Text(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    internal static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    internal static string List(IEnumerable<string> values) => $"[{string.Join(", ", values.Select(Text))}]";

    /// <summary>Returns r0, r1, ...: the difference between a column's whole numbers and their doubles.</summary>
    internal static string Rest(int index) => $"r{index}";

    /// <summary>Returns c0, c1, ...: our own names for a source's columns, which may be spelled in any way, even twice the same.</summary>
    internal static string Column(int index) => $"c{index}";

    /// <summary>Returns the two halves of a column's hash of 64 bits, which a double holds each; NULL where the value is missing.</summary>
    internal static string[] Group(int index) =>
        [$"CASE WHEN c{index} IS NULL THEN NULL ELSE CAST(hash(c{index}) >> 32 AS DOUBLE) END", $"CASE WHEN c{index} IS NULL THEN NULL ELSE CAST(hash(c{index}) & 4294967295 AS DOUBLE) END"];
}
