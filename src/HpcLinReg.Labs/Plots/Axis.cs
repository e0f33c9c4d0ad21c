using System.Globalization;

namespace HpcLinReg.Labs.Plots;

/// <summary>One mark of an axis: where it is, and what it says.</summary>
public readonly record struct Tick(double Value, string Label);

/// <summary>The stretch of values an axis shows, from <paramref name="Min"/> to <paramref name="Max"/>.</summary>
public readonly record struct Axis(double Min, double Max)
{
    /// <summary>A stretch below this share of its values' size would show nothing but rounding.</summary>
    private const double SmallestShare = 1e-9;

    /// <summary>Gets the stretch's length.</summary>
    public double Span => Max - Min;

    /// <summary>Gets whether the stretch can be drawn: finite ends, the first below the second, apart by more than rounding.</summary>
    public bool IsUsable => Points.DataPoint.IsUsable(Min / 10) && Points.DataPoint.IsUsable(Max / 10)
        && Span >= SmallestShare * Math.Max(Math.Abs(Min), Math.Abs(Max)) && Span > 0;

    /// <summary>A stretch around values, with a margin, from one round number to another.</summary>
    public static Axis Around(IEnumerable<double> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (double value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        if (min > max)
        {
            return new Axis(0, 10);
        }

        double size = Math.Max(Math.Abs(min), Math.Abs(max));
        if (max - min <= SmallestShare * 4 * size)
        {
            // One value only: as much room as makes it readable.
            double room = size == 0 ? 1 : size / 4;
            (min, max) = (min - room, max + room);
        }

        double margin = 0.08 * (max - min);
        double step = Step((max - min) / 10);
        return new Axis(Math.Floor((min - margin) / step) * step, Math.Ceiling((max + margin) / step) * step);
    }

    /// <summary>Widened, where needed, so that a value lies within.</summary>
    public Axis Including(double value) => value >= Min && value <= Max ? this : Around([Math.Min(Min, value), Math.Max(Max, value)]);

    /// <summary>Round numbers (1, 2 or 5 times a power of ten apart), about as many as asked for.</summary>
    public Tick[] Ticks(int about)
    {
        double step = Step(Span / Math.Max(1, about));
        long first = (long)Math.Ceiling((Min / step) - 1e-9);
        long last = (long)Math.Floor((Max / step) + 1e-9);
        var ticks = new Tick[last - first + 1];
        for (long k = first; k <= last; k++)
        {
            ticks[k - first] = new Tick(k * step, Label(k * step, step));
        }

        return ticks;
    }

    /// <summary>The smallest 1, 2 or 5 times a power of ten that is not below a length.</summary>
    internal static double Step(double length)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(length)));
        double mantissa = length / power;
        return power * (mantissa <= 1 + 1e-9 ? 1 : mantissa <= 2 + 1e-9 ? 2 : mantissa <= 5 + 1e-9 ? 5 : 10);
    }

    /// <summary>All labels of an axis have the same number of decimals; very large or small ones a power of ten.</summary>
    private string Label(double value, double step)
    {
        double size = Math.Max(Math.Abs(Min), Math.Abs(Max));
        int exponent = (int)Math.Floor(Math.Log10(size));
        int stepExponent = (int)Math.Floor(Math.Log10(step) + 1e-9);
        if (exponent is < -3 or > 6)
        {
            if (Math.Abs(value) < step / 2)
            {
                return "0";
            }

            int digits = Math.Clamp(exponent - stepExponent, 0, 12);
            double mantissa = value / Math.Pow(10, exponent);
            return Minus(mantissa.ToString("F" + digits, CultureInfo.InvariantCulture)) + "e"
                + Minus(exponent.ToString(CultureInfo.InvariantCulture));
        }

        string text = value.ToString("F" + Math.Clamp(-stepExponent, 0, 12), CultureInfo.InvariantCulture);
        return Minus(text.TrimStart('-').Trim('0', '.').Length == 0 ? text.TrimStart('-') : text);
    }

    private static string Minus(string text) => text.Replace('-', '−');
}
