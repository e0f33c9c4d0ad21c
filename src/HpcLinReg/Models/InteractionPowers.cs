using System.Collections.Immutable;

namespace HpcLinReg.Models;

/// <summary>Chooses the shift and scale of polynomials within interactions.</summary>
/// <remarks>
/// Powers of a column far from 0 differ too little for any solver, so they are taken of t = (x − shift)·scale, which lies within ±1. A
/// shift brings in the products of lower powers; where these are not in the model, it would change which model is fitted. So an interaction
/// is shifted only if the model has an intercept and every product that results from leaving out one or more of its polynomials; otherwise
/// its powers are those of x itself.
/// </remarks>
internal static class InteractionPowers
{
    /// <summary>Interactions of more polynomials than this are not shifted: 2ᵖ products would have to be looked for.</summary>
    private const int MostShifted = 8;

    /// <summary>Returns the features with the shift and scale that the rows give.</summary>
    /// <param name="features">The features.</param>
    /// <param name="hasIntercept">Whether the model has an intercept.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="cells">The rows used, column by column, all complete.</param>
    internal static ImmutableArray<Feature> Shift(ImmutableArray<Feature> features, bool hasIntercept, ImmutableArray<ModelColumn> columns,
        Cell[][] cells) =>
        !hasIntercept || !features.Any(feature => feature.Parts.Length > 1 && feature.Parts.Any(part => part.Degree > 1)) ? features
        : [.. features.Select(feature => feature.Parts.Length > 1 && HasMargins(feature, features)
            ? Feature.Of(feature.Name, [.. feature.Parts.Select(part => part.Degree == 1 ? part : Shift(part, columns, cells))])
            : feature)];

    /// <summary>
    /// Returns whether the model has every product that results from leaving out one or more polynomials of an interaction.
    /// </summary>
    private static bool HasMargins(Feature feature, ImmutableArray<Feature> features)
    {
        FeaturePart[] powers = [.. feature.Parts.Where(part => part.Degree > 1)];
        FeaturePart[] others = [.. feature.Parts.Where(part => part.Degree == 1)];
        if (powers.Length is 0 or > MostShifted)
        {
            return false;
        }

        for (int kept = 0; kept < (1 << powers.Length) - 1; kept++)
        {
            FeaturePart[] margin = [.. others, .. powers.Where((_, p) => (kept & (1 << p)) != 0)];
            if (margin.Length > 0 && !features.Any(other => other.Parts.Length == margin.Length
                && margin.All(part => other.Parts.Any(its => its.Plain == part.Plain && its.Degree >= part.Degree))))
            {
                return false;
            }
        }

        return true;
    }

    private static FeaturePart Shift(FeaturePart part, ImmutableArray<ModelColumn> columns, Cell[][] cells)
    {
        var alone = Design.Create(columns, [Feature.Of(part.Text, [part.Plain])]);
        var row = new Cell[columns.Length];
        double least = double.PositiveInfinity, most = double.NegativeInfinity, value = 0;
        for (int i = 0; i < cells[0].Length; i++)
        {
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = cells[j][i];
            }

            _ = alone.Fill(row, new Span<double>(ref value));
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        var variable = PolynomialVariable.Of(part.Degree, least, most, hasIntercept: true);
        return part with { Shift = variable.Shift, Scale = variable.Scale };
    }
}
