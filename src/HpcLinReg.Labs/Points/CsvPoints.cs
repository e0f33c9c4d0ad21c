using System.Collections.Immutable;

namespace HpcLinReg.Labs.Points;

/// <summary>The result of reading text: points, or the fault and its place.</summary>
/// <param name="Points">The points; null when something is wrong.</param>
/// <param name="Problem">What is wrong, by row and column, and what to do; null when nothing is.</param>
/// <param name="Table">The columns of the text; null when it could not be taken apart.</param>
/// <param name="X">The column that is x.</param>
/// <param name="Y">The column that is y.</param>
public sealed record CsvReading(PointSet? Points, string? Problem, CsvTable? Table = null, int X = 0, int Y = 1);

/// <summary>
/// Reads pasted or uploaded text as columns separated by commas, semicolons, tabs or spaces, with or without a header; of more than two,
/// the first two that hold numbers alone are x and y until somebody chooses others. No cell is guessed: one that is not a number is named
/// by row and column, and no point is taken at all.
/// </summary>
public static class CsvPoints
{
    /// <summary>The longest text that is read, in characters: 2,000 rows of two long numbers fit several times over.</summary>
    public const int MostCharacters = 400_000;

    /// <summary>Gets what is said of longer text.</summary>
    public static string TooLong { get; } = $"The text is longer than {MostCharacters:N0} characters. A lab takes up to {PointSet.MostPoints:N0} rows of two numbers.";

    /// <summary>Reads text.</summary>
    public static CsvReading Read(string text)
    {
        if (text.Length > MostCharacters)
        {
            return new CsvReading(null, TooLong);
        }

        if (CsvTable.Read(text, out string? problem) is not { } table)
        {
            return new CsvReading(null, problem);
        }

        return table.Names.Length > 2 && table.Numbers.Length >= 2 ? Of(table, table.Numbers[0], table.Numbers[1]) : Of(table, 0, 1);
    }

    /// <summary>Takes two columns.</summary>
    /// <param name="table">The columns.</param>
    /// <param name="x">The column that becomes x.</param>
    /// <param name="y">The column that becomes y.</param>
    public static CsvReading Of(CsvTable table, int x, int y)
    {
        if (table.Rows.Length > PointSet.MostPoints)
        {
            return new CsvReading(null, $"There are more than {PointSet.MostPoints:N0} points. Leave some rows out; `hpclinreg fit` takes files of any size.", table, x, y);
        }

        ImmutableArray<DataPoint>.Builder points = ImmutableArray.CreateBuilder<DataPoint>(table.Rows.Length);
        for (int row = 0; row < table.Rows.Length; row++)
        {
            if ((table.Problem(row, x, out double across) ?? table.Problem(row, y, out _)) is { } problem)
            {
                return new CsvReading(null, problem, table, x, y);
            }

            _ = table.Problem(row, y, out double up);
            points.Add(new DataPoint(across, up));
        }

        return new CsvReading(new PointSet("", points.MoveToImmutable(), table.Names[x], table.Names[y]), null, table, x, y);
    }
}
