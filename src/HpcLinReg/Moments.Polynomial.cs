using HpcLinReg.Polynomials;

namespace HpcLinReg;

/// <content>Fits of polynomials whose terms were summed.</content>
public sealed partial class Moments
{
    /// <summary>Fits one column on polynomials whose terms are columns.</summary>
    /// <param name="variables">
    /// How each variable enters: shift and scale of its terms; a plain column has degree 1, shift 0 and scale 1.
    /// </param>
    /// <param name="terms">
    /// The columns of the terms: t, t², … of the first variable (<see cref="PolynomialVariable.Expand"/>), then those of the second. A
    /// variable may have fewer terms than were summed.
    /// </param>
    /// <param name="target">The index of the target's column.</param>
    /// <param name="options">
    /// Ridge and digits, as for <see cref="LinearRegression.FitPolynomial(IRowSource, ReadOnlySpan{int})"/>; null for the defaults.
    /// </param>
    /// <returns>The model, which takes the variables themselves, and the statistics and accuracy of the fit.</returns>
    /// <exception cref="ArgumentException">
    /// There is not one column for each term, a column is named twice, a variable is not usable, the sums are not in double-double, or
    /// there is no intercept.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.
    /// </exception>
    /// <remarks>
    /// Error bounds hold for sums of terms in double-double (<see cref="MomentsAccumulator.WithRemainders"/>); of terms that were rounded
    /// to double they hold for the rounded terms.
    /// </remarks>
    public PolynomialFit SolvePolynomial(ReadOnlySpan<PolynomialVariable> variables, ReadOnlySpan<int> terms, int target,
        FitOptions? options = null)
    {
        options ??= FitOptions.Default;
        int count = 0;
        foreach (PolynomialVariable variable in variables)
        {
            PolynomialVariable.RequireDegree(variable.Degree);
            count += variable.Degree;
        }

        if (count != terms.Length)
        {
            Throw.TermsAgainstColumns(count, terms.Length);
        }

        if (Precision != MomentsPrecision.DoubleDouble)
        {
            Throw.PolynomialNeedsDoubleDouble();
        }

        if (!options.Intercept)
        {
            Throw.PolynomialNeedsIntercept();
        }

        return PolynomialSolver.Answer(Solved(terms, target, options, hasPowers: true), [.. variables], options);
    }
}
