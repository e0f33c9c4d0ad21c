using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Error-free summation in a line of eight sums: the rounding error of every addition is computed exactly and added to a second line of
/// sums, the errors. Sum and errors together have about 100 bits, for four operations a term.
/// </summary>
/// <remarks>
/// A sum does not start at 0 but at an anchor, 3·2ᵏ, with 2ᵏ at least twice the magnitude of every partial sum. All partial sums then lie
/// between 2·2ᵏ and 4·2ᵏ, so each addition rounds to a multiple of the same power of two: the difference of two partial sums is exact, and
/// a second fused multiply-add gives what the first one rounded away. Subtracting the anchor at the end is exact as well, and sums with one
/// anchor may be added to each other exactly. Only the errors, each at most 2⁻⁵²·2ᵏ, are summed with rounding. Which 2ᵏ is large enough
/// follows from the Cauchy-Schwarz inequality: for columns i and j with Pⱼ ≥ √2·‖column j‖ (<see cref="PowersAbove"/>), no partial sum of
/// their products exceeds PᵢPⱼ/2 in magnitude. Sources: Rump, Ogita, Oishi (2008), accurate floating-point summation; Demmel, Nguyen
/// (2015), reproducible summation.
/// </remarks>
internal static class AnchoredSum
{
    /// <summary>Computes the anchor of sums of products of two columns, 3·left·right.</summary>
    /// <param name="left">A power of two, at least √2 times the length of one column.</param>
    /// <param name="right">The same of the other column.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Anchor(double left, double right) => Vector512.Create(3 * left * right);

    /// <summary>Computes the anchors of sums of products of one column with each of eight others, 3·left·right.</summary>
    /// <param name="left">A power of two, at least √2 times the length of the column.</param>
    /// <param name="right">The same of the eight columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<double> Anchor(double left, Vector512<double> right) => Vector512.Create(3 * left) * right;

    /// <summary>
    /// Computes the anchor of sums whose terms' magnitudes add up to at most <paramref name="bound"/>: no partial sum exceeds a quarter of
    /// the power of two in it.
    /// </summary>
    internal static double AnchorAbove(double bound) => bound > 0 ? 3 * Math.ScaleB(1, Math.ILogB(bound) + 2) : bound;

    /// <summary>Adds a value exactly to an anchored sum.</summary>
    /// <remarks>
    /// Written as products with one, which give the same bits: the CPU then spreads the work over its units for additions and for fused
    /// operations.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(Vector512<double> value, ref Vector512<double> sum, ref Vector512<double> errors)
    {
        var next = Vector512.MultiplyAddEstimate(value, Vector512<double>.One, sum);
        errors += Vector512.MultiplyAddEstimate(value, Vector512<double>.One, sum - next);
        sum = next;
    }

    /// <summary>Adds a double-double value to an anchored sum: the high part exactly, the low part to the errors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Add(Vector512<double> value, Vector512<double> valueLow, ref Vector512<double> sum, ref Vector512<double> errors)
    {
        Vector512<double> next = sum + value;
        errors += (value - (next - sum)) + valueLow;
        sum = next;
    }

    /// <summary>Adds the product a·b exactly to an anchored sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddProduct(Vector512<double> a, Vector512<double> b, ref Vector512<double> sum, ref Vector512<double> errors)
    {
        var next = Vector512.MultiplyAddEstimate(a, b, sum);
        errors += RoundingError(a, b, sum, next);
        sum = next;
    }

    /// <summary>
    /// Adds value·(factor + factorLow) to an anchored sum: the product of the high parts exactly, the other one to the errors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddProduct(
        Vector512<double> value, Vector512<double> factor, Vector512<double> factorLow, ref Vector512<double> sum,
        ref Vector512<double> errors)
    {
        var next = Vector512.MultiplyAddEstimate(value, factor, sum);
        errors += Vector512.MultiplyAddEstimate(value, factorLow, RoundingError(value, factor, sum, next));
        sum = next;
    }

    /// <summary>
    /// Adds (value + valueLow)² to an anchored sum, without the square of the low part: value² exactly, 2·value·valueLow to the errors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void AddSquare(Vector512<double> value, Vector512<double> valueLow, ref Vector512<double> sum,
        ref Vector512<double> errors)
    {
        var next = Vector512.MultiplyAddEstimate(value, value, sum);
        errors += Vector512.MultiplyAddEstimate(value + value, valueLow, RoundingError(value, value, sum, next));
        sum = next;
    }

    /// <summary>
    /// Computes what rounding took from sum + a·b when it became <paramref name="next"/>: a·b − (next − sum), in which the difference of
    /// the sums is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> RoundingError(Vector512<double> a, Vector512<double> b, Vector512<double> sum, Vector512<double> next)
    {
        if (DoubleDouble.HasFusedMultiplyAdd)
        {
            return Vector512.MultiplyAddEstimate(a, b, sum - next);
        }

        Vector512<double> product = a * b;
        return (product + (sum - next)) + DoubleDoubleLine.ProductError(a, b, product);
    }

    /// <summary>Computes a power of two P with 2·square ≤ P² ≤ 8·square; 0 for 0.</summary>
    internal static double PowerAbove(double square) => PowerAbove(Vector512.Create(square)).ToScalar();

    /// <summary>
    /// Replaces each sum of squares by the power of two that <see cref="PowerAbove(double)"/> gives; the length is a number of whole lines.
    /// </summary>
    internal static void PowersAbove(double[] squares)
    {
        for (int j = 0; j < squares.Length; j += Line.Lanes)
        {
            PowerAbove(Line.Load(ref squares[0], j)).StoreUnsafe(ref squares[j]);
        }
    }

    /// <summary>
    /// Halves the exponents, by integer arithmetic on their bits. A square below the normal range gets the least power; an infinite or NaN
    /// square gets some power, and the sums themselves show then that a cell is not finite.
    /// </summary>
    private static Vector512<double> PowerAbove(Vector512<double> squares)
    {
        const int Bias = 1023, MantissaBits = 52;
        Vector512<long> exponents = Vector512.ShiftRightLogical(squares.AsInt64(), MantissaBits) - Vector512.Create((long)Bias - 3);
        var powers = Vector512.ShiftLeft(Vector512.ShiftRightArithmetic(exponents, 1) + Vector512.Create((long)Bias), MantissaBits);
        return Vector512.ConditionalSelect(Vector512.Equals(squares, Vector512<double>.Zero), Vector512<double>.Zero, powers.AsDouble());
    }
}
