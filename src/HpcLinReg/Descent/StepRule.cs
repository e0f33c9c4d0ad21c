using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>Turns a gradient into a step, by the schedule of the rate and the momentum.</summary>
internal sealed class StepRule
{
    private readonly GradientDescentOptions _options;
    private readonly double[] _velocity;
    private readonly double _rate;
    private readonly double _decaySteps;
    private readonly double _steps;

    /// <summary>Creates the rule.</summary>
    /// <param name="options">Schedule and momentum.</param>
    /// <param name="parameters">The number of parameters.</param>
    /// <param name="rate">η₀.</param>
    /// <param name="steps">The number of steps in all, for the cosine schedule.</param>
    /// <param name="decaySteps">T for options that give none.</param>
    internal StepRule(GradientDescentOptions options, int parameters, double rate, long steps, long decaySteps)
    {
        _options = options;
        _rate = rate;
        _steps = steps;
        _decaySteps = options.DecaySteps ?? decaySteps;
        _velocity = new double[options.Momentum > 0 ? parameters : 0];
    }

    /// <summary>
    /// Returns the largest λ·η for which the step with momentum is stable on a quadratic: the roots of its recurrence lie within the unit
    /// circle.
    /// </summary>
    internal static double StableProduct(GradientDescentOptions options) =>
        options.Nesterov ? 2 * (1 + options.Momentum) / (1 + (2 * options.Momentum)) : 2 * (1 + options.Momentum);

    /// <summary>Returns the rate of a step.</summary>
    internal double Rate(long step) => _options.Schedule switch
    {
        RateSchedule.InverseTime => _rate / (1 + (step / _decaySteps)),
        RateSchedule.Cosine => _rate * 0.5 * (1 + Math.Cos(Math.PI * step / _steps)),
        _ => _rate,
    };

    /// <summary>Moves the parameters against the gradient.</summary>
    internal void Step(Span<double> parameters, ReadOnlySpan<double> gradient, double rate)
    {
        if (_velocity.Length == 0)
        {
            Elementwise.Axpy(-rate, gradient, parameters);
            return;
        }

        double momentum = _options.Momentum;
        for (int j = 0; j < parameters.Length; j++)
        {
            double change = -rate * gradient[j];
            _velocity[j] = (momentum * _velocity[j]) + change;
            parameters[j] += _options.Nesterov ? (momentum * _velocity[j]) + change : _velocity[j];
        }
    }
}
