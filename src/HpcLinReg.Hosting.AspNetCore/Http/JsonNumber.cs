using System.Text.Json;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Reads numbers of JSON as the nearest doubles, short decimals without the general algorithm.</summary>
/// <remarks>
/// A decimal of at most 15 digits is m/10ᶠ with m below 2⁵³; for f up to 22 both are doubles without an error, so one division rounds
/// correctly (Clinger, How to read floating point numbers accurately, 1990).
/// </remarks>
internal static class JsonNumber
{
    private const int MostDigits = 15;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Returns the number that the reader stands at.</summary>
    internal static double Read(ref Utf8JsonReader reader) => TryReadShort(reader.ValueSpan, out double value) ? value : reader.GetDouble();

    /// <summary>Reads a decimal without an exponent, of few enough digits. The text is a number of JSON.</summary>
    internal static bool TryReadShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool isNegative = text.Length > 0 && text[0] == '-';
        long mantissa = 0;
        int digits = 0, fraction = -1;
        for (int i = isNegative ? 1 : 0; i < text.Length; i++)
        {
            int digit = text[i] - '0';
            if ((uint)digit <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                digits += mantissa > 0 ? 1 : 0;
                fraction += fraction >= 0 ? 1 : 0;
                if (digits > MostDigits)
                {
                    return false;
                }
            }
            else if (text[i] == '.' && fraction < 0)
            {
                fraction = 0;
            }
            else
            {
                return false;
            }
        }

        if (fraction >= PowersOfTen.Length)
        {
            return false;
        }

        value = fraction > 0 ? mantissa / PowersOfTen[fraction] : mantissa;
        value = isNegative ? -value : value;
        return true;
    }
}
