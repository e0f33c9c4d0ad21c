using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <content>
/// Whether an answer is good enough, cheaply: everything follows from one number, the norm of the inverse of the Gram matrix with unit
/// diagonal. The certificate states the bounds of each coefficient (<see cref="ErrorBounds"/>), which are never larger.
/// </content>
internal sealed partial class NormalEquations
{
    /// <summary>Coefficients and standard errors smaller than this share of what the target's size suggests count as that large (DESIGN: the floor of digits).</summary>
    internal const double SizeFloor = 1e-3;

    /// <summary>Refinement by a factor in double is tried when its steps are expected to shrink at least so much.</summary>
    private const double SlowestContraction = 0.1;

    /// <summary><c>Shares[k]</c> is 10⁻ᵏ, the relative error that k decimal digits leave.</summary>
    private static readonly double[] Shares = [.. Enumerable.Range(0, FitOptions.MaxDigits + 1).Select(digits => Math.Pow(10, -digits))];

    private const int PowerSteps = 12;

    /// <summary>What an estimate of the norm by two or more steps is multiplied by.</summary>
    private const double EarlyCaution = 4;

    /// <summary>Up to this order the coefficients' own bounds are computed when the norm alone does not suffice: 2d³ flops.</summary>
    private const int SmallOrder = 64;

    private double _inverseNorm;

    /// <summary>Gets what each step of refinement is expected to leave of an error: first-order, with the entries' errors at random.</summary>
    private double ExpectedContraction => EntryError * Math.Sqrt(_order) * _inverseNorm;

    /// <summary>Whether the plain solution has the digits asked for, in coefficients and standard errors.</summary>
    private bool IsPlainSolutionGood()
    {
        double tolerated = NormForCoefficients(out _inverseNorm);
        if (_inverseNorm <= tolerated && HasErrorDigits())
        {
            return true;
        }

        tolerated = Math.Min(tolerated, NormForErrors());
        _inverseNorm = Math.Min(_inverseNorm, NormByPowers(tolerated));
        return _inverseNorm <= tolerated
            || (_order <= SmallOrder && HasErrorDigits() && ErrorBounds.Of(ToFit(last: false)).Digits >= _options.Digits);
    }

    /// <summary>Whether standard errors have the digits asked for, without the divisions of <see cref="NormForErrors"/>.</summary>
    private bool HasErrorDigits() => NeedsNoErrorDigits
        || (_residualError + (EntryError * _inverseNorm * _residualSumOfSquares.High) <= 2 * Shares[ErrorDigits] * _residualSumOfSquares.High
            && ErrorUnderPenalty().Worst <= Shares[ErrorDigits]);

    /// <summary>
    /// The error of the worst standard error that rounding of XᵀX makes beside a penalty (<see cref="StandardErrors.WorstUnderPenalty"/>). Where the penalty is no more than
    /// half of the least eigenvalue, XᵀX alone is as well conditioned as both are, and its error is counted by ‖G⁻¹‖.
    /// </summary>
    private (double Worst, double WorstGiven) ErrorUnderPenalty()
    {
        if (Ridge == 0)
        {
            return (0, 0);
        }

        double largest = 0;
        for (int j = 0; j < _order; j++)
        {
            double penalty = Ridge * _scales[j] * _scales[j];
            largest = _lengths[j] > 0 ? Math.Max(largest, penalty / (_lengths[j] * _lengths[j])) : largest;
        }

        return 2 * largest * _inverseNorm <= 1 ? (0, 0) : StandardErrors.WorstUnderPenalty(ToFit(last: false));
    }

    private bool NeedsNoErrorDigits => _residualError == 0 || ErrorDigits == 0 || RowCount <= Rank;

    /// <summary>Gets whether the residual sum of squares is more than its own error, or known to be nothing.</summary>
    private bool ResidualsAreKnown => !_targetIsOpen && !WeightsHideRows && (_residualError == 0 || _residualSumOfSquares.High > _residualError);

    /// <summary>Finds the state and the digits of standard errors; returns the note where they are not as asked for, else an empty text.</summary>
    private string JudgeStandardErrors()
    {
        _standardErrorDigits = double.NaN;
        if (_targetIsOpen)
        {
            _standardErrors = StandardErrorState.HeavyRowsHideOthers;
            return "; next to rows of far larger weights the target varies by less than its rounding, and whether it is constant is not known";
        }

        if (WeightsHideRows)
        {
            _standardErrors = StandardErrorState.HeavyRowsHideOthers;
            return "; the weights span more than the terms of a polynomial are accurate to, and nothing is promised";
        }

        if (RowCount <= Rank)
        {
            _standardErrors = StandardErrorState.NoDegreesOfFreedom;
            return "";
        }

        if (!ResidualsAreKnown)
        {
            _standardErrors = StandardErrorState.ResidualsBelowRounding;
            return "; standard errors are not given: residuals are too small beside the target to be known";
        }

        if (EntryError * _inverseNorm >= 1)
        {
            _standardErrors = StandardErrorState.NoDigits;
            return "; standard errors are not given: rounding of the equations leaves them no digit";
        }

        _standardErrors = StandardErrorState.Given;
        _standardErrorDigits = ErrorDigits;
        if (HasErrorDigits())
        {
            return "";
        }

        double share = (((_residualError / _residualSumOfSquares.High) + (EntryError * _inverseNorm)) / 2) + ErrorUnderPenalty().WorstGiven;
        double digits = Math.Clamp(Math.Floor(-Math.Log10(share)), 0, ErrorDigits - 1);
        _standardErrorDigits = digits;
        return FormattableString.Invariant($"; standard errors have about {digits:F0} digit{(digits == 1 ? "" : "s")}");
    }

