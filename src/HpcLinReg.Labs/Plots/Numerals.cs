using System.Globalization;

namespace HpcLinReg.Labs.Plots;

/// <summary>Numbers as a page shows them: a true minus, and as many digits as are worth reading.</summary>
public static class Numerals
{
    /// <summary>
    /// A number to some significant digits (6 by default), without trailing zeros; very large and small ones with a power of ten.
    /// </summary>
    public static string Number(double value, int digits = 6)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "not defined" : value > 0 ? "∞" : "−∞";
        }

        if (value == 0)
        {
            return "0";
        }

        // Rounded first, so that 9.9999999 is seen as 10 by what follows.
        string scientific = value.ToString("E" + (digits - 1), CultureInfo.InvariantCulture);
        int at = scientific.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(scientific.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits + 1)
        {
            return Minus($"{Trimmed(scientific[..at])}e{exponent}");
        }

        return Minus(
            Trimmed(Math.Round(value, Math.Clamp(digits - 1 - exponent, 0, 15)).ToString("F" + Math.Max(0, digits - 1 - exponent),
            CultureInfo.InvariantCulture)));
    }

    /// <summary>A number as the text that reads back to the same bits.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// A number that is a count of n-ths, as the chapter writes it: 4.66667 of three points is 14/3. Only for small whole numerators,
    /// and only up to the rounding of a sum of n terms; null otherwise.
    /// </summary>
    public static string? Fraction(double value, int denominator)
    {
        if (denominator is < 2 or > 12 || !double.IsFinite(value))
        {
            return null;
        }

        double numerator = Math.Round(value * denominator);
        double rounding = (denominator + 2) * Math.Pow(2, -52) * Math.Abs(numerator);
        if (numerator == 0 || Math.Abs(numerator) > 9999 || Math.Abs((value * denominator) - numerator) > rounding
            || numerator % denominator == 0)
        {
            return null;
        }

        long common = GreatestCommonDivisor((long)Math.Abs(numerator), denominator);
        return Minus($"{(long)numerator / common}/{denominator / common}");
    }

    /// <summary>A number with its fraction beside it, where it has one.</summary>
    public static string WithFraction(double value, int denominator) =>
        Fraction(value, denominator) is { } fraction ? $"{Number(value)} = {fraction}" : Number(value);

    /// <summary>A sum of terms as 0 where it is no larger than the rounding of its terms.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="sizes">The sum of the terms' sizes, each that of the largest number it was computed from.</param>
    /// <param name="count">The number of terms.</param>
    public static double WithoutRounding(double sum, double sizes, int count) =>
        Math.Abs(sum) <= (count + 4) * Math.Pow(2, -52) * sizes ? 0 : sum;

    /// <summary>A term that is added to others: “+ 2” or “− 2”.</summary>
    public static string Added(double value, int digits = 6) => value < 0 ? $"− {Number(-value, digits)}" : $"+ {Number(value, digits)}";

    private static long GreatestCommonDivisor(long a, long b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);

    private static string Trimmed(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static string Minus(string text) => text.Replace('-', '−');
}
