using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// How a variable x enters a polynomial model: as terms f·tᵐ⁻¹, m = 1 … <see cref="Degree"/>, with t = (x −
/// <see cref="Shift"/>)·<see cref="Scale"/>.
/// </summary>
/// <remarks>
/// In a model with an intercept f = t, so the terms are t, t², …, tᵏ. A shift would bring a constant into a model without one; there f =
/// x·<see cref="OriginScale"/>, so every term is 0 where x is 0, and the terms still differ from each other as powers of t do. An immutable
/// value: no allocation.
/// </remarks>
public readonly record struct PolynomialVariable
{
    /// <summary>Describes a variable; <see cref="PolynomialModel"/> checks the values.</summary>
    /// <param name="degree">k, the number of terms: 1 to 40.</param>
    /// <param name="shift">The middle of the training range, in the units of x.</param>
    /// <param name="scale">1 over half of the training range, above 0; 1 for a variable of degree 1, which keeps its units.</param>
    public PolynomialVariable(int degree, double shift, double scale)
    {
        (Degree, Shift, Scale) = (degree, shift, scale);
    }

    /// <summary>Gets k, the number of terms: 1 to 40.</summary>
    public int Degree { get; }

    /// <summary>Gets the middle of the training range, in the units of x.</summary>
    public double Shift { get; }

    /// <summary>
    /// Gets 1 over half of the training range, so that t lies within ±1 there; 1 for a variable of degree 1, which keeps its units.
    /// </summary>
    public double Scale { get; }

    /// <summary>The highest degree of a polynomial. Above it powers of numbers within ±1 differ too little for any double.</summary>
    internal const int MostDegree = 40;

    /// <summary>
    /// Gets the factor that brings x within ±1 on the training range, Scale / (1 + |Shift|·Scale); used without an intercept only.
    /// </summary>
    public double OriginScale => Scale / (1 + (Math.Abs(Shift) * Scale));

    /// <summary>Computes the terms of a value in double-double.</summary>
    /// <param name="value">x.</param>
    /// <param name="terms">Receives f, f·t, …, f·tᵏ⁻¹: <see cref="Degree"/> values.</param>
    /// <param name="remainders">Receives as many remainders, to be added to the terms.</param>
    /// <param name="hasIntercept">Whether the model has an intercept, which decides f.</param>
    /// <exception cref="ArgumentException">The spans have not <see cref="Degree"/> places.</exception>
    /// <remarks>Term m is wrong by at most 21m·2⁻¹⁰⁶ of itself. Allocates nothing.</remarks>
    public void Expand(double value, Span<double> terms, Span<double> remainders, bool hasIntercept)
    {
        if (terms.Length != Degree || remainders.Length != Degree)
        {
            Throw.PlacesAgainstTerms(terms.Length == Degree ? remainders.Length : terms.Length, Degree);
        }

        ComputeTerms(ToPowers(hasIntercept), value, terms, remainders);
    }

    /// <summary>Computes the terms of a value in double-double.</summary>
    internal static void ComputeTerms(in ShiftedPowers powers, double value, Span<double> terms, Span<double> remainders)
    {
        DoubleDouble t = DoubleDouble.Sum(value, -powers.Shift) * powers.Scale;
        DoubleDouble term = DoubleDouble.Sum(value, -powers.Root) * powers.RootScale;
        for (int m = 0; m < powers.Degree; m++)
        {
            (terms[m], remainders[m]) = term;
            term *= t;
        }
    }

    /// <summary>The terms as the kernels take them.</summary>
    internal ShiftedPowers ToPowers(bool hasIntercept) =>
        hasIntercept ? new ShiftedPowers(Degree, Shift, Scale, Shift, Scale) : new ShiftedPowers(Degree, Shift, Scale, 0, OriginScale);

    /// <summary>Returns how a variable of a training range enters a model with an intercept.</summary>
    /// <param name="degree">The number of terms, 1 to 40.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value; below the smallest where there are no rows, and then shift 0 and scale 1 are returned.</param>
    /// <returns>The variable, shifted by the middle of the range and scaled to ±1 there; of degree 1 it is shifted only.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    public static PolynomialVariable OfRange(int degree, double least, double most)
    {
        RequireDegree(degree);
        return Of(degree, least, most, hasIntercept: true);
    }

    /// <summary>The basis for a variable of a degree and a range; of a range without rows, the variable itself.</summary>
    /// <param name="degree">The number of terms.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The largest value.</param>
    /// <param name="hasIntercept">Whether a constant is fitted; without one a variable of degree 1 is not shifted.</param>
    internal static PolynomialVariable Of(int degree, double least, double most, bool hasIntercept)
    {
        if (!(least <= most) || (degree == 1 && !hasIntercept))
        {
            return new PolynomialVariable(degree, 0, 1);
        }

        double shift = (0.5 * least) + (0.5 * most);
        double reach = Math.Max(most - shift, shift - least);
        return new PolynomialVariable(degree, shift, degree > 1 && reach > 0 ? Math.Min(1 / reach, LargestScale) : 1);
    }

    /// <summary>2¹⁰⁰⁰: the reciprocal of a subnormal range would be infinite.</summary>
    private const double LargestScale = 1.0715086071862673e301;

    /// <summary>Requires a degree of 1 to <see cref="MostDegree"/>.</summary>
    internal static void RequireDegree(int degree)
    {
        if (degree is < 1 or > MostDegree)
        {
            Throw.DegreeNotUsable(degree);
        }
    }
}
