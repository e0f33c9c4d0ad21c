using System.Globalization;

namespace HpcLinReg.Tests.Models;

/// <summary>The real data sets as columns in memory.</summary>
internal static class RealData
{
    /// <summary>442 rows of numbers.</summary>
    internal static ColumnTable Diabetes()
    {
        (string[] names, string[][] rows) = Read("diabetes.csv");
        ColumnTable table = new();
        for (int j = 0; j < names.Length; j++)
        {
            table[names[j]] = rows.Select(row => double.Parse(row[j], CultureInfo.InvariantCulture)).ToArray();
        }

        return table;
    }

    /// <summary>344 rows of texts and numbers, with missing values.</summary>
    internal static ColumnTable Penguins()
    {
        string[][] rows = Read("penguins.csv").Rows;
        return new ColumnTable
        {
            ["species"] = Texts(rows, 0),
            ["island"] = Texts(rows, 1),
            ["length"] = Numbers(rows, 2),
            ["depth"] = Numbers(rows, 3),
            ["flipper"] = Numbers(rows, 4),
            ["mass"] = Numbers(rows, 5),
            ["sex"] = Texts(rows, 6),
        };
    }

    /// <summary>A row of the table in the order of a model's columns.</summary>
    internal static Cell[] Row(ColumnTable table, RegressionModel model, int row) => [.. model.Design.Columns.Select(column => table[column.Name][row])];

    internal static (string[] Names, string[][] Rows) Read(string file)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "real", file));
        return (lines[0].Split(','), [.. lines.Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToArray())]);
    }

    private static string?[] Texts(string[][] rows, int column) => [.. rows.Select(row => row[column] is "" or "." or "NA" ? null : row[column])];

    private static double[] Numbers(string[][] rows, int column) =>
        [.. rows.Select(row => double.TryParse(row[column], CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
}
