using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <content>
/// Whether an answer is good enough, cheaply: everything follows from one number, the norm of the inverse of the Gram matrix with unit
/// diagonal. The certificate states the bounds of each coefficient (<see cref="ErrorBounds"/>), which are never larger.
/// </content>
internal sealed partial class NormalEquations
{
    /// <summary>
    /// Entries of a Gram matrix in double are wrong by at most about so many roundoffs of the columns' lengths where errors are random: a
    /// chain of 128 fused multiply-adds errs by 2 to 4 (a random walk), and centring, merging and the factorization add theirs.
    /// Otherwise by the length of the chain: columns of two levels were measured at 117.
    /// </summary>
    private const double VariedRoundoffs = 16;

    /// <summary>Coefficients and standard errors smaller than this share of what the target's size suggests count as that large (DESIGN: the floor of digits).</summary>
    internal const double SizeFloor = 1e-3;

    /// <summary>Refinement by a factor in double is tried when its steps are expected to shrink at least so much.</summary>
    private const double SlowestContraction = 0.1;

    private const int PowerSteps = 12;

    /// <summary>Up to this order the coefficients' own bounds are computed when the norm alone does not suffice: 2d³ flops.</summary>
    private const int SmallOrder = 64;

    private double _inverseNorm;
    private bool _areVaried;

    /// <summary>Gets what each step of refinement is expected to leave of an error: first-order, with the entries' errors at random.</summary>
    private double ExpectedContraction => (_factorIsDoubleDouble ? ExactEntryError : PlainError) * Math.Sqrt(_order) * _inverseNorm;

    private double PlainError =>
        (_areVaried ? VariedRoundoffs : 8 + Math.Min(_moments.Count, RowBlocks.PanelRows)) * Roundoff;

    /// <summary>
    /// The error of a mean beside its column's standard deviation: at most that of a panel's sum (measured at 7.4u, where all of a panel lies on one
    /// side), less the more panels are averaged. Of columns that repeat after so many panels the errors repeat as well, hence the least of 4u.
    /// </summary>
    private double PlainMeanError
    {
        get
        {
            double panels = (double)_moments.Count / RowBlocks.PanelRows;
            return _areVaried ? Math.Clamp(2 * VariedRoundoffs / Math.Sqrt(panels), 4, VariedRoundoffs) * Roundoff : PlainError;
        }
    }

    /// <summary>Whether the plain solution has the digits asked for, in coefficients and standard errors.</summary>
    private bool IsPlainSolutionGood(double coefficientDigits, double errorDigits)
    {
        _inverseNorm = NormByComparison();
        if (IsGood(coefficientDigits, errorDigits))
        {
            return true;
        }

        _inverseNorm = Math.Min(_inverseNorm, NormByPowers());
        if (IsGood(coefficientDigits, errorDigits))
        {
            return true;
        }

        return _order <= SmallOrder && HasErrorDigits(errorDigits) && ErrorBounds.Of(ToFit(last: false)).Digits >= coefficientDigits;
    }

    private bool IsGood(double coefficientDigits, double errorDigits) => HasErrorDigits(errorDigits) && HasCoefficientDigits(coefficientDigits);

    /// <summary>
    /// Standard errors: half the relative errors of the residual sum of squares and of the inverse's diagonal, whose error is at most
    /// about ε·‖G⁻¹‖ of itself.
    /// </summary>
    private bool HasErrorDigits(double digits)
    {
        if (RowCount <= Rank)
        {
            return true;
        }

        double relative = (_residualError / _residualSumOfSquares.High) + (_factorIsDoubleDouble ? 0 : PlainError * _inverseNorm);
        return _residualError == 0 || 0.5 * relative <= Math.Pow(10, -digits);
    }

