using HpcLinReg.Labs.Points;
using HpcLinReg.Labs.Regression;

namespace HpcLinReg.Labs.Links;

/// <summary>The regression laboratory's state as a link, and back to the same bits.</summary>
public static class RegressionLink
{
    /// <summary>The path of the laboratory.</summary>
    public const string Page = "/";

    /// <summary>The link that shows a state.</summary>
    public static string Write(RegressionState state)
    {
        var otherwise = RegressionState.Start(state.Data, 0, 0);
        return new LinkWriter(Page)
            .Points(state.Data)
            .Number("w", state.Slope)
            .Number("b", state.Intercept)
            .WholeUnless("degree", state.Degree, 1)
            .NumberUnless("ridge", state.Ridge, 0)
            .FlagUnless("squares", state.Squares, otherwise.Squares)
            .FlagUnless("best", state.BestFit, otherwise.BestFit)
            .FlagUnless("leverage", state.Leverage, otherwise.Leverage)
            .FlagUnless("bands", state.Bands, otherwise.Bands)
            .FlagUnless("test", state.Test, otherwise.Test)
            .AxisUnless("across", state.X, otherwise.X)
            .AxisUnless("up", state.Y, otherwise.Y)
            .ToString();
    }

    /// <summary>Reads the state of a link. A part that cannot be read is reported and replaced by its default.</summary>
    public static RegressionState Read(string link, out string? problem)
    {
        var reader = new LinkReader(link);
        PointSet data = reader.Points();
        Preset? preset = Presets.Find(data.Preset);
        var start = RegressionState.Start(data, preset?.Slope ?? 0, preset?.Intercept ?? 0);
        RegressionState state = start with
        {
            Slope = reader.Number("w", start.Slope),
            Intercept = reader.Number("b", start.Intercept),
            Degree = reader.Whole("degree", 1, 1, RegressionState.HighestDegree),
            Ridge = reader.Number("ridge", 0, 0, Math.Pow(10, RegressionState.HighestRidgeExponent)),
            Squares = reader.Flag("squares", start.Squares),
            BestFit = reader.Flag("best", start.BestFit),
            Leverage = reader.Flag("leverage", start.Leverage),
            Bands = reader.Flag("bands", start.Bands),
            Test = reader.Flag("test", start.Test),
            X = reader.Axis("across", start.X),
            Y = reader.Axis("up", start.Y),
        };
        problem = reader.Problem;
        return state;
    }
}
