using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary>The results of a fit that need a second reading of the rows: robust errors and diagnostics.</summary>
/// <param name="Model">The model, with robust standard errors where they were asked for.</param>
/// <param name="Diagnostics">What the residuals say; null where it was not asked for.</param>
internal sealed record SecondReading(RegressionModel Model, Diagnostics? Diagnostics)
{
    /// <summary>Reads the rows again where something needs them.</summary>
    internal static SecondReading Of(DataFitResult result, DataRows rows, FitRequest request, RobustChoice? robust, bool diagnose)
    {
        if (robust is null && !diagnose)
        {
            return new SecondReading(result.Model, null);
        }

        if (robust?.Kind == RobustKind.Hac && !result.BitsPromised)
        {
            throw new DataException("HAC standard errors need rows in the order of time, and the query has no ORDER BY; add one.");
        }

        try
        {
            return Read(result.Model, rows, request, robust, diagnose);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new DataException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }

    private static SecondReading Read(RegressionModel model, DataRows rows, FitRequest request, RobustChoice? robust, bool diagnose)
    {
        Sandwich? sandwich = robust is null ? null : Sandwich.Of(model, robust.Kind, robust.Lag, request.Cluster ?? "");
        ResidualStatistic? residuals = diagnose ? new ResidualStatistic(model) : null;
        RowReading.Run(model, rows.WithGroups, request.Weights is not null,
            [.. sandwich is null ? [] : new IRowStatistic[] { sandwich }, .. residuals is null ? [] : new IRowStatistic[] { residuals }]);
        return new SecondReading(sandwich is null ? model : model.With(sandwich.Covariance()), residuals?.ToDiagnostics());
    }
}
