using System.Globalization;
using System.Text;
using System.Text.Json;
using HpcLinReg.Tests.Nist;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Benchmarks.Accuracy;

/// <summary>
/// <c>-- accuracy</c>, from the repository's folder: right digits of the worst coefficient by solver and data set, into
/// <c>perf-results/accuracy.json</c> and between the markers of <c>docs/numerics.md</c>.
/// </summary>
internal static class AccuracyCommand
{
    private const string Begin = "<!-- accuracy: written by bench/accuracy -->";
    private const string End = "<!-- end of accuracy -->";
    private const string Document = "docs/numerics.md";

    private static readonly FitOptions Most = new() { Digits = FitOptions.MaxDigits };

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    internal static int Run()
    {
        string folder = Path.Combine("tests", "HpcLinReg.Tests", "TestData", "nist");
        if (!Directory.Exists(folder))
        {
            Console.Error.WriteLine($"'{folder}' is not here; run bench/accuracy, which starts from the repository's folder.");
            return 1;
        }

        CertifiedSet[] sets = [.. CertifiedSet.All(folder)];
        (string Version, Dictionary<string, double[]> Coefficients)? numPy = Solvers.NumPy(Path.Combine("bench", "peers", "lstsq.py"), sets);
        if (numPy is null)
        {
            Console.Error.WriteLine("NumPy is not installed (Debian: apt-get install python3-numpy); its column is left out.");
        }

        AccuracyRow[] rows = [.. sets.Select(set => Row(set, numPy?.Coefficients))];
        var table = new AccuracyTable(numPy?.Version, rows);
        File.WriteAllText(Path.Combine("perf-results", "accuracy.json"), JsonSerializer.Serialize(table, Indented) + "\n");
        Console.Write(Markdown(table));
        string text = File.ReadAllText(Document);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            Console.Error.WriteLine($"'{Document}' lacks the lines '{Begin}' and '{End}'; it is left as it is.");
            return 1;
        }

        File.WriteAllText(Document, text[..begin] + Begin + "\n\n" + Markdown(table) + "\n" + text[end..]);
        return 0;
    }

    private static AccuracyRow Row(CertifiedSet set, Dictionary<string, double[]>? numPy)
    {
        ExactLeastSquares exact = set.Exact;
        double? Digits(double[]? coefficients) => CertifiedSet.Digits(exact, coefficients);
        return new AccuracyRow(
            set.Name,
            Digits([.. CertifiedSet.Terms(set.Stored).Select(b => b.ToDouble())])!.Value,
            Digits(Solvers.Engine(set, new FitOptions())),
            Digits(Solvers.Engine(set, Most)),
            set.Degree > 0 ? Digits(Solvers.Polynomial(set, Most)) : null,
            Digits(Solvers.NormalEquations(set)),
            Digits(Solvers.HouseholderQR(set)),
            numPy is null ? null : Digits(numPy[set.Name]));
    }

    private static string Markdown(AccuracyTable table)
    {
        bool numPy = table.NumPy is not null;
        var text = new StringBuilder("| data | limit of the stored doubles | by default | all digits | told the degree | normal equations | Householder QR |");
        text.Append(numPy ? " NumPy lstsq |\n|---|---:|---:|---:|---:|---:|---:|---:|\n" : "\n|---|---:|---:|---:|---:|---:|---:|\n");
        foreach (AccuracyRow row in table.Rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Data} | {row.Limit:F1} | {Cell(row.Default)} | {Cell(row.AllDigits)} | {(row.ToldTheDegree is null ? "" : Cell(row.ToldTheDegree))} | {Cell(row.NormalEquations)} | {Cell(row.HouseholderQR)} |");
            text.Append(numPy ? $" {Cell(row.NumPyLstsq)} |\n" : "\n");
        }

        return text.ToString();
    }

    private static string Cell(double? digits) => digits is { } value ? value.ToString("F1", CultureInfo.InvariantCulture) : "fails";
}

/// <summary>What was computed; the rows are in the order of the table.</summary>
/// <param name="NumPy">NumPy's version; null when it was not installed.</param>
/// <param name="Rows">One for each data set.</param>
internal sealed record AccuracyTable(string? NumPy, AccuracyRow[] Rows);

/// <summary>Right digits of the worst coefficient; null where a solver gave up, and where a model is no polynomial.</summary>
internal sealed record AccuracyRow(
    string Data, double Limit, double? Default, double? AllDigits, double? ToldTheDegree, double? NormalEquations, double? HouseholderQR, double? NumPyLstsq);
