using HpcLinReg.Cli.Plots;
using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary>The results of a fit that need a second reading of the rows: robust errors, diagnostics and pictures.</summary>
/// <param name="Model">The model, with robust standard errors where they were asked for.</param>
/// <param name="Diagnostics">What the residuals say; null where it was not asked for.</param>
/// <param name="Pictures">What pictures show of the rows; null where none are drawn.</param>
internal sealed record SecondReading(RegressionModel Model, Diagnostics? Diagnostics, PictureStatistic? Pictures)
{
    /// <summary>Reads the rows again where something needs them.</summary>
    internal static SecondReading Of(DataFitResult result, DataRows rows, FitRequest request, RobustChoice? robust, bool diagnose,
        bool draw)
    {
        if (robust is null && !diagnose && !draw)
        {
            return new SecondReading(result.Model, null, null);
        }

        if (robust?.Kind == RobustKind.Hac && !result.BitsPromised)
        {
            throw new DataException("HAC standard errors need rows in the order of time, and the query has no ORDER BY; add one.");
        }

        try
        {
            return Read(result.Model, rows, request, robust, diagnose, draw);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new DataException(exception.Message.Split(" (Parameter", 2)[0], exception);
        }
    }

    private static SecondReading Read(RegressionModel model, DataRows rows, FitRequest request, RobustChoice? robust, bool diagnose,
        bool draw)
    {
        Sandwich? sandwich = robust is null ? null : Sandwich.Of(model, robust.Kind, robust.Lag, request.Cluster ?? "");
        ResidualStatistic? residuals = diagnose ? new ResidualStatistic(model) : null;
        PictureStatistic? pictures = draw ? new PictureStatistic(model) : null;
        RowReading.Run(model, rows.WithGroups, request.Weights is not null,
            [.. new IRowStatistic?[] { sandwich, residuals, pictures }.OfType<IRowStatistic>()]);
        return new SecondReading(sandwich is null ? model : model.With(sandwich.Covariance()), residuals?.ToDiagnostics(), pictures);
    }
}
