using System.Globalization;
using HpcLinReg.Cli.Training;
using HpcLinReg.Data;
using Spectre.Console;

namespace HpcLinReg.Cli.Output;

/// <summary>A descent for a person to read.</summary>
internal static class TrainTable
{
    /// <summary>Below this the two are called the same.</summary>
    private const double Near = 1e-7;

    internal static void Write(DescentResult result, DataRows rows, Fit? closedForm, string? tooDear, bool intercept, string source)
    {
        IAnsiConsole console = FitTable.Console();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Target} explained from {source}: {Counted.Of(result.RowCount, "row")}"));
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("Term").AddColumn(new TableColumn("Descent").RightAligned());
        if (closedForm is not null)
        {
            table.AddColumn(new TableColumn("Closed form").RightAligned());
        }

        if (intercept)
        {
            AddRow(table, "(Intercept)", result.Model.Intercept, closedForm?.Model.Intercept);
        }

        for (int j = 0; j < rows.Terms.Length; j++)
        {
            bool aliased = closedForm?.Aliased.Any(column => column.Column == j) ?? false;
            AddRow(table, rows.Terms[j].Name, result.Model.Weights[j], aliased ? double.NaN : closedForm?.Model.Weights[j]);
        }

        console.Write(table);
        Grid grid = new Grid().AddColumn().AddColumn();
        AddFigure(grid, "Stopped", string.Create(CultureInfo.InvariantCulture, $"{result.Stop} after {Counted.Of(result.Steps, "step")}"));
        if (!double.IsNaN(result.Distance))
        {
            AddFigure(grid, "Distance", double.IsInfinity(result.Distance) ? "unknown: collinear terms leave a choice" : string.Create(CultureInfo.InvariantCulture, $"{(result.Stop == StopReason.Converged ? "at most" : "about")} {result.Distance:G2} of a coefficient from the minimum"));
        }

        AddFigure(grid, "Loss", $"{FitTable.Number(result.History.First.Loss)} at the start, {FitTable.Number(result.History.Last.Loss)} at the end, {FitTable.Number(result.History.Best.Loss)} at best");
        if (double.IsFinite(result.Rate))
        {
            AddFigure(grid, "Rate", $"{FitTable.Number(result.Rate)}; {(double.IsFinite(result.LargestStableRate) ? $"stable below {FitTable.Number(result.LargestStableRate)}" : "the loss depends on no coefficient, and any rate is stable")}");
        }

        AddFigure(grid, "Closed form", closedForm is null ? $"not compared: {tooDear}" : Agrees(Agreement.Difference(closedForm, result.Model)));
        console.Write(grid);
    }

    private static string Agrees(double difference) => double.IsNaN(difference)
        ? "not compared: aliased terms leave a choice"
        : string.Create(CultureInfo.InvariantCulture, $"{(difference < Near ? "agrees to" : "differs by")} {difference:G2} of a coefficient");

    private static void AddRow(Table table, string term, double estimate, double? closedForm)
    {
        Text[] cells = [new Text(term), new Text(FitTable.Number(estimate))];
        table.AddRow(closedForm is { } value ? [.. cells, new Text(double.IsNaN(value) ? "aliased" : FitTable.Number(value))] : cells);
    }

    private static void AddFigure(Grid grid, string name, string value) => grid.AddRow(new Text(name), new Text(value));
}
