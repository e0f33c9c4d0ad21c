using HpcLinReg.Labs.Descent;
using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Links;

/// <summary>The descent visualizer's state as a link, and back to the same bits; the engine makes the same run of it again.</summary>
public static class DescentLink
{
    /// <summary>The path of the visualizer.</summary>
    public const string Page = "/descent";

    /// <summary>The link that shows a state.</summary>
    public static string Write(DescentState state)
    {
        DescentState otherwise = DescentLab.WithOwnAxes(state);
        return new LinkWriter(Page)
            .Points(state.Data)
            .Number("w", state.StartSlope)
            .Number("b", state.StartIntercept)
            .Number("rate", state.Rate)
            .NumberUnless("momentum", state.Momentum, 0)
            .WholeUnless("batch", state.Batch, 0)
            .WholeUnless("seed", state.Seed, 1)
            .FlagUnless("standardize", state.Standardize, false)
            .FlagUnless("log", state.LogLoss, false)
            .NumberUnless("rate2", state.SecondRate, 0)
            .FlagUnless("deep", state.Deep, false)
            .WholeUnless("step", state.Step, 0)
            .AxisUnless("across", state.W, otherwise.W)
            .AxisUnless("up", state.B, otherwise.B)
            .ToString();
    }

    /// <summary>Reads the state of a link. A part that cannot be read is reported and replaced by its default.</summary>
    public static DescentState Read(string link, out string? problem)
    {
        var reader = new LinkReader(link);
        PointSet data = reader.Points();
        Preset? preset = Presets.Find(data.Preset);
        var state =
            new DescentState(data, reader.Number("w", preset?.Slope ?? 0), reader.Number("b", preset?.Intercept ?? 0), 1, default, default)
            {
                Momentum = reader.Number("momentum", 0, 0, DescentState.LargestMomentum),
                Batch = reader.Whole("batch", 0, 0, PointSet.MostPoints),
                Seed = reader.Whole("seed", 1, 0, int.MaxValue),
                Standardize = reader.Flag("standardize", false),
                SecondRate = reader.Number("rate2", 0, 0, DescentState.LargestRate),
                Deep = reader.Flag("deep", false),
                Step = reader.Whole("step", 0, 0, DescentState.MostSteps),
            };
        state = DescentLab.WithOwnAxes(state);
        state = state with { W = reader.Axis("across", state.W), B = reader.Axis("up", state.B) };
        double rate = reader.Number("rate", 0, DescentState.SmallestRate, double.MaxValue);

        // A link that a lab wrote has a rate, and says itself whether the axis is logarithmic.
        state = state with { LogLoss = reader.Flag("log", !(rate > 0) && DescentLab.HelpsLogarithm(state)) };
        problem = reader.Problem;
        return rate > 0 ? state with { Rate = rate } : DescentLab.WithOwnRate(state);
    }
}
