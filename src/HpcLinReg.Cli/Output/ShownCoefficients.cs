using System.Collections.Immutable;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>The coefficients as they are shown, the intercept first: those of the fit, or with <c>--polynomial</c> those of powers of the columns.</summary>
/// <param name="Coefficients">One for the intercept, if there is one, and one for each term.</param>
/// <param name="Digits">How many digits the worst one has at least.</param>
internal sealed record ShownCoefficients(ImmutableArray<ShownCoefficient> Coefficients, double Digits)
{
    internal static ShownCoefficients Of(DataFitResult result)
    {
        Fit fit = result.Fit;
        Certificate certificate = fit.Certificate;
        IEnumerable<ShownCoefficient> intercept = !fit.HasIntercept ? []
            : result.Powers is { } constant ? [new("(Intercept)", constant.Intercept, constant.InterceptStandardError, constant.InterceptErrorBound)]
            : [new("(Intercept)", fit.Model.Intercept, fit.InterceptStandardError, certificate.InterceptErrorBound)];
        IEnumerable<ShownCoefficient> terms = result.Powers is { } powers
            ? result.Terms.Select((term, j) => new ShownCoefficient(term.Name, powers.Weights[j], powers.StandardErrors[j], powers.WeightErrorBounds[j]))
            : result.Terms.Select((term, j) => new ShownCoefficient(term.Name, fit.Model.Weights[j], fit.StandardErrors[j], certificate.WeightErrorBounds[j]));
        return new ShownCoefficients([.. intercept, .. terms], result.Powers?.Digits ?? certificate.Digits);
    }
}

/// <summary>A coefficient as it is shown.</summary>
/// <param name="Term">The name of its term.</param>
/// <param name="Estimate">The coefficient.</param>
/// <param name="StandardError">Its standard error; NaN where there is none.</param>
/// <param name="ErrorBound">An absolute error bound; NaN for an aliased term.</param>
internal sealed record ShownCoefficient(string Term, double Estimate, double StandardError, double ErrorBound)
{
    /// <summary>Gets whether the term was dropped because the terms before it determine it.</summary>
    internal bool IsAliased => double.IsNaN(ErrorBound);

    /// <summary>Gets the digits of its own, which are fewer than the certificate counts where it is small beside the target.</summary>
    internal double OwnDigits => ErrorBound > 0 ? Math.Max(0, Math.Floor(-Math.Log10(ErrorBound / Math.Abs(Estimate)))) : double.PositiveInfinity;
}
