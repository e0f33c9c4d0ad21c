using System.Diagnostics;

namespace HpcLinReg.Terms;

/// <summary>The operators and functions of expressions on single values. None allocates or throws.</summary>
/// <remarks>Where a method returns a fault other than None, the value it wrote is not to be used.</remarks>
internal static class ExpressionArithmetic
{
    /// <summary>The most digits after or before the point that <c>round</c> takes: larger powers of ten are not exact in double.</summary>
    internal const int MostDigits = 22;

    private const long MicrosecondsOfHour = 3_600_000_000, MicrosecondsOfDay = 24 * MicrosecondsOfHour;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a column's value; a flag becomes the whole number 0 or 1.</summary>
    internal static ExpressionFault Column(Scalar value, out Scalar result)
    {
        result = value.Kind == CellKind.Flag ? Scalar.OfWhole(value.WholeNumber) : value;
        return value.IsMissing ? ExpressionFault.Missing : ExpressionFault.None;
    }

    /// <summary>Returns whether a value on the stack is one that numbers are computed from.</summary>
    internal static bool IsNumeric(Scalar value) => value.Kind is CellKind.Number or CellKind.Whole;

    /// <summary>Replaces a by an operation of one number.</summary>
    internal static ExpressionFault Unary(ExpressionStep step, ref Scalar a)
    {
        if (!IsNumeric(a))
        {
            return ExpressionFault.WrongKind;
        }

        return a.Kind == CellKind.Whole && step.Operation <= ExpressionOperation.Round ? OfWhole(step, ref a) : OfNumber(step, ref a);
    }

    /// <summary>Replaces a time by a part of it.</summary>
    internal static ExpressionFault OfTime(ExpressionOperation operation, ref Scalar a)
    {
        if (a.Kind != CellKind.Time)
        {
            return ExpressionFault.WrongKind;
        }

        long microseconds = (long)a.WholeNumber;
        long day = FloorDivide(microseconds, MicrosecondsOfDay);
        long timeOfDay = microseconds - (day * MicrosecondsOfDay);
        a = operation switch
        {
            ExpressionOperation.Epoch => Scalar.OfNumber(a.ToDouble()),
            ExpressionOperation.Hour => Scalar.OfWhole(timeOfDay / MicrosecondsOfHour),
            // 1970-01-01 was a Thursday, day 4 of the week.
            ExpressionOperation.DayOfWeek => Scalar.OfWhole(day + 4 - (7 * FloorDivide(day + 4, 7))),
            ExpressionOperation.Year => Scalar.OfWhole(Date(day).Year),
            ExpressionOperation.Month => Scalar.OfWhole(Date(day).Month),
            ExpressionOperation.Day => Scalar.OfWhole(Date(day).Day),
            _ => throw new UnreachableException(),
        };
        return ExpressionFault.None;
    }

    /// <summary>Replaces a by an operation of a and b.</summary>
    internal static ExpressionFault Binary(ExpressionOperation operation, ref Scalar a, Scalar b)
    {
        if (!IsNumeric(a) || !IsNumeric(b))
        {
            return ExpressionFault.WrongKind;
        }

        if (a.Kind == CellKind.Whole && b.Kind == CellKind.Whole && operation <= ExpressionOperation.Greatest)
        {
            return OfWholes(operation, ref a, b.WholeNumber);
        }

        double x = a.ToDouble(), y = b.ToDouble();
        a = Scalar.OfNumber(operation switch
        {
            ExpressionOperation.Add => x + y,
            ExpressionOperation.Subtract => x - y,
            ExpressionOperation.Multiply => x * y,
            ExpressionOperation.Divide => x / y,
            ExpressionOperation.Power => Math.Pow(x, y),
            // Of 0 and −0, which are equal, the first stays.
            ExpressionOperation.Least => y < x ? y : x,
            ExpressionOperation.Greatest => y > x ? y : x,
            _ => throw new UnreachableException(),
        });
        return a.IsMissing ? ExpressionFault.NotDefined : ExpressionFault.None;
    }

    private static ExpressionFault OfWholes(ExpressionOperation operation, ref Scalar a, Int128 y)
    {
        Int128 x = a.WholeNumber, result;
        bool fits = true;
        switch (operation)
        {
            case ExpressionOperation.Add:
                result = unchecked(x + y);
                // Only a sum of two equal signs can overflow, and then has the other sign.
                fits = Int128.IsNegative(x) != Int128.IsNegative(y) || Int128.IsNegative(x) == Int128.IsNegative(result);
                break;
            case ExpressionOperation.Subtract:
                result = unchecked(x - y);
                fits = Int128.IsNegative(x) == Int128.IsNegative(y) || Int128.IsNegative(x) == Int128.IsNegative(result);
                break;
            case ExpressionOperation.Multiply:
                fits = TryMultiply(x, y, out result);
                break;
            case ExpressionOperation.Least:
                result = Int128.Min(x, y);
                break;
            default:
                result = Int128.Max(x, y);
                break;
        }

        a = Scalar.OfWhole(result);
        return fits ? ExpressionFault.None : ExpressionFault.WholeOverflow;
    }

