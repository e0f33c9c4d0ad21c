using System.Globalization;
using System.Text.Json;
using HpcLinReg.Cli.SelfTest;
using HpcLinReg.SelfTest;
using HpcLinReg.SelfTest.Checks;
using Spectre.Console;

namespace HpcLinReg.Cli.Output;

/// <summary>The self-test as a table for a person, or as one JSON object.</summary>
internal static class SelfTestReport
{
    /// <summary>Columns assumed when output is not a terminal, so that nothing is cut off.</summary>
    private const int RedirectedWidth = 500;

    internal static void WriteTable(IReadOnlyList<LevelOutcome> outcomes)
    {
        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Level")
            .AddColumn("In effect")
            .AddColumn(new TableColumn("Width").RightAligned())
            .AddColumn("FMA")
            .AddColumn(new TableColumn("Kernels").RightAligned())
            .AddColumn(new TableColumn("Laws").RightAligned())
            .AddColumn("Digest")
            .AddColumn(new TableColumn("Speed").RightAligned());
        foreach (LevelOutcome outcome in outcomes)
        {
            string[] cells = outcome.Report is { } report
                ?
                [
                    report.InstructionSet,
                    $"{report.VectorBits}",
                    report.FusedMultiplyAdd ? "yes" : "no",
                    Passed(report.Kernels),
                    Passed(report.Laws),
                    $"{report.Digest} {Verdict(report)}",
                    RelativeSpeed(report, outcomes) is { } speed ? speed.ToString("F2", CultureInfo.InvariantCulture) : "",
                ]
                : ["no report", "", "", "", "", "", ""];
            table.AddRow([new Text(outcome.Level.Name), .. cells.Select(cell => new Text(cell))]);
        }

        console.Write(table);
        bool passed = outcomes.All(outcome => outcome.Failures.Count == 0);
        console.WriteLine(passed ? "All results are as promised." : "Not all results are as promised.");
        console.WriteLine("Kernels lie within their bounds of plain loops. Equal: the recorded bits. Within bounds: without fused multiply-add (FMA), bits are not promised.");
    }

    internal static void WriteJson(IReadOnlyList<LevelOutcome> outcomes, Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteBoolean("passed", outcomes.All(outcome => outcome.Failures.Count == 0));
            json.WriteStartArray("levels");
            foreach (LevelOutcome outcome in outcomes)
            {
                json.WriteStartObject();
                json.WriteString("level", outcome.Level.Name);
                json.WriteStartObject("environment");
                foreach ((string name, string value) in outcome.Level.Variables)
                {
                    json.WriteString(name, value);
                }

                json.WriteEndObject();
                if (outcome.Report is { } report)
                {
                    WriteReport(json, report, RelativeSpeed(report, outcomes));
                }

                WriteStrings(json, "failures", outcome.Failures);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteReport(Utf8JsonWriter json, LevelReport report, double? relativeSpeed)
    {
        json.WriteString("instructionSet", report.InstructionSet);
        json.WriteNumber("vectorBits", report.VectorBits);
        json.WriteNumber("elementwiseBits", report.ElementwiseBits);
        json.WriteBoolean("fusedMultiplyAdd", report.FusedMultiplyAdd);
        WriteChecks(json, "kernels", report.Kernels);
        WriteChecks(json, "laws", report.Laws);
        json.WriteString("digest", report.Digest);
        json.WriteString("bits", report.HasRecordedBits ? "equal" : report.FusedMultiplyAdd ? "different" : "withinBounds");
        json.WriteStartArray("digests");
        foreach (DigestResult digest in report.Digests)
        {
            json.WriteStartObject();
            json.WriteString("results", digest.Results);
            json.WriteString("digest", digest.Digest);
            json.WriteString("recorded", digest.Recorded);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", report.Seconds);
        if (relativeSpeed is { } speed)
        {
            json.WriteNumber("relativeSpeed", speed);
        }
        else
        {
            json.WriteNull("relativeSpeed");
        }
    }

    private static void WriteChecks(Utf8JsonWriter json, string name, IReadOnlyList<CheckResult> checks)
    {
        json.WriteStartArray(name);
        foreach (CheckResult check in checks)
        {
            json.WriteStartObject();
            json.WriteString("name", check.Name);
            json.WriteBoolean("passed", check.Failure is null);
            if (check.WorstShareOfBound is { } share)
            {
                json.WriteNumber("worstShareOfBound", share);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The default level comes first; there is none to compare with when it did not report.</summary>
    private static double? RelativeSpeed(LevelReport report, IReadOnlyList<LevelOutcome> outcomes) =>
        outcomes[0].Report is { } first ? Math.Round(first.Seconds / report.Seconds, 3) : null;

    private static string Passed(IReadOnlyList<CheckResult> checks) => $"{checks.Count(check => check.Failure is null)} of {checks.Count}";

    private static string Verdict(LevelReport report) =>
        report.HasRecordedBits ? "equal" : report.FusedMultiplyAdd ? "DIFFERENT" : "within bounds";
}
