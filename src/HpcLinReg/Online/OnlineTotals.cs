using HpcLinReg.Kernels;

namespace HpcLinReg.Online;

/// <summary>
/// The single numbers of an <see cref="OnlineRegression"/>. Weights are kept in units in which nothing fades: new rows weigh
/// 1/<see cref="Fade"/>, and the present weights are these times Fade·2^−<see cref="PendingFade"/>.
/// </summary>
internal struct OnlineTotals
{
    /// <summary>2⁻¹⁰², four times the roundoff of double-double.</summary>
    internal const double Roundoff = 1.0 / (1L << 51) / (1L << 51);

    /// <summary>Octaves of weights whose numbers of decays are remembered.</summary>
    internal const int Octaves = 64;

    /// <summary>Gets or sets the number of rows.</summary>
    internal long Count;

    /// <summary>Σv.</summary>
    internal DoubleDouble Weight;

    /// <summary>Σv².</summary>
    internal DoubleDouble SquaredWeight;

    /// <summary>
    /// The sum of the factors by which rows have faded, less Σv: 0 unless rows came from moments or a fit of weighted rows.
    /// </summary>
    internal double RowsBeyondWeight;

    /// <summary>A bound of the error of Σv.</summary>
    internal double WeightError;

    /// <summary>The product of the factors of decays since the last whole power of 2⁶⁴ was taken out; above 2⁻⁶⁴.</summary>
    internal DoubleDouble Fade;

    /// <summary>Powers of two already taken out of the fade but not yet out of the state.</summary>
    internal long PendingFade;

    /// <summary>−log₂ of all factors since the model was last empty.</summary>
    internal double FadedOctaves;

    /// <summary>The number of calls of Decay with a factor below 1.</summary>
    internal long Decays;

    /// <summary>Steps since the last removal, each of which perturbs rows by a few roundings.</summary>
    internal double Steps;

    /// <summary>λ.</summary>
    internal double Ridge;

    /// <summary>The weight of the newest row, the largest there is.</summary>
    internal double NewestWeight;

    /// <summary>The factors since the newest row.</summary>
    internal double FadeOfNewest;

    /// <summary>Σv⁴y², v relative to the newest row's.</summary>
    internal double RecentSquares;

    /// <summary>A bound of its error.</summary>
    internal double RecentSquaresError;
}
