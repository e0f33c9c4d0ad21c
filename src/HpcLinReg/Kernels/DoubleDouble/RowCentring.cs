using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Centres a row that is added to others: computes its deviations from the weighted means, the new means and the new sums of squares, in
/// whole lines. It works element by element, so any vector width gives the same bits.
/// </summary>
internal static class RowCentring
{
    /// <summary>Returns whether all values are at most the limit in magnitude; false if there is a NaN.</summary>
    internal static bool AreWithin(ReadOnlySpan<double> row, double limit)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        var most = Vector512.Create(limit);
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            if (!Vector512.LessThanOrEqualAll(Vector512.Abs(Line.Load(ref x, j)), most))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Computes x ← x·scale. Returns whether the scaled values, the means and the sums of squares lie between 1/<paramref name="most"/> and
    /// <paramref name="most"/>, far from the ends of the range of double.
    /// </summary>
    internal static bool Scale(Span<double> row, ReadOnlySpan<double> scales, ReadOnlySpan<double> means, ReadOnlySpan<double> squares,
        double most)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        ref double scale = ref MemoryMarshal.GetReference(scales);
        ref double mean = ref MemoryMarshal.GetReference(means);
        ref double square = ref MemoryMarshal.GetReference(squares);
        Vector512<double> large = Vector512.Create(most), small = Vector512.Create(1 / most), smallSquare = small * small;
        Vector512<double> outside = Vector512<double>.Zero;
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            Vector512<double> value = Line.Load(ref x, j) * Line.Load(ref scale, j);
            value.StoreUnsafe(ref x, (nuint)j);
            Vector512<double> size = Vector512.Max(Vector512.Abs(value), Vector512.Abs(Line.Load(ref mean, j))),
            spread = Line.Load(ref square, j);
            outside |= Vector512.GreaterThan(size, large)
                | (Vector512.LessThan(size, small) & Vector512.LessThan(spread, smallSquare) & ~Vector512.Equals(size + spread,
                    Vector512<double>.Zero));
        }

        return Vector512.EqualsAll(outside.AsInt64(), Vector512<long>.Zero);
    }

    /// <summary>
    /// Computes x ← x − m in double-double; then m ← m + share·x or, where the row has more than half of the weight, m ← (old x) − rest·x;
    /// and squares ← squares + weight·x². The bounds of the errors of the means are multiplied by rest, and grow by one rounding where x is
    /// not 0.
    /// </summary>
    /// <param name="row">x, padded to whole lines.</param>
    /// <param name="rowLow">Receives the low parts of x.</param>
    /// <param name="means">m.</param>
    /// <param name="meansLow">The low parts of m.</param>
    /// <param name="squares">Sums of squares of the columns about their means.</param>
    /// <param name="meanBounds">Bounds of the errors of m.</param>
    /// <param name="squaredShifts">
    /// Σ weight·(bound of the error of m)²: the error of the sums of squares that comes from centring by inexact means.
    /// </param>
    /// <param name="added">How much the row counts.</param>
    /// <param name="roundoff">The relative error of one rounding of a mean.</param>
    internal static void Apply(
        Span<double> row, Span<double> rowLow, Span<double> means, Span<double> meansLow, Span<double> squares, Span<double> meanBounds,
        Span<double> squaredShifts, RowShare added, double roundoff)
    {
        DoubleDouble share = added.Share, rest = added.Rest;
        ref double x = ref MemoryMarshal.GetReference(row);
        ref double xLow = ref MemoryMarshal.GetReference(rowLow);
        ref double m = ref MemoryMarshal.GetReference(means);
        ref double mLow = ref MemoryMarshal.GetReference(meansLow);
        ref double square = ref MemoryMarshal.GetReference(squares);
        ref double bound = ref MemoryMarshal.GetReference(meanBounds);
        ref double shift = ref MemoryMarshal.GetReference(squaredShifts);
        bool isSmall = share.High <= 0.5;
        var part = DoubleDoubleLine.Create(isSmall ? share : -rest);
        Vector512<double> v = Vector512.Create(added.Weight), g = Vector512.Create(rest.High), u = Vector512.Create(roundoff);
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            var mean = DoubleDoubleLine.Load(ref m, ref mLow, j);
            var cell = new DoubleDoubleLine(Line.Load(ref x, j), Vector512<double>.Zero);
            DoubleDoubleLine deviation = cell - mean;
            deviation.Store(ref x, ref xLow, j);
            DoubleDoubleLine step = deviation * part, start = isSmall ? mean : cell;
            (start + step).Store(ref m, ref mLow, j);
            Vector512<double> error = Line.Load(ref bound, j);
            Vector512.MultiplyAddEstimate(v * error, error, Line.Load(ref shift, j)).StoreUnsafe(ref shift, (nuint)j);
            Vector512<double> rounded = (Vector512.Abs(start.High) + Vector512.Abs(step.High)) * u;
            rounded &= ~Vector512.Equals(deviation.High, Vector512<double>.Zero);
            Vector512.MultiplyAddEstimate(error, g, rounded).StoreUnsafe(ref bound, (nuint)j);
            Vector512.MultiplyAddEstimate(v * deviation.High, deviation.High, Line.Load(ref square, j)).StoreUnsafe(ref square, (nuint)j);
        }
    }
}
