using HpcLinReg.Cli.Training;

namespace HpcLinReg.Cli.Plots;

/// <summary>A curve of losses by step, with its name in the legend.</summary>
/// <param name="Name">The name.</param>
/// <param name="Points">The losses, in the order of steps.</param>
/// <param name="IsDashed">Whether the line is dashed, as that of held-out rows is.</param>
internal sealed record LossCurve(string Name, IReadOnlyList<(long Step, double Loss)> Points, bool IsDashed = false)
{
    internal static LossCurve Of(DescentResult descent, double rate) =>
        Of(double.IsNaN(rate) ? "conjugate gradients" : $"rate {LossPlot.Rounded(rate)}", descent.History);

    internal static LossCurve Of(string name, LossHistory history) =>
        new(name, [.. history.Points.Select(point => (point.Step, point.Loss))]);

    internal static LossCurve Of(ValidationLoss validation) => new("held-out rows", validation.Points, IsDashed: true);
}
