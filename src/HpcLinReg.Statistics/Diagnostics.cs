using System.Collections.Immutable;
using System.Globalization;

namespace HpcLinReg.Statistics;

/// <summary>
/// Statistics of a model's residuals from another reading of its rows: their distribution, autocorrelation and heteroscedasticity, and the
/// most influential rows.
/// </summary>
/// <remarks>
/// Residuals are e = y − ŷ; with precisions v they are √v·e throughout, and a frequency counts as that many rows. Statistics that do not
/// exist are NaN. Immutable and thread-safe. Source: Durbin and Watson 1950; Jarque and Bera 1980; Koenker 1981 (as lmtest); Cook 1977.
/// </remarks>
public sealed record Diagnostics
{
    /// <summary>
    /// Gets minimum, lower quartile, median, upper quartile and maximum of the residuals (R's type 7), in the target's units.
    /// </summary>
    public required ImmutableArray<double> Quantiles { get; init; }

    /// <summary>Gets Durbin and Watson's Σ(eᵢ − eᵢ₋₁)²/Σe² in the order of the rows: about 2 without autocorrelation.</summary>
    public required double DurbinWatson { get; init; }

    /// <summary>Gets Jarque and Bera's n/6·(skewness² + (kurtosis − 3)²/4).</summary>
    public required double JarqueBera { get; init; }

    /// <summary>Gets the p value of <see cref="JarqueBera"/>: χ² of 2 degrees of freedom.</summary>
    public required double JarqueBeraP { get; init; }

    /// <summary>
    /// Gets Breusch and Pagan's statistic, studentized: n·R² of e² on the terms; NaN with precisions and without an intercept.
    /// </summary>
    public required double BreuschPagan { get; init; }

    /// <summary>Gets the degrees of freedom of <see cref="BreuschPagan"/>: the rank less 1.</summary>
    public required int BreuschPaganFreedom { get; init; }

    /// <summary>Gets the p value of <see cref="BreuschPagan"/>.</summary>
    public required double BreuschPaganP { get; init; }

    /// <summary>Gets the largest leverage, 0 to 1.</summary>
    public required RowValue LargestLeverage { get; init; }

    /// <summary>Gets the largest distance of Cook, e²h/(k·s²·(1 − h)²), among rows of a leverage below 1.</summary>
    public required RowValue LargestCook { get; init; }

    /// <summary>Gets the sum of leverages: the rank; with a penalty the trace of the hat matrix.</summary>
    public required double LeverageSum { get; init; }

    private static readonly string[] Titles = ["Min", "1Q", "Median", "3Q", "Max"];

    /// <summary>Reads the rows of a model once more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows it was fitted on: variables of its design, target, and a weight if it was fitted with weights.</param>
    /// <param name="weighted">Whether the rows have a weight.</param>
    /// <returns>The diagnostics.</returns>
    /// <exception cref="ArgumentException">The rows are not those of the fit.</exception>
    /// <exception cref="InvalidOperationException">The model did not keep what diagnostics need.</exception>
    /// <remarks>One reading, k² flops a row; 8 bytes a row (16 with frequencies) are kept for the quantiles.</remarks>
    public static Diagnostics Of(RegressionModel model, IRowSource rows, bool weighted)
    {
        ArgumentNullException.ThrowIfNull(model);
        ResidualStatistic statistic = new(model);
        RowReading.Run(model, rows, weighted, statistic);
        return statistic.ToDiagnostics();
    }

    /// <summary>Reads the columns in memory that a model was fitted to once more.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The columns.</param>
    /// <param name="weights">The name of the column of weights; null without weights.</param>
    /// <returns>The diagnostics.</returns>
    /// <exception cref="ArgumentException">The columns are not those of the fit.</exception>
    /// <exception cref="InvalidOperationException">The model did not keep what diagnostics need.</exception>
    public static Diagnostics Of(RegressionModel model, ColumnTable data, string? weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        return Of(model, new TableSource(model, data, weights, null), weights is not null);
    }

    /// <summary>Returns the diagnostics as a table for a person.</summary>
    public override string ToString() => string.Concat(Lines(isOrdered: true).Select(line => line.Text + "\n"));

    /// <summary>Returns the lines of the table.</summary>
    /// <param name="isOrdered">Whether the order of the rows means anything.</param>
    internal IEnumerable<SummaryLine> Lines(bool isOrdered)
    {
        string Number(double value) => double.IsNaN(value) ? "not defined" : Numbers.Significant(value, 6);
        TextTable quantiles = new("Residuals", [""]);
        foreach ((string title, double value) in Titles.Zip(Quantiles))
        {
            quantiles.Add(title, [Number(value)]);
        }

        string[] lines = quantiles.Lines(79);
        yield return new(lines[0], LineStyle.Header);
        yield return new(lines[1], LineStyle.Plain);
        yield return new($"Durbin-Watson {(isOrdered ? Number(DurbinWatson) : "not given: the rows have no order (ORDER BY)")}", LineStyle.Plain);
        yield return new($"Jarque-Bera {Number(JarqueBera)} on 2 degrees of freedom{WithP(JarqueBeraP, JarqueBera, 2)}", LineStyle.Plain);
        yield return new($"Breusch-Pagan (studentized) {Number(BreuschPagan)} on {BreuschPaganFreedom} degree{(BreuschPaganFreedom == 1 ? "" : "s")} of freedom{WithP(BreuschPaganP, BreuschPagan, BreuschPaganFreedom)}", LineStyle.Plain);
        yield return new($"Largest leverage {At(LargestLeverage)}", LineStyle.Plain);
        yield return new($"Largest Cook's distance {At(LargestCook)}", LineStyle.Plain);

        string At(RowValue value) => value.Row == 0 ? "not defined" : string.Create(CultureInfo.InvariantCulture, $"{Number(value.Value)} in row {value.Row}");

        static string WithP(double p, double statistic, int freedom) =>
            double.IsNaN(p) ? "" : $", p {Numbers.P(p, FisherF.LogUpperTail(statistic / freedom, freedom, double.PositiveInfinity))}";
    }
}
