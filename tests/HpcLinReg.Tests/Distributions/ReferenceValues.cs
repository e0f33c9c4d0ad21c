using System.Globalization;

namespace HpcLinReg.Tests.Distributions;

/// <summary>One line of TestData/distributions/reference.csv, whose head says how it was made.</summary>
internal sealed record ReferenceValues(string Kind, double Argument, double Numerator, double Denominator, double Value, double Log)
{
    internal static ReferenceValues[] All { get; } = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "TestData", "distributions", "reference.csv"))
        .Where(line => !line.StartsWith('#'))
        .Select(Parse)];

    private static ReferenceValues Parse(string line)
    {
        string[] cells = line.Split(',');
        return new(cells[0], Number(cells[1]), Number(cells[2]), Number(cells[3]), Number(cells[4]), cells[5].Length == 0 ? double.NaN : Number(cells[5]));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
