using System.Runtime.CompilerServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// Decides cheaply whether a solution in double has the digits asked for. Everything follows from one number, the norm of the inverse of
/// the Gram matrix with unit diagonal. The certificate states the bounds of each coefficient (<see cref="ErrorBounds"/>), which are never
/// larger.
/// </summary>
internal sealed class AcceptanceTest(CentredSystem system, Factorization factorization, Solution solution, Findings findings,
    FitBuilder builder)
{
    /// <summary>Up to this order the coefficients' own bounds are computed when the norm alone does not suffice: 2d³ flops.</summary>
    private const int SmallOrder = 64;

    /// <summary>The most digits that are asked of standard errors: the residual standard error itself has few more.</summary>
    private const int MostErrorDigits = 12;

    /// <summary><c>Tolerances[k]</c> is 10⁻ᵏ.</summary>
    private static readonly double[] Tolerances =
        [.. Enumerable.Range(0, FitOptions.MaxDigits + 1).Select(digits => Math.Pow(10, -digits))];

    /// <summary>Gets the relative error that standard errors may have.</summary>
    internal double ErrorTolerance => Tolerances[ErrorDigits];

    /// <summary>Gets whether standard errors need digits: they exist, digits are asked for, and there are residuals.</summary>
    private bool NeedsErrorDigits => solution.ResidualError != 0 && AsksForErrors;

    /// <summary>Gets whether standard errors exist and digits of them are asked for.</summary>
    internal bool AsksForErrors => ErrorDigits != 0 && system.RowCount > factorization.Rank;

    private int ErrorDigits => Math.Min(system.Options.Digits, MostErrorDigits);

    /// <summary>
    /// Returns whether the solution in double has the digits asked for, in coefficients and standard errors. A solution that passes is
    /// finite: a NaN or infinite coefficient has an infinite bound and fails.
    /// </summary>
    internal bool Passes()
    {
        double tolerated = NormForCoefficients(out double norm);
        findings.InverseNorm = norm;
        if (norm <= tolerated && HasErrorDigits())
        {
            return true;
        }

        tolerated = Math.Min(tolerated, NormForErrors());
        findings.InverseNorm = Math.Min(norm, factorization.EstimateInverseNorm(tolerated));
        return findings.InverseNorm <= tolerated
            || (system.Order <= SmallOrder && HasErrorDigits() && ErrorBounds.Of(builder.Copy()).Digits >= system.Options.Digits);
    }

    /// <summary>Returns whether standard errors have the digits asked for, without the divisions of <see cref="NormForErrors"/>.</summary>
    internal bool HasErrorDigits()
    {
        double squares = solution.ResidualSumOfSquares.High;
        return !NeedsErrorDigits
            || (solution.ResidualError + (factorization.EntryError * findings.InverseNorm * squares) <= 2 * ErrorTolerance * squares
                && ErrorUnderPenalty().Worst <= ErrorTolerance);
    }

    /// <summary>Finds whether standard errors are given and with which digits, and adds a note where they are not as asked for.</summary>
    internal void JudgeStandardErrors()
    {
        (findings.StandardErrors, string note) =
            system.IsTargetUncertain ? (StandardErrorState.HeavyRowsHideOthers, "; next to rows of far larger weights the target varies by less than its rounding, and whether it is constant is not known")
            : system.WeightsHideRows ? (StandardErrorState.HeavyRowsHideOthers, "; the weights span more than the terms of a polynomial are accurate to, and nothing is promised")
            : system.RowCount <= factorization.Rank ? (StandardErrorState.NoDegreesOfFreedom, "")
            : !builder.ResidualsAreKnown ? (StandardErrorState.ResidualsBelowRounding, "; standard errors are not given: residuals are too small beside the target to be known")
            : factorization.EntryError * findings.InverseNorm >= 1 ? (StandardErrorState.NoDigits, "; standard errors are not given: rounding of the equations leaves them no digit")
            : (StandardErrorState.Given, "");
        findings.Notes += note;
        findings.StandardErrorDigits = findings.StandardErrors == StandardErrorState.Given ? ErrorDigits : double.NaN;
        if (findings.StandardErrors != StandardErrorState.Given || HasErrorDigits())
        {
            return;
        }

        double ofResiduals = solution.ResidualError / solution.ResidualSumOfSquares.High;
        double error = ((ofResiduals + (factorization.EntryError * findings.InverseNorm)) / 2) + ErrorUnderPenalty().WorstGiven;
        double digits = Math.Clamp(Math.Floor(-Math.Log10(error)), 0, ErrorDigits - 1);
        findings.StandardErrorDigits = digits;
        findings.Notes += FormattableString.Invariant($"; standard errors have about {digits:F0} digit{(digits == 1 ? "" : "s")}");
    }

    /// <summary>
    /// Computes the error of the worst standard error that rounding of XᵀX makes beside a penalty
    /// (<see cref="StandardErrors.WorstUnderPenalty"/>). Where the penalty is no more than half of the least eigenvalue, XᵀX alone is as
    /// well conditioned as both are, and ‖G⁻¹‖ counts its error.
    /// </summary>
    private (double Worst, double WorstGiven) ErrorUnderPenalty()
    {
        if (system.Options.Ridge == 0)
        {
            return (0, 0);
        }

        double largest = 0;
        for (int j = 0; j < system.Order; j++)
        {
            double length = factorization.Lengths[j];
            largest = length > 0 ? Math.Max(largest, system.Penalty(j) / (length * length)) : largest;
        }

        return 2 * largest * findings.InverseNorm <= 1 ? (0, 0) : StandardErrors.WorstUnderPenalty(builder.Copy());
    }

    /// <summary>
    /// Computes the largest ‖G⁻¹‖ with which standard errors have the digits asked for: they err by half the relative errors of the
    /// residual sum of squares and of the inverse's diagonal, whose error is at most about ε·‖G⁻¹‖ of itself.
    /// </summary>
    private double NormForErrors() => !NeedsErrorDigits ? double.PositiveInfinity
        : Quotient((2 * ErrorTolerance) - (solution.ResidualError / solution.ResidualSumOfSquares.High), factorization.EntryError);

    /// <summary>
    /// Computes the largest ‖G⁻¹‖ with which coefficients have the digits asked for: weights err by ε·‖G⁻¹‖·(‖w‖ + ‖y‖) in columns of unit
    /// length, and the intercept by that times the norm of the means.
    /// </summary>
    /// <param name="byPivots">
    /// Receives an upper bound of ‖G⁻¹‖ from the pivots alone. With R′ of columns of unit length, p its next pivot and s = √(1 − p²) the
    /// length of the part above it, ‖R′⁻¹‖²_F grows by (‖R′⁻¹‖²s² + 1)/p² at most. Close enough where columns have little in common.
    /// </param>
    private double NormForCoefficients(out double byPivots)
    {
        // All calls come before the loop, so that the sums stay in registers.
        bool hasIntercept = system.HasIntercept;
        double plainError = system.Errors.Plain;
        double meanError = hasIntercept ? system.Errors.PlainMean : 0;
        double weight = system.Moments.Weight.High;
        double tolerance = Tolerances[system.Options.Digits];
        double totalSquares = system.TotalSumOfSquares.High;
        double targetLength = Math.Sqrt(totalSquares);
        double floor = ErrorBounds.SizeFloor * targetLength;
        double length = solution.SquaredLength;
        double means = 0;
        double pivotNorm = 0;
        double interceptSize = Math.Abs(system.TargetMean.High);
        double slack = double.PositiveInfinity;
        ReadOnlySpan<double> weights = solution.Scaled.High;
        ReadOnlySpan<double> lengths = factorization.Lengths.AsSpan(0, weights.Length), scales = system.Scales.AsSpan(0, weights.Length),
        factor = factorization.High;
        ReadOnlySpan<DoubleDouble> columnMeans = system.Means.AsSpan(0, weights.Length);
        for (int j = 0; j < weights.Length; j++)
        {
            double pivot = factor[j * (weights.Length + 1)];
            if (pivot == 0)
            {
                continue;
            }

            // One division for all three: in a fit of few columns divisions take most of the time here.
            double squaredPivot = pivot * pivot, squaredLength = lengths[j] * lengths[j];
            double inverse = 1 / (squaredPivot * squaredLength);
            double ratio = squaredLength * squaredLength * inverse;
            pivotNorm = Math.FusedMultiplyAdd(pivotNorm, Math.Max(1, ratio), ratio);
            double w = Math.Abs(weights[j]), scaledW = w * lengths[j];
            slack = Math.Min(slack, (tolerance * Math.Max(scaledW, floor)) - (RoundingModel.Roundoff * scaledW));
            double mean = Math.Abs(columnMeans[j].High) * scales[j];
            means += mean * mean * squaredPivot * inverse;
            interceptSize += mean * w;
        }

        byPivots = pivotNorm;
        double error = plainError * (Math.Sqrt(length) + targetLength);
        double norm = Quotient(slack, error);
        if (hasIntercept)
        {
            double deviation = Math.Sqrt((totalSquares + length) / weight);
            double rounding = (meanError * deviation) + (2 * RoundingModel.Roundoff * interceptSize);
            double interceptSlack = (tolerance * Math.Max(Math.Abs(solution.Intercept.High), ErrorBounds.SizeFloor * interceptSize))
                - rounding;
            norm = Math.Min(norm, Quotient(interceptSlack, error * Math.Sqrt(means)));
        }

        return norm;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Quotient(double slack, double cost) => slack >= 0 ? (cost == 0 ? double.PositiveInfinity : slack / cost) : -1;
}
