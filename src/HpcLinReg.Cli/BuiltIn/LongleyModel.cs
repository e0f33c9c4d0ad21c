using System.Globalization;

namespace HpcLinReg.Cli.BuiltIn;

/// <summary>The model of the built-in data, for a service without a file.</summary>
internal static class LongleyModel
{
    internal static RegressionModel Fit()
    {
        using StreamReader reader = new(Longley.Open());
        string[] names = reader.ReadLine()!.Split(',');
        double[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())];
        ColumnTable table = new();
        for (int j = 0; j < names.Length; j++)
        {
            int column = j;
            table[names[j].Trim()] = rows.Select(row => row[column]).ToArray();
        }

        return RegressionModel.Fit(table, Longley.Target,
            [.. names.Select(name => name.Trim()).Where(name => name != Longley.Target).Select(Feature.Column)]);
    }
}
