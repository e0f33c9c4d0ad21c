using System.Collections.Immutable;

namespace HpcLinReg;

/// <content>The coordinates and covariances that statistics are computed from.</content>
public sealed partial class RegressionModel
{
    private TrainingBasis? _basis;

    /// <summary>Gets the number of independent terms, the intercept included.</summary>
    public int Rank => Terms.Length - Aliased.Length + (HasIntercept ? 1 : 0);

    /// <summary>
    /// Gets the coordinates in which the training rows are orthonormal; null where the model did not keep what they need (version 1 of the
    /// file, rows that have faded).
    /// </summary>
    /// <remarks>Computed when first asked for, in d³/3 flops.</remarks>
    public TrainingBasis? Basis => _state.HasUncertainty ? _basis ??= new TrainingBasis(_state, _linear, _polynomial) : null;

    /// <summary>Gets the covariance that standard errors, and limits of predictions, are computed from; null for s²(XᵀX)⁻¹.</summary>
    public RobustCovariance? Robust => _state.Robust;

    /// <summary>
    /// Gets the coefficients of the powers of the variables, for reading; null in a model without polynomials, or where they were not asked
    /// for.
    /// </summary>
    public PowerCoefficients? Powers => _state.Powers;

    /// <summary>Gets the degrees of freedom of t and of limits: the residual ones, or those of <see cref="Robust"/>.</summary>
    public double DegreesOfFreedom => _state.Robust?.DegreesOfFreedom ?? ResidualDegreesOfFreedom;

    /// <summary>Returns the model with the coefficients of powers, so that its file has them for reading.</summary>
    /// <param name="powers">The coefficients of the same fit (<see cref="PolynomialFit.ToPowers"/>).</param>
    /// <returns>The model; predictions are the same bits.</returns>
    /// <exception cref="ArgumentException">There is not one coefficient for each term.</exception>
    public RegressionModel With(PowerCoefficients powers)
    {
        ArgumentNullException.ThrowIfNull(powers);
        return powers.Weights.Length == Terms.Length ? new RegressionModel(_state with { Powers = powers })
            : throw new ArgumentException($"There are {powers.Weights.Length} coefficients of powers for {Terms.Length} terms.", nameof(powers));
    }

    /// <summary>Returns the model with a robust covariance: standard errors, and limits of predictions, are computed from it.</summary>
    /// <param name="covariance">The covariance.</param>
    /// <returns>The model; coefficients and predictions are the same bits.</returns>
    /// <exception cref="ArgumentException">The covariance is of another order.</exception>
    /// <exception cref="InvalidOperationException">The model has no <see cref="Basis"/>.</exception>
    public RegressionModel With(RobustCovariance covariance)
    {
        ArgumentNullException.ThrowIfNull(covariance);
        TrainingBasis basis = Basis ?? throw new InvalidOperationException("The model did not keep what a robust covariance needs; fit again.");
        if (covariance.Middle.Length != basis.Order * basis.Order)
        {
            throw new ArgumentException($"The covariance has {covariance.Middle.Length} numbers, not {basis.Order} times {basis.Order}.", nameof(covariance));
        }

        int offset = HasIntercept ? 1 : 0;
        double[] combination = new double[basis.Order], g = new double[basis.Order];
        ImmutableArray<double> errors = [.. Enumerable.Range(0, basis.Order).Select(Error)];
        PowerCoefficients? powers = _state.Powers is null ? null : WithErrors(_state.Powers, RawPowerErrors(basis, covariance));
        return new RegressionModel(_state with
        {
            Robust = covariance,
            InterceptStandardError = HasIntercept ? errors[0] : double.NaN,
            StandardErrors = errors[offset..],
            Powers = powers,
        });

        double Error(int j)
        {
            if (j >= offset && Terms[j - offset].IsDropped)
            {
                return double.NaN;
            }

            Array.Clear(combination);
            combination[j] = 1;
            basis.Combine(combination, g);
            return RootOf(covariance.Middle, g);
        }
    }

    /// <summary>
    /// Robust standard errors of the coefficients of powers, the intercept first: those of combinations of the model's own.
    /// </summary>
    private double[] RawPowerErrors(TrainingBasis basis, RobustCovariance covariance)
    {
        int offset = HasIntercept ? 1 : 0;
        double[][] combinations = [.. Enumerable.Range(0, basis.Order).Select(_ => new double[basis.Order])];
        if (offset > 0)
        {
            combinations[0][0] = 1;
        }

        int first = offset;
        foreach (PolynomialVariable variable in Variables)
        {
            for (int m = 1; m <= variable.Degree; m++)
            {
                AddPowers(variable, m, first, combinations);
            }

            first += variable.Degree;
        }

        double[] g = new double[basis.Order];
        double[] errors = [.. combinations.Select(combination =>
        {
            basis.Combine(combination, g);
            return RootOf(covariance.Middle, g);
        })];
        foreach (AliasedColumn aliased in IsMinimumNorm ? [] : Powers!.Aliased)
        {
            errors[offset + aliased.Column] = double.NaN;
        }

        return errors;
    }

    /// <summary>
    /// Term m of a variable is ((x − shift)·scale)ᵐ, or x·o·((x − shift)·scale)ᵐ⁻¹ without an intercept: how much of it belongs to each
    /// power of x.
    /// </summary>
    private void AddPowers(PolynomialVariable variable, int m, int first, double[][] combinations)
    {
        int top = HasIntercept ? m : m - 1;
        double binomial = 1;
        for (int k = top; k >= 0; k--)
        {
            double part = binomial * Math.Pow(variable.Scale, top) * Math.Pow(-variable.Shift, top - k)
                * (HasIntercept ? 1 : variable.OriginScale);
            int power = HasIntercept ? k : k + 1;
            combinations[power == 0 ? 0 : first + power - 1][first + m - 1] += part;
            binomial = binomial * k / (top - k + 1);
        }
    }

    private PowerCoefficients WithErrors(PowerCoefficients powers, double[] errors) => new()
    {
        Weights = powers.Weights,
        Intercept = powers.Intercept,
        WeightErrorBounds = powers.WeightErrorBounds,
        InterceptErrorBound = powers.InterceptErrorBound,
        Digits = powers.Digits,
        StandardErrors = [.. errors.Skip(HasIntercept ? 1 : 0)],
        InterceptStandardError = HasIntercept ? errors[0] : double.NaN,
        Aliased = powers.Aliased,
    };

    private static double RootOf(ImmutableArray<double> middle, double[] g)
    {
        double variance = 0;
        for (int i = 0; i < g.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < g.Length; j++)
            {
                sum += middle[(i * g.Length) + j] * g[j];
            }

            variance += g[i] * sum;
        }

        return Math.Sqrt(Math.Max(0, variance));
    }
}