    /// <summary>Multiplies, and returns whether the product fits into 128 bits.</summary>
    private static bool TryMultiply(Int128 x, Int128 y, out Int128 product)
    {
        if ((long)x == x && (long)y == y)
        {
            product = Math.BigMul((long)x, (long)y);
            return true;
        }

        UInt128 large = Magnitude(x), small = Magnitude(y);
        if (large < small)
        {
            (large, small) = (small, large);
        }

        // large = high·2⁶⁴ + low, and small must be below 2⁶⁴, so that neither partial product overflows.
        UInt128 low = (UInt128)(ulong)large * (ulong)small, high = (large >> 64) * (ulong)small;
        bool isNegative = Int128.IsNegative(x) != Int128.IsNegative(y);
        UInt128 magnitude = unchecked((high << 64) + low);
        product = unchecked(isNegative ? -(Int128)magnitude : (Int128)magnitude);
        return small <= ulong.MaxValue && high <= ulong.MaxValue && magnitude >= low
            && magnitude <= (UInt128)Int128.MaxValue + (isNegative ? UInt128.One : UInt128.Zero);
    }

    private static UInt128 Magnitude(Int128 value) => unchecked((UInt128)(Int128.IsNegative(value) ? -value : value));

    private static ExpressionFault OfWhole(ExpressionStep step, ref Scalar a)
    {
        Int128 value = a.WholeNumber;
        switch (step.Operation)
        {
            case ExpressionOperation.Negate:
                a = Scalar.OfWhole(unchecked(-value));
                return value == Int128.MinValue ? ExpressionFault.WholeOverflow : ExpressionFault.None;
            case ExpressionOperation.Abs:
                a = Scalar.OfWhole(Int128.IsNegative(value) ? unchecked(-value) : value);
                return value == Int128.MinValue ? ExpressionFault.WholeOverflow : ExpressionFault.None;
            case ExpressionOperation.Round when step.Index < 0:
                // Powers of ten to 10²² are exact in double.
                Int128 unit = (Int128)PowersOfTen[-step.Index], remainder = value % unit;
                Int128 near = value - remainder;
                Int128 outward = 2 * Int128.Abs(remainder) < unit ? 0 : Int128.IsNegative(value) ? -unit : unit;
                a = Scalar.OfWhole(near);
                return OfWholes(ExpressionOperation.Add, ref a, outward);
            default:
                return ExpressionFault.None;
        }
    }

    private static ExpressionFault OfNumber(ExpressionStep step, ref Scalar a)
    {
        double value = a.ToDouble();
        a = Scalar.OfNumber(step.Operation switch
        {
            ExpressionOperation.Negate => -value,
            ExpressionOperation.Abs => Math.Abs(value),
            ExpressionOperation.Floor => Math.Floor(value),
            ExpressionOperation.Ceil => Math.Ceiling(value),
            ExpressionOperation.Round => Round(value, step.Index),
            ExpressionOperation.Ln => Math.Log(value),
            ExpressionOperation.Log10 => Math.Log10(value),
            ExpressionOperation.Log2 => Math.Log2(value),
            ExpressionOperation.Exp => Math.Exp(value),
            ExpressionOperation.Sqrt => Math.Sqrt(value),
            ExpressionOperation.Sin => Math.Sin(value),
            ExpressionOperation.Cos => Math.Cos(value),
            _ => throw new UnreachableException(),
        });
        return a.IsMissing ? ExpressionFault.NotDefined : ExpressionFault.None;
    }

    /// <summary>
    /// Rounds as DuckDB does, by a power of ten and back; a value whose scaled one leaves the range of double has no such digits, and
    /// stays.
    /// </summary>
    private static double Round(double value, int digits)
    {
        double scale = PowersOfTen[Math.Abs(digits)];
        double rounded = digits switch
        {
            0 => Math.Round(value, MidpointRounding.AwayFromZero),
            > 0 => Math.Round(value * scale, MidpointRounding.AwayFromZero) / scale,
            _ => Math.Round(value / scale, MidpointRounding.AwayFromZero) * scale,
        };
        return double.IsFinite(rounded) ? rounded : value;
    }

    /// <summary>Returns the date of a day of the Gregorian calendar, continued before 1582; the year 0 is 1 BC.</summary>
    /// <param name="day">Days since 1970-01-01.</param>
    private static (long Year, long Month, long Day) Date(long day)
    {
        // Years are counted from 0000-03-01, so that the leap day is the last of its year; 400 of them have 146,097 days.
        // Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
        long shifted = day + 719_468;
        long era = FloorDivide(shifted, 146_097);
        long dayOfEra = shifted - (era * 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
        return (yearOfEra + (400 * era) + (month <= 2 ? 1 : 0), month, dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1);
    }

    private static long FloorDivide(long a, long b) =>
        Math.DivRem(a, b) is var (quotient, remainder) && remainder < 0 ? quotient - 1 : quotient;
}
