using System.Globalization;
using HpcLinReg.Data;
using Spectre.Console;

namespace HpcLinReg.Cli.Output;

/// <summary>The fit for a person to read.</summary>
internal static class FitTable
{
    /// <summary>Columns assumed when output is not a terminal, so that no line is broken.</summary>
    private const int RedirectedWidth = 100_000;

    private const string TooSmall = "too small to be known";

    internal static void Write(DataFitResult result, IReadOnlyList<AliasedTerm> aliased, string source)
    {
        Fit fit = result.Fit;
        IAnsiConsole console = Console();
        string dropped = result.RowsDropped > 0 ? string.Create(CultureInfo.InvariantCulture, $", {result.RowsDropped:N0} dropped") : "";
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Target} explained from {source}: {Counted.Of((long)fit.RowCount, "row")}{dropped}"));

        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Term")
            .AddColumn(new TableColumn("Estimate").RightAligned())
            .AddColumn(new TableColumn("Standard error").RightAligned());
        var shown = ShownCoefficients.Of(result);
        foreach (ShownCoefficient coefficient in shown.Coefficients)
        {
            AddRow(table, coefficient.Term, coefficient.IsAliased ? "aliased" : Number(coefficient.Estimate), Error(coefficient.StandardError));
        }

        console.Write(table);
        foreach (AliasedTerm term in aliased)
        {
            console.WriteLine($"aliased: {term.Name} = {term.Readable}");
        }

        if (result.Powers is not null)
        {
            console.WriteLine("Coefficients of powers are for reading; evaluated in double, their terms may cancel. A model file (--out) keeps the shifted, scaled powers and predicts with them.");
        }

        Grid grid = new Grid().AddColumn().AddColumn();
        AddFigure(grid, fit.HasIntercept ? "R²" : "R² (uncentred)", Number(fit.RSquared));
        bool areKnown = ResidualsAreKnown(fit);
        AddFigure(grid, "Residual standard error", $"{(areKnown ? Number(fit.ResidualStandardError) : TooSmall)} on {Counted.Of((long)fit.ResidualDegreesOfFreedom, "degree")} of freedom");
        AddFigure(grid, "Residual sum of squares", areKnown ? Number(fit.ResidualSumOfSquares) : TooSmall);
        AddFigure(grid, "Rank", string.Create(CultureInfo.InvariantCulture, $"{fit.Rank} of {result.Terms.Length + (fit.HasIntercept ? 1 : 0)}"));
        AddFigure(grid, result.Powers is null ? "Condition number" : "Condition number of shifted powers", (1 / fit.ReciprocalCondition).ToString("G4", CultureInfo.InvariantCulture));
        AddFigure(grid, "Arithmetic", Certified(shown, fit.Certificate.Describe()));
        console.Write(grid);
    }

    /// <summary>Whether the residual sum of squares is more than its own rounding; without degrees of freedom there is nothing to tell of it.</summary>
    internal static bool ResidualsAreKnown(Fit fit) => fit.ResidualDegreesOfFreedom == 0 || !double.IsNaN(fit.ResidualStandardError);

    /// <summary>Returns the accuracy of the arithmetic in one sentence. Coefficients below the floor of digits have fewer of their own, which it names.</summary>
    private static string Certified(ShownCoefficients shown, string reason)
    {
        double digits = Math.Floor(shown.Digits);
        if (!(digits >= 1))
        {
            return $"no digit of the worst coefficient is certain; {reason}";
        }

        ShownCoefficient[] small = [.. shown.Coefficients.Where(coefficient => coefficient.OwnDigits < digits)];
        string but = small.Length == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (beside the target; of their own, {string.Join(", ", small.Select(coefficient => $"{coefficient.Term} {coefficient.OwnDigits:F0}"))})");
        return string.Create(CultureInfo.InvariantCulture, $"every coefficient computed to {digits:F0} digits or more{but}; {reason}");
    }

    /// <summary>Standard output; where it is no terminal, lines are neither broken nor padded.</summary>
    internal static IAnsiConsole Console()
    {
        if (!System.Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(new UnpaddedWriter(System.Console.Out)) });
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    private static void AddRow(Table table, string term, string estimate, string error) => table.AddRow(new Text(term), new Text(estimate), new Text(error));

    private static void AddFigure(Grid grid, string name, string value) => grid.AddRow(new Text(name), new Text(value));

    /// <summary>Fewer digits than the estimate; empty where there is none.</summary>
    private static string Error(double value) => double.IsFinite(value) ? value.ToString("G6", CultureInfo.InvariantCulture) : "";

    /// <summary>Ten digits: about what a fit of moderate condition has.</summary>
    internal static string Number(double value) => double.IsFinite(value) ? value.ToString("G10", CultureInfo.InvariantCulture) : "not defined";
}
