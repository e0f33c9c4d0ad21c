using System.Collections.Immutable;

namespace HpcLinReg.Labs.Descent;

/// <summary>The point of a descent after some steps, for x in its own units, and the loss of all points at it.</summary>
public readonly record struct TracePoint(double Slope, double Intercept, double Loss);

/// <summary>The whole descent from its start to its end, made by the engine at once: going forward and back is looking at it.</summary>
public sealed class Trace
{
    /// <summary>
    /// A descent whose loss is this many times the first one has diverged: enough to see it grow, and 1e12 times short of where squares of
    /// the largest numbers a lab takes would overflow.
    /// </summary>
    public const double DivergenceFactor = 1e4;

    private Trace(ImmutableArray<TracePoint> points, DescentResult result)
    {
        Points = points;
        Stop = result.Stop;
        Distance = result.Distance;
        Rate = result.Rate;
        LargestStableRate = result.LargestStableRate;
    }

    /// <summary>Gets the start and every step.</summary>
    public ImmutableArray<TracePoint> Points { get; }

    /// <summary>Gets why the engine stopped.</summary>
    public StopReason Stop { get; }

    /// <summary>
    /// Gets how far the end is from the best line, as a share of its coefficients; infinity when many lines are the best.
    /// </summary>
    public double Distance { get; }

    /// <summary>Gets the learning rate; the engine's own choice, 1/λmax, when none was given.</summary>
    public double Rate { get; }

    /// <summary>Gets the rate below which the descent is stable: 2/λmax without momentum.</summary>
    public double LargestStableRate { get; }

    /// <summary>Gets the number of steps.</summary>
    public int Last => Points.Length - 1;

    /// <summary>
    /// The way up to a step as a picture needs it: every step, or of a long way about a thousand, evenly, and always the last.
    /// </summary>
    public IEnumerable<(int Step, TracePoint Point)> WayTo(int last)
    {
        int every = Math.Max(1, last / 1000);
        for (int step = 0; step < last; step += every)
        {
            yield return (step, Points[step]);
        }

        yield return (last, Points[last]);
    }

    /// <summary>Runs the engine's descent.</summary>
    /// <param name="state">What to descend on and how.</param>
    /// <param name="chooseRate">Whether the engine chooses the rate.</param>
    /// <param name="problem">Why there is none, in words.</param>
    public static Trace? Of(DescentState state, bool chooseRate, out string? problem)
    {
        problem = null;
        if (state.Data.Count == 0)
        {
            problem = "There are no points to descend on. Choose a data set, or take yours from the other lab.";
            return null;
        }

        double[] x = state.Data.Xs(), y = state.Data.Ys();
        ImmutableArray<TracePoint>.Builder points = ImmutableArray.CreateBuilder<TracePoint>();
        bool batches = state.Batch > 0 && state.Batch < y.Length;

        void Note(in DescentStep step)
        {
            double loss = batches ? LinearRegression.MeanSquaredError(new MatrixSpan<double>(x, 1), y, step.Weights, step.Intercept)
                : step.Point.Loss;
            if (points.Count <= DescentState.MostSteps && double.IsFinite(loss) && double.IsFinite(step.Weights[0])
                && double.IsFinite(step.Intercept))
            {
                points.Add(new TracePoint(step.Weights[0], step.Intercept, loss));
            }
        }

        try
        {
            var design = new MatrixSpan<double>(x, 1);
            DescentResult result;
            if (batches)
            {
                var options = new StochasticGradientDescentOptions
                {
                    BatchSize = state.Batch,
                    Seed = state.Seed,
                    Epochs = DescentState.MostSteps,
                    Schedule = RateSchedule.Constant,
                    Tolerance = 1e-8
                };
                result =
                    StochasticGradientDescent.Fit(design, y, (StochasticGradientDescentOptions)Common(options, state, chooseRate, Note));
            }
            else
            {
                result = GradientDescent.Fit(design, y, Common(new GradientDescentOptions(), state, chooseRate, Note));
            }

            return new Trace(points.ToImmutable(), result);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            problem = exception.Message;
            return null;
        }
    }

    private static GradientDescentOptions Common(GradientDescentOptions options, DescentState state, bool chooseRate,
        DescentCallback note) => options with
        {
            Start = new LinearModel([state.StartSlope], state.StartIntercept),
            Rate = chooseRate ? null : state.Rate,
            Momentum = state.Momentum,
            Standardize = state.Standardize,
            Steps = DescentState.MostSteps,
            DivergenceFactor = DivergenceFactor,
            OnStep = note,
        };
}