    /// <summary>
    /// The largest ‖G⁻¹‖ with which standard errors have the digits asked for: they err by half the relative errors of the residual sum of squares and
    /// of the inverse's diagonal, whose error is at most about ε·‖G⁻¹‖ of itself.
    /// </summary>
    private double NormForErrors() => NeedsNoErrorDigits ? double.PositiveInfinity
        : Quotient((2 * Shares[ErrorDigits]) - (_residualError / _residualSumOfSquares.High), EntryError);

    /// <summary>
    /// The largest ‖G⁻¹‖ with which coefficients have the digits asked for: weights err by ε·‖G⁻¹‖·(‖w‖ + ‖y‖) on the scale of columns of unit length,
    /// and the intercept by that times the norm of the means.
    /// </summary>
    /// <param name="byPivots">
    /// Receives an upper bound of ‖G⁻¹‖ from the pivots alone. With R′ of columns of unit length, p its next pivot and s = √(1 − p²) the length of what is
    /// above it, ‖R′⁻¹‖²_F grows by (‖R′⁻¹‖²s² + 1)/p² at most. Close enough where columns have little in common.
    /// </param>
    private double NormForCoefficients(out double byPivots)
    {
        // All calls come before the loop: what is added up stays in registers then.
        double plainError = _plainError;
        double meanError = Intercept ? PlainMeanError : 0;
        double weight = _moments.Weight.High;
        double share = Shares[_options.Digits];
        double targetLength = Math.Sqrt(_totalSumOfSquares.High);
        double floor = SizeFloor * targetLength;
        double length = _squaredSolutionLength;
        double means = 0;
        double pivotNorm = 0;
        double interceptSize = Math.Abs(_targetMean.High);
        double slack = double.PositiveInfinity;
        ReadOnlySpan<double> solution = _solution, lengths = _lengths.AsSpan(0, solution.Length), scales = _scales.AsSpan(0, solution.Length);
        ReadOnlySpan<double> factor = _factor;
        ReadOnlySpan<DoubleDouble> columnMeans = _means.AsSpan(0, solution.Length);
        for (int j = 0; j < solution.Length; j++)
        {
            double pivot = factor[j * (solution.Length + 1)];
            if (pivot == 0)
            {
                continue;
            }

            // One division for all: a fit of few columns waits for little else here.
            double squaredPivot = pivot * pivot, squaredLength = lengths[j] * lengths[j];
            double inverse = 1 / (squaredPivot * squaredLength);
            double ratio = squaredLength * squaredLength * inverse;
            pivotNorm = Math.FusedMultiplyAdd(pivotNorm, Math.Max(1, ratio), ratio);
            double w = Math.Abs(solution[j]), scaledW = w * lengths[j];
            slack = Math.Min(slack, (share * Math.Max(scaledW, floor)) - (Roundoff * scaledW));
            double mean = Math.Abs(columnMeans[j].High) * scales[j];
            means += mean * mean * squaredPivot * inverse;
            interceptSize += mean * w;
        }

        byPivots = pivotNorm;
        double error = plainError * (Math.Sqrt(length) + targetLength);
        double norm = Quotient(slack, error);
        if (Intercept)
        {
            double deviation = Math.Sqrt((_totalSumOfSquares.High + length) / weight);
            double rounding = (meanError * deviation) + (2 * Roundoff * interceptSize);
            double interceptSlack = (share * Math.Max(Math.Abs(_interceptValue.High), SizeFloor * interceptSize)) - rounding;
            norm = Math.Min(norm, Quotient(interceptSlack, error * Math.Sqrt(means)));
        }

        return norm;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Quotient(double slack, double cost) => slack >= 0 ? (cost == 0 ? double.PositiveInfinity : slack / cost) : -1;

    /// <summary>
    /// An estimate of ‖G⁻¹‖₂ by inverse iteration, which approaches from below, and a quarter more. Ends early, with a cautious multiple, when
    /// even that is no more than is asked for.
    /// </summary>
    private double NormByPowers(double enough = 0)
    {
        Span<double> v = _work;
        for (int i = 0; i < _order; i++)
        {
            // As in the condition estimate: no structure that an eigenvector could be orthogonal to.
            double fraction = i * 0.6180339887498949;
            v[i] = _factor[(i * _order) + i] == 0 ? 0 : (0.5 + fraction - Math.Floor(fraction)) * (i % 2 == 0 ? 1 : -1);
        }

        double norm = 0;
        for (int step = 0; step < PowerSteps; step++)
        {
            ref double first = ref MemoryMarshal.GetReference(v);
            double length = Math.Sqrt(Reduce.Dot(ref first, ref first, v.Length));
            if (length == 0 || !double.IsFinite(length))
            {
                return length == 0 ? norm : double.PositiveInfinity;
            }

            norm = Math.Max(norm, step == 0 ? 0 : length);
            if (step >= 2 && EarlyCaution * norm <= enough)
            {
                return EarlyCaution * norm;
            }

            TensorPrimitives.Divide(v, length, v);
            TensorPrimitives.Multiply(v, _lengths, v);
            ApplyInverse(v);
            TensorPrimitives.Multiply(v, _lengths, v);
        }

        return 1.25 * norm;
    }
}