    /// <summary>Every weight by ε·‖G⁻¹‖·(‖w‖ + ‖y‖) on the scale of columns of unit length, and the intercept by that times the means' norm.</summary>
    private bool HasCoefficientDigits(double digits)
    {
        double targetLength = Math.Sqrt(_totalSumOfSquares.High);
        double length = 0;
        for (int j = 0; j < _order; j++)
        {
            double w = _solution[j] * _lengths[j];
            length += w * w;
        }

        double error = PlainError * _inverseNorm * (Math.Sqrt(length) + targetLength);
        double share = Math.Pow(10, -digits);
        double means = 0;
        double interceptSize = Math.Abs(_targetMean.High);
        for (int j = 0; j < _order; j++)
        {
            if (_factor[(j * _order) + j] == 0)
            {
                continue;
            }

            double w = Math.Abs(_solution[j]) * _lengths[j];
            if (error + (Roundoff * w) > share * Math.Max(w, SizeFloor * targetLength))
            {
                return false;
            }

            double mean = Math.Abs(_means[j].High) * _scales[j] / _lengths[j];
            means += mean * mean;
            interceptSize += mean * w;
        }

        double deviation = Math.Sqrt((_totalSumOfSquares.High + length) / _moments.Weight.High);
        double interceptError = (error * Math.Sqrt(means)) + (PlainMeanError * deviation) + (2 * Roundoff * interceptSize);
        return !Intercept || interceptError <= share * Math.Max(Math.Abs(_interceptValue.High), SizeFloor * interceptSize);
    }

    /// <summary>
    /// An upper bound of ‖G⁻¹‖: that of the comparison matrix of the factor, whose inverse's entries are at least as large (Higham 2002,
    /// §8.3), in the norms of rows and columns, for a triangular solve each. Close to the truth for nearly orthogonal columns.
    /// </summary>
    private double NormByComparison()
    {
        // Divided by the columns' lengths in the first solve and multiplied by them in the second, so that no entry has to be.
        Span<double> v = _work;
        double rows = 0;
        for (int i = _order - 1; i >= 0; i--)
        {
            ReadOnlySpan<double> row = _factor.AsSpan((i * _order) + i, _order - i);
            double known = (_lengths[i] == 0 ? 0 : 1) + SumOfMagnitudes(row[1..], v[(i + 1)..]);
            v[i] = row[0] == 0 ? 0 : known / row[0];
            rows = Math.Max(rows, v[i] * _lengths[i]);
        }

        _lengths.CopyTo(v);
        double columns = 0;
        for (int i = 0; i < _order; i++)
        {
            ReadOnlySpan<double> row = _factor.AsSpan((i * _order) + i, _order - i);
            double value = row[0] == 0 ? 0 : v[i] / row[0];
            columns = Math.Max(columns, value);
            AddMagnitudes(value, row[1..], v[(i + 1)..]);
        }

        return rows * columns;
    }

    /// <summary>Σ|xⱼ|vⱼ, in eight chains whatever the width of the machine's registers.</summary>
    private static double SumOfMagnitudes(ReadOnlySpan<double> x, ReadOnlySpan<double> v)
    {
        ref double left = ref MemoryMarshal.GetReference(x);
        ref double right = ref MemoryMarshal.GetReference(v);
        Vector512<double> sum = default;
        int j = 0;
        for (; j <= x.Length - Line.Lanes; j += Line.Lanes)
        {
            sum += Vector512.Abs(Line.Load(ref left, j)) * Line.Load(ref right, j);
        }

        double rest = 0;
        for (; j < x.Length; j++)
        {
            rest += Math.Abs(x[j]) * v[j];
        }

        return x.Length < Line.Lanes ? rest : Line.Fold(sum) + rest;
    }

    /// <summary>target += factor·|x|.</summary>
    private static void AddMagnitudes(double factor, ReadOnlySpan<double> x, Span<double> target)
    {
        ref double source = ref MemoryMarshal.GetReference(x);
        ref double destination = ref MemoryMarshal.GetReference(target);
        int j = 0;
        for (; j <= x.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            (Vector.LoadUnsafe(ref destination, (nuint)j) + (Vector.Abs(Vector.LoadUnsafe(ref source, (nuint)j)) * factor)).StoreUnsafe(ref destination, (nuint)j);
        }

        for (; j < x.Length; j++)
        {
            target[j] += Math.Abs(x[j]) * factor;
        }
    }

    /// <summary>An estimate of ‖G⁻¹‖₂ by inverse iteration, which approaches from below, and a quarter more.</summary>
    private double NormByPowers()
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
            TensorPrimitives.Divide(v, length, v);
            TensorPrimitives.Multiply(v, _lengths, v);
            ApplyInverse(v);
            TensorPrimitives.Multiply(v, _lengths, v);
        }

        return 1.25 * norm;
    }
}
