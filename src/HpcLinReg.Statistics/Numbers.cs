using System.Globalization;

namespace HpcLinReg.Statistics;

/// <summary>Numbers as a person reads them.</summary>
internal static class Numbers
{
    /// <summary>Digits of a standard error; its estimate is shown to the same place.</summary>
    private const int ErrorDigits = 4;

    /// <summary>From here on a number is written with an exponent.</summary>
    private const double Large = 1e10;

    private const int MostDecimals = 10;

    /// <summary>ln 10.</summary>
    private static readonly double LogTen = Math.Log(10);

    /// <summary>
    /// Returns at which decimal a standard error has four digits, which is negative left of the point; null where there is no standard
    /// error.
    /// </summary>
    internal static int? DecimalsOf(double error) =>
        !(error > 0) || double.IsInfinity(error) ? null : ErrorDigits - 1 - Exponent(error, ErrorDigits);

    /// <summary>Returns a number to a decimal place; with an exponent where it would be long.</summary>
    internal static string Rounded(double value, int decimals)
    {
        if (!double.IsFinite(value))
        {
            return "";
        }

        if (decimals > MostDecimals || Math.Abs(value) >= Large)
        {
            int digits = value == 0 ? 0 : Exponent(value, ErrorDigits) + decimals + 1;
            return digits < 1 ? "0" : Scientific(value, Math.Min(digits, 15));
        }

        string text = value.ToString($"F{Math.Max(0, decimals)}", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAnyInRange('1', '9') < 0 ? text.TrimStart('-') : text;
    }

    /// <summary>Returns a number to some significant digits, in the shorter of both notations.</summary>
    internal static string Significant(double value, int digits)
    {
        if (!double.IsFinite(value))
        {
            return double.IsPositiveInfinity(value) ? "Inf" : double.IsNegativeInfinity(value) ? "-Inf" : "";
        }

        if (value == 0)
        {
            return "0";
        }

        int exponent = Exponent(value, digits);
        return exponent < -5 || exponent >= 10 ? Scientific(value, digits) : value.ToString($"F{Math.Max(0, digits - 1 - exponent)}", CultureInfo.InvariantCulture);
    }

    /// <summary>Returns degrees of freedom: a whole number with all digits, the trace of a ridge with six.</summary>
    internal static string Freedom(double value) =>
        value.ToString(double.IsInteger(value) && Math.Abs(value) < 1e15 ? "F0" : "G6", CultureInfo.InvariantCulture);

    /// <summary>Returns a p value to three digits; from its logarithm where it is below the range of double.</summary>
    internal static string P(double p, double logP)
    {
        if (double.IsNaN(p))
        {
            return "";
        }

        if (p >= 1e-300)
        {
            return p < 1e-4 ? Scientific(p, 3) : Significant(p, 3);
        }

        return double.IsNegativeInfinity(logP) ? "0" : FromLog(logP, 3);
    }

    /// <summary>Returns a share as a percentage with the digits it was given with: 0.95 is 95, and 0.9999999 is 99.99999.</summary>
    internal static string Percent(double share) =>
        decimal.TryParse(share.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture,
            out decimal exact) && exact > 0
            ? (100 * exact).ToString("G29", CultureInfo.InvariantCulture)
            : Scientific(100 * share, 3);

    /// <summary>Returns e to a power with some significant digits, however small it is.</summary>
    internal static string FromLog(double log, int digits)
    {
        double tens = log / LogTen;
        double exponent = Math.Floor(tens);
        string mantissa = Math.Exp(log - (exponent * LogTen)).ToString($"F{digits - 1}", CultureInfo.InvariantCulture);
        return mantissa.StartsWith("10", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"1{(digits > 1 ? "." + new string('0', digits - 1) : "")}e{exponent + 1:F0}")
            : string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{exponent:F0}");
    }

    /// <summary>Returns 1.23e-5.</summary>
    private static string Scientific(double value, int digits)
    {
        string text = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        int at = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text[..at]}e{exponent}");
    }

    /// <summary>Returns the decimal exponent after rounding to some digits: of 0.0999999 it is −1.</summary>
    private static int Exponent(double value, int digits)
    {
        string text = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        return int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture);
    }
}
