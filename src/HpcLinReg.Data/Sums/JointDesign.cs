using System.Collections.Immutable;

namespace HpcLinReg.Data.Sums;

/// <summary>The columns of moments: the variables of a design, then the terms t, t², … of polynomials in some of them.</summary>
/// <param name="Design">How variables are made of the source's columns; none is a polynomial.</param>
/// <param name="Polynomials">The polynomials, in the order of their terms.</param>
internal sealed record JointDesign(Design Design, ImmutableArray<JointPolynomial> Polynomials)
{
    /// <summary>Gets the names of the columns; the terms of x are called t(x), t(x)^2, ….</summary>
    internal ImmutableArray<string> Names => [.. Design.VariableNames, .. Polynomials.SelectMany(polynomial =>
        Enumerable.Range(1, polynomial.Terms.Degree).Select(m => FormattableString.Invariant($"t({polynomial.Name}){(m == 1 ? "" : $"^{m}")}")))];

    /// <summary>Gets the number of columns.</summary>
    internal int Columns => Design.VariableNames.Length + Polynomials.Sum(polynomial => polynomial.Terms.Degree);

    /// <summary>Returns the column of a polynomial's first term.</summary>
    internal int FirstTerm(int polynomial) =>
        Design.VariableNames.Length + Polynomials.AsSpan()[..polynomial].ToArray().Sum(before => before.Terms.Degree);

    /// <summary>Returns the index of the polynomial in a variable; −1 where there is none.</summary>
    internal int Find(string variable) => Polynomials.Select(polynomial => polynomial.Name).ToList().IndexOf(variable);

    /// <summary>Returns the index of a polynomial's variable.</summary>
    internal int VariableOf(JointPolynomial polynomial) => Design.VariableNames.IndexOf(polynomial.Name);
}

/// <summary>A polynomial whose terms are summed.</summary>
/// <param name="Name">The variable, which is a feature of its own.</param>
/// <param name="Terms">Degree, shift and scale of its terms.</param>
internal readonly record struct JointPolynomial(string Name, PolynomialVariable Terms);
