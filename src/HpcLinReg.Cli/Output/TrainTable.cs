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

    internal static void Write(TrainingResult training, Fit? closedForm, string? tooDear, string source)
    {
        (DescentResult result, DataRows rows, bool intercept) = (training.Descent, training.Rows.Source, training.Options.Intercept);
        IAnsiConsole console = FitTable.Console();
        string heldOut = training.OfHeldOut is { } held ? string.Create(CultureInfo.InvariantCulture, $", {held.Rows:N0} held out") : "";
        string dropped = rows.RowsDropped > 0 ? string.Create(CultureInfo.InvariantCulture, $", {rows.RowsDropped:N0} dropped") : "";
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows.Target} explained from {source}: {Counted.Of(result.RowCount, "row")}{heldOut}{dropped}"));
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
        if (training.Validation is { Points.Count: > 0 } validation)
        {
            AddFigure(grid, "Loss of held-out rows", $"{FitTable.Number(validation.Points[0].Loss)} at the start, {FitTable.Number(validation.Points[^1].Loss)} at the end, {FitTable.Number(validation.Best.Loss)} at best, after {Counted.Of(validation.Best.Step, "step")}; {HeldOut(training.Holdout!)}");
        }

        if (training.OfTraining is { } fitted)
        {
            string ofHeldOut = training.OfHeldOut is { } others ? $", {RSquared(others, intercept)} of the rows held out" : "";
            AddFigure(grid, intercept ? "R²" : "R² (uncentred)", $"{RSquared(fitted, intercept)}{(ofHeldOut.Length > 0 ? " of the training rows" : "")}{ofHeldOut}");
        }

        if (rows.RowsDropped > 0)
        {
            AddFigure(grid, "Rows dropped", string.Create(CultureInfo.InvariantCulture, $"{rows.RowsDropped:N0}, because something is missing: {Counted.Missing(rows.MissingByColumn)}"));
        }

        if (double.IsFinite(result.Rate))
        {
            AddFigure(grid, "Rate", $"{FitTable.Number(result.Rate)}{Falling(training.Options)}; {(double.IsFinite(result.LargestStableRate) ? $"stable below {FitTable.Number(result.LargestStableRate)}" : "the loss depends on no coefficient, and any rate is stable")}");
        }

        AddFigure(grid, "Closed form", closedForm is null ? $"not compared: {tooDear}" : Agrees(Agreement.Difference(closedForm, result.Model)));
        console.Write(grid);
    }

    private static string HeldOut(Holdout holdout) => string.Create(CultureInfo.InvariantCulture, $"a share of {holdout.Share} chosen by seed {holdout.Seed}");

    private static string RSquared(Goodness goodness, bool intercept) =>
        double.IsNaN(goodness.RSquared(intercept)) ? "not defined" : FitTable.Number(goodness.RSquared(intercept));

    private static string Falling(DescentOptions options) =>
        options is GradientDescentOptions { Schedule: not RateSchedule.Constant } ? " at the start, falling" : "";

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
