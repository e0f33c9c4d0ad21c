using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// A row beside the weighted means of rows, column by column in whole lines: what lies between, the new means and the new sums of squares. Lanes never
/// meet, so any vector width gives the same bits.
/// </summary>
internal static class RowCentring
{
    /// <summary>Whether all values are at most the limit in magnitude; false for NaN.</summary>
    internal static bool AreWithin(ReadOnlySpan<double> row, double limit)
    {
        ref double x = ref MemoryMarshal.GetReference(row);
        Vector512<double> most = Vector512.Create(limit);
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            if (!Vector512.LessThanOrEqualAll(Vector512.Abs(Line.Load(ref x, j)), most))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>x ← x·scale; whether the scaled values, means and sums of squares stay in the middle of the range of double.</summary>
    internal static bool Scale(Span<double> row, ReadOnlySpan<double> scales, ReadOnlySpan<double> means, ReadOnlySpan<double> squares, double most)
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
            Vector512<double> size = Vector512.Max(Vector512.Abs(value), Vector512.Abs(Line.Load(ref mean, j))), spread = Line.Load(ref square, j);
            outside |= Vector512.GreaterThan(size, large)
                | (Vector512.LessThan(size, small) & Vector512.LessThan(spread, smallSquare) & ~Vector512.Equals(size + spread, Vector512<double>.Zero));
        }

        return Vector512.EqualsAll(outside.AsInt64(), Vector512<long>.Zero);
    }

    /// <summary>
    /// x ← x − m in double-double; m ← m + share·x, or the old x less rest·x where the row has the larger part; squares ← squares + weight·x². Errors of means
    /// fade with the rest, and grow by a rounding where x is not 0.
    /// </summary>
    /// <param name="row">x, padded to whole lines.</param>
    /// <param name="rowLow">Receives its low parts.</param>
    /// <param name="means">m.</param>
    /// <param name="meansLow">The low parts of m.</param>
    /// <param name="squares">Sums of squares of the columns about their means.</param>
    /// <param name="meanBounds">Bounds of the errors of m.</param>
    /// <param name="squaredShifts">Σ weight·(bound of the error of m)², which rows are wrong by.</param>
    /// <param name="added">How much the row counts.</param>
    /// <param name="roundoff">A rounding of a mean.</param>
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
        DoubleDoubleLine part = DoubleDoubleLine.Create(isSmall ? share : -rest);
        Vector512<double> v = Vector512.Create(added.Weight), g = Vector512.Create(rest.High), u = Vector512.Create(roundoff);
        for (int j = 0; j < row.Length; j += Line.Lanes)
        {
            DoubleDoubleLine mean = DoubleDoubleLine.Load(ref m, ref mLow, j);
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
