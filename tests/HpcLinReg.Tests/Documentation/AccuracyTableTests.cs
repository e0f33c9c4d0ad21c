using System.Globalization;
using System.Text.Json;
using HpcLinReg.Tests.Architecture;

namespace HpcLinReg.Tests.Documentation;

/// <summary>The table of right digits says what its result file says.</summary>
public class AccuracyTableTests
{
    private static readonly string[] Solvers = ["limit", "default", "allDigits", "toldTheDegree", "normalEquations", "householderQR"];

    [Fact]
    public void The_table_of_digits_is_what_the_result_file_says()
    {
        const string Begin = "<!-- accuracy: written by bench/accuracy -->";
        string numerics = Repository.Read("docs/numerics.md");
        int begin = numerics.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = numerics.IndexOf("<!-- end of accuracy -->", StringComparison.Ordinal);
        Assert.InRange(begin, Begin.Length, end);
        using var results = JsonDocument.Parse(Repository.Read("perf-results/accuracy.json"));
        bool numPy = results.RootElement.GetProperty("numPy").ValueKind == JsonValueKind.String;
        string[] rows = numerics[begin..end].Trim().Split('\n')[2..];
        JsonElement[] measured = [.. results.RootElement.GetProperty("rows").EnumerateArray()];
        Assert.Equal(measured.Select(row => Row(row, numPy)), rows);
        Assert.Empty(Nist.ReferenceData.Reference("nist").EnumerateObject().Select(set => set.Name).Except(measured.Select(row => row.GetProperty("data").GetString())));
    }

    private static string Row(JsonElement row, bool numPy)
    {
        string Cell(string member) => row.GetProperty(member) is { ValueKind: JsonValueKind.Number } digits ? digits.GetDouble().ToString("F1", CultureInfo.InvariantCulture) : member == "toldTheDegree" ? "" : "fails";
        string[] members = [.. Solvers, .. numPy ? ["numPyLstsq"] : Array.Empty<string>()];
        return $"| {row.GetProperty("data").GetString()} | {string.Join(" | ", members.Select(Cell))} |";
    }
}
