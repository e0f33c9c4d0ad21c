using System.Globalization;
using System.Text.Json;

namespace HpcLinReg.Tests.Nist;

/// <summary>Data sets with certified answers (see the notes in TestData), read without any code of the product.</summary>
internal sealed record ReferenceData(string[] Names, double[][] Rows)
{
    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "TestData");

    internal static string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Reads a comma-separated file without quoted commas; rows with NA in a numeric column that is asked for are left out.</summary>
    internal static ReferenceData Read(string file, params string[] columns)
    {
        string[][] lines = [.. File.ReadLines(PathOf(file)).Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToArray())];
        string[] names = columns.Length > 0 ? columns : lines[0];
        int[] positions = [.. names.Select(name => Array.IndexOf(lines[0], name))];
        double[][] rows =
        [
            .. lines.Skip(1)
                .Where(line => positions.All(j => line[j] != "NA"))
                .Select(line => positions.Select(j => double.Parse(line[j], CultureInfo.InvariantCulture)).ToArray()),
        ];
        return new ReferenceData(names, rows);
    }

    internal static JsonElement Reference(string folder) => JsonDocument.Parse(File.ReadAllText(PathOf($"{folder}/reference.json"))).RootElement;

    internal static double Number(JsonElement element, string member) => double.Parse(element.GetProperty(member).GetString()!, CultureInfo.InvariantCulture);

    internal double[] Column(string name) => [.. Rows.Select(row => row[Array.IndexOf(Names, name)])];

    /// <summary>The columns side by side, row-major.</summary>
    internal double[] Matrix(params IEnumerable<string> names)
    {
        int[] positions = [.. names.Select(name => Array.IndexOf(Names, name))];
        return [.. Rows.SelectMany(row => positions.Select(j => row[j]))];
    }

    /// <summary>
    /// The number of decimal digits in which an answer agrees with the certified one, at most 15: −log₁₀ of the relative error, or of
    /// the absolute one where the certified value is 0 (NIST's LRE).
    /// </summary>
    internal static double Digits(double certified, double actual)
    {
        double error = Math.Abs(actual - certified) / (certified == 0 ? 1 : Math.Abs(certified));
        return error == 0 ? 15 : Math.Clamp(-Math.Log10(error), 0, 15);
    }
}
