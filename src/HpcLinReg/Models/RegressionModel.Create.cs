using System.Collections.Immutable;
using System.Reflection;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <content>Makes models of fits.</content>
public sealed partial class RegressionModel
{
    /// <inheritdoc cref="Create(Design, string, Fit, TrainingFacts)"/>
    public static RegressionModel Create(Design design, string target, Fit fit) => Create(design, target, fit, null);

    /// <summary>Makes a model of a fit on a design's variables.</summary>
    /// <param name="design">The design; its variables are the fit's features.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="facts">Counts, ranges and means of the training rows; null where they are not known.</param>
    /// <returns>The model; without standard errors, limits and certificate after conjugate gradients.</returns>
    /// <exception cref="ArgumentException">The fit has another number of features, or the design has a polynomial.</exception>
    public static RegressionModel Create(Design design, string target, Fit fit, TrainingFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(fit);
        RequireFeatures(design, fit.Model.Features);
        if (design.Degrees.Any(degree => degree > 1))
        {
            throw new ArgumentException("The design has a polynomial; fit it with LinearRegression.FitPolynomial.", nameof(design));
        }

        return fit.Method == FitMethod.ClosedForm ? Create(design, target, fit, default, facts)
            : Create(design, target, new TrainedCoefficients
            {
                Model = fit.Model,
                HasIntercept = fit.HasIntercept,
                Ridge = fit.Ridge,
                RowCount = fit.RowCount,
                TotalWeight = fit.Accuracy.TotalWeight,
                ResidualSumOfSquares = fit.ResidualSumOfSquares,
                TotalSumOfSquares = fit.TotalSumOfSquares,
                Facts = facts ?? new TrainingFacts(),
            });
    }

    /// <inheritdoc cref="Create(Design, string, PolynomialFit, TrainingFacts)"/>
    public static RegressionModel Create(Design design, string target, PolynomialFit fit) => Create(design, target, fit, null);

    /// <summary>Makes a model of a polynomial fit on a design's variables.</summary>
    /// <param name="design">The design; its variables are the fit's variables, of the same degrees.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="fit">The fit.</param>
    /// <param name="facts">Counts, ranges and means of the training rows; null where they are not known.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">The fit has other variables.</exception>
    public static RegressionModel Create(Design design, string target, PolynomialFit fit, TrainingFacts? facts)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(fit);
        RequireFeatures(design, fit.Model.Variables.Length);
        if (!design.Degrees.SequenceEqual(fit.Model.Variables.Select(variable => variable.Degree)))
        {
            throw new ArgumentException("The fit's degrees are not those of the design.", nameof(fit));
        }

