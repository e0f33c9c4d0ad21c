using System.Collections.Immutable;
using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Labs.Descent;

/// <summary>One parameter in one step: p ← p + v with v = μ·(the last step) − η·g.</summary>
/// <param name="Before">p.</param>
/// <param name="Gradient">g, of all points or of the step's mini-batch.</param>
/// <param name="LastStep">The step before, 0 at the start.</param>
/// <param name="After">p after the step.</param>
public readonly record struct ParameterStep(double Before, double Gradient, double LastStep, double After);

/// <summary>The numbers of one step in the coordinates of the descent.</summary>
/// <param name="Slope">Of w.</param>
/// <param name="Intercept">Of b.</param>
public sealed record StepNumbers(ParameterStep Slope, ParameterStep Intercept)
{
    /// <summary>The step that leads away from a place of the trace; at its end, one that was not made has only the gradient.</summary>
    public static StepNumbers? Of(DescentLab lab)
    {
        if (lab.Trace is not { } trace)
        {
            return null;
        }

        int at = lab.Position;
        ImmutableArray<TracePoint> points = trace.Points;
        (double slope, double intercept) = lab.Shown(points[at]);
        (double lastSlope, double lastIntercept) = at > 0 ? lab.Shown(points[at - 1]) : (slope, intercept);
        (double nextSlope, double nextIntercept) = at < trace.Last ? lab.Shown(points[at + 1]) : (double.NaN, double.NaN);
        (double gradientSlope, double gradientIntercept) = (
            FromStep(lab.State, slope - lastSlope, nextSlope - slope),
            FromStep(lab.State, intercept - lastIntercept, nextIntercept - intercept));
        if (lab.State.Batch == 0 || at == trace.Last)
        {
            double[] gradient = new double[1];
            LossGradient loss =
                LinearRegression.Gradient(new MatrixSpan<double>(lab.ShownX, 1), lab.State.Data.Ys(), [slope], intercept, gradient);
            (gradientSlope, gradientIntercept) =
                LineGradient.WithoutRounding(lab.ShownX, lab.State.Data.Ys(), slope, intercept, gradient[0], loss.InterceptGradient);
        }

        return new StepNumbers(
            new ParameterStep(slope, gradientSlope, slope - lastSlope, nextSlope),
            new ParameterStep(intercept, gradientIntercept, intercept - lastIntercept, nextIntercept));
    }

    /// <summary>A mini-batch's gradient is known by what it did: g = (μ·last − step) / η.</summary>
    private static double FromStep(DescentState state, double last, double step) => ((state.Momentum * last) - step) / state.Rate;
}
