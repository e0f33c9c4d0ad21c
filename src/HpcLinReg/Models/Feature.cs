using System.Collections.Immutable;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <summary>
/// A feature of a model, which the target is explained by: a column, an expression over columns, a polynomial in one of those, or an
/// interaction. A number gives one term, a text column one term for each level but the baseline, a polynomial one for each power.
/// </summary>
/// <remarks>
/// A text converts by itself: <c>Feature f = "income / age";</c> is the column of that name if there is one, else the expression
/// (<see cref="HpcLinReg.Expression"/>). Immutable and thread-safe.
/// </remarks>
public sealed class Feature
{
    private Feature(string name, ImmutableArray<FeaturePart> parts)
    {
        Name = name;
        Parts = parts;
    }

    /// <summary>Gets the name, which its terms' names are made of.</summary>
    public string Name { get; }

    /// <summary>
    /// Gets the names of the columns and expressions that are multiplied, in order; one unless the feature is an interaction.
    /// </summary>
    public ImmutableArray<string> PartNames => [.. Parts.Select(part => part.Text)];

    /// <summary>Gets the factors of the product; one unless the feature is an interaction.</summary>
    internal ImmutableArray<FeaturePart> Parts { get; }

    /// <summary>Gets the number of powers: more than 1 for a polynomial.</summary>
    internal int Degree => Parts is [var only] ? only.Degree : 1;

    /// <summary>Returns the column of a name, or else the expression.</summary>
    /// <param name="text">A column's name, or an expression.</param>
    public static implicit operator Feature(string text) => Of(text);

    /// <summary>Returns the column of a name if the data have it, or else the expression.</summary>
    /// <param name="text">A column's name, or an expression.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Feature Of(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return new Feature(text.Trim(), [new FeaturePart(FeaturePartKind.Either, text.Trim(), 1)]);
    }

    /// <summary>Returns the column of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static Feature Column(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Feature(name, [new FeaturePart(FeaturePartKind.Column, name, 1)]);
    }

    /// <summary>Returns an expression over columns.</summary>
    /// <param name="text">The expression.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="FormatException">The text is none of our expressions; the message says where and why.</exception>
    public static Feature Expression(string text)
    {
        string parsed = HpcLinReg.Expression.Parse(text).Text;
        return new Feature(parsed, [new FeaturePart(FeaturePartKind.Expression, parsed, 1)]);
    }

    /// <summary>
    /// Returns an expression in a SQL dialect, which this library stores and cannot evaluate; a row must bring its value.
    /// </summary>
    /// <param name="text">The expression.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static Feature Sql(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return new Feature(text, [new FeaturePart(FeaturePartKind.Sql, text, 1)]);
    }

    /// <summary>Returns the powers 1 to k of a column or an expression, shifted and scaled to ±1 on the training rows.</summary>
    /// <param name="of">A column of numbers, or an expression.</param>
    /// <param name="degree">k, 1 to 40.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="ArgumentException"><paramref name="of"/> is an interaction or a polynomial itself.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    public static Feature Polynomial(Feature of, int degree)
    {
        ArgumentNullException.ThrowIfNull(of);
        PolynomialVariable.RequireDegree(degree);
        return of.Parts is [{ Degree: 1 } part] ? new Feature(of.Name, [part with { Degree = degree }])
            : throw new ArgumentException($"A polynomial is of a column or an expression; '{of.Name}' is neither.", nameof(of));
    }

    /// <summary>
    /// Returns the products of two or more columns, expressions or polynomials; of text columns those of their levels, of a polynomial
    /// those of its powers.
    /// </summary>
    /// <param name="parts">The parts; the same column or expression stands once.</param>
    /// <returns>The feature, named <c>a:b</c>.</returns>
    /// <exception cref="ArgumentException">There are fewer than two parts.</exception>
    /// <remarks>
    /// Texts are coded as in R: against the baseline where a feature before it (of fewer parts, or named earlier) contains the rest of the
    /// product, with all levels where none does. A polynomial's powers are of t = (x − shift)·scale, which lies within ±1 on the training
    /// rows, where the model has an intercept and a feature for every product that remains without one or more of the polynomials, for then
    /// the shift changes no prediction; otherwise they are the powers of x itself.
    /// </remarks>
    public static Feature Interaction(params ReadOnlySpan<Feature> parts)
    {
        ImmutableArray<FeaturePart>.Builder all = ImmutableArray.CreateBuilder<FeaturePart>();
        var names = new List<string>();
        foreach (Feature part in parts)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
            all.AddRange(part.Parts);
            names.Add(part.Name);
        }

        if (all.Count < 2)
        {
            throw new ArgumentException("An interaction has two or more parts.", nameof(parts));
        }

        return new Feature(string.Join(':', names), all.ToImmutable());
    }

    /// <summary>Returns the same feature by another name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The feature.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Feature As(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Feature(name, Parts);
    }

    /// <summary>Returns the name.</summary>
    public override string ToString() => Name;

    /// <summary>Makes a feature of stored parts.</summary>
    internal static Feature Of(string name, ImmutableArray<FeaturePart> parts) => new(name, parts);
}
