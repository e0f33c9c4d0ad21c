namespace HpcLinReg.Labs.Descent;

/// <summary>
/// The learning rate's slider: logarithmic, from a thousandth of the largest stable rate to four times it, so that the mark of the largest
/// stable rate stands at the same place for all data.
/// </summary>
public readonly record struct RateScale(double LargestStableRate)
{
    /// <summary>The slider's last position; the first is 0.</summary>
    public const int Positions = 1000;

    /// <summary>Gets the position of the largest stable rate.</summary>
    public const int StablePosition = 833;

    private const double PowersBelow = 3;

    /// <summary>
    /// The rate at a position, to four digits: with three, some positions would have the rate of the one before, and a key would not get
    /// beyond.
    /// </summary>
    public double RateAt(int position) =>
        DescentLab.Rounded(LargestStableRate * Math.Pow(10, PowersBelow * (position - StablePosition) / StablePosition), 4);

    /// <summary>The position nearest to a rate.</summary>
    public int PositionOf(double rate)
    {
        double position = StablePosition * (1 + (Math.Log10(rate / LargestStableRate) / PowersBelow));
        return double.IsNaN(position) ? 0 : (int)Math.Round(Math.Clamp(position, 0, Positions));
    }
}