        return Create(design, target, fit.BasisFit, fit.Model.Variables, facts);
    }

    /// <summary>
    /// Makes a model of coefficients that were found without a closed form. It has no standard errors and no certificate.
    /// </summary>
    /// <param name="design">The design; its variables are those of the weights.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="coefficients">The coefficients.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">
    /// There is another number of weights than of variables, the design has a polynomial, or the rows have no weight.
    /// </exception>
    public static RegressionModel Create(Design design, string target, TrainedCoefficients coefficients)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentException.ThrowIfNullOrEmpty(target);
        Design.RequireText("target", target);
        RequireFeatures(design, coefficients.Model.Features);
        if (design.Degrees.Any(degree => degree > 1))
        {
            throw new ArgumentException("The design has a polynomial; fit it with LinearRegression.FitPolynomial.", nameof(design));
        }

        if (!(coefficients.TotalWeight > 0 && coefficients.RowCount >= 0))
        {
            throw new ArgumentException($"The coefficients are of {coefficients.RowCount} rows of weight {coefficients.TotalWeight}; a model has rows with weight.", nameof(coefficients));
        }

        ImmutableArray<double> unknown = [.. Enumerable.Repeat(double.NaN, coefficients.Model.Features)];
        return new RegressionModel(new ModelState
        {
            Target = target,
            Design = design.With(coefficients.Facts),
            HasIntercept = coefficients.HasIntercept,
            Intercept = coefficients.Model.Intercept,
            Weights = [.. coefficients.Model.Weights],
            Variables = default,
            ErrorBounds = unknown,
            InterceptErrorBound = double.NaN,
            StandardErrors = unknown,
            InterceptStandardError = double.NaN,
            Aliased = [],
            IsMinimumNorm = false,
            Ridge = coefficients.Ridge,
            RowCount = coefficients.RowCount,
            TotalWeight = coefficients.TotalWeight,
            ResidualDegreesOfFreedom = 0,
            ResidualStandardError = double.NaN,
            ResidualSumOfSquares = coefficients.ResidualSumOfSquares,
            TotalSumOfSquares = coefficients.TotalSumOfSquares,
            TermMeans = [],
            Factor = [],
            Middle = [],
            HasUncertainty = false,
            Certificate = null,
            Facts = coefficients.Facts,
            Created = DateTimeOffset.UtcNow,
            CreatedBy = EngineVersion,
        });
    }

    private static RegressionModel Create(Design design, string target, Fit fit, ImmutableArray<PolynomialVariable> variables,
        TrainingFacts? facts)
    {
        ArgumentException.ThrowIfNullOrEmpty(target);
        Design.RequireText("target", target);
        facts ??= new TrainingFacts();
        Certificate certificate = fit.Certificate;
        return new RegressionModel(new ModelState
        {
            Target = target,
            Design = design.With(facts),
            HasIntercept = fit.HasIntercept,
            Intercept = fit.Model.Intercept,
            Weights = [.. fit.Model.Weights],
            Variables = variables,
            ErrorBounds = certificate.WeightErrorBounds,
            InterceptErrorBound = certificate.InterceptErrorBound,
            StandardErrors = fit.StandardErrors,
            InterceptStandardError = fit.InterceptStandardError,
            Aliased = fit.Aliased,
            IsMinimumNorm = fit.Accuracy.IsMinimumNorm,
            Ridge = fit.Ridge,
            IsRidgeStandardized = fit.IsRidgeStandardized,
            RowCount = fit.RowCount,
            TotalWeight = fit.Accuracy.TotalWeight,
            ResidualDegreesOfFreedom = fit.ResidualDegreesOfFreedom,
            ResidualStandardError = fit.ResidualStandardError,
            ResidualSumOfSquares = fit.ResidualSumOfSquares,
            TotalSumOfSquares = fit.TotalSumOfSquares,
            TermMeans = fit.FeatureMeans,
            Factor = fit.Factor,
            Middle = Middle(fit),
            // Of faded rows the covariance has a part that couples means and weights, which the file has no place for yet.
            HasUncertainty = fit.Accuracy.Faded is null,
            Certificate = certificate,
            Facts = facts,
            Created = DateTimeOffset.UtcNow,
            CreatedBy = EngineVersion,
        });
    }

    /// <summary>Gets the version of this library.</summary>
    internal static string EngineVersion =>
        typeof(RegressionModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "";

    private static void RequireFeatures(Design design, int features)
    {
        if (design.VariableNames.Length != features)
        {
            throw new ArgumentException($"The fit has {features} features, but the design has {design.VariableNames.Length} variables.", nameof(design));
        }
    }

    /// <summary>R⁻ᵀXᵀXR⁻¹ where a penalty makes it another matrix than the identity.</summary>
    private static ImmutableArray<double> Middle(Fit fit)
    {
        if (fit.Accuracy.Gram is not { } gram || fit.Ridge == 0)
        {
            return [];
        }

        int d = fit.Model.Features;
        double[] inverse = Uncertainty.Invert(fit.Factor.AsSpan(), d);
        double[] middle = new double[d * d];
        double[] product = new double[d];
        for (int k = 0; k < d; k++)
        {
            // Column k of XᵀX·R⁻¹, then its products with the columns of R⁻¹.
            Array.Clear(product);
            for (int i = 0; i <= k; i++)
            {
                double factor = inverse[(i * d) + k];
                for (int j = 0; j < d && factor != 0; j++)
                {
                    int place = j >= i ? (i * d) + j : (j * d) + i;
                    product[j] += gram.High[place] / gram.Scales[i] / gram.Scales[j] * factor;
                }
            }

            for (int l = 0; l < d; l++)
            {
                double sum = 0;
                for (int j = 0; j <= l; j++)
                {
                    sum += inverse[(j * d) + l] * product[j];
                }

                middle[(l * d) + k] = sum;
            }
        }

        return [.. middle];
    }
}
