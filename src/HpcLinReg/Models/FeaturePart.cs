namespace HpcLinReg.Models;

/// <summary>One factor of a feature.</summary>
/// <param name="Kind">The kind of the text.</param>
/// <param name="Text">A column's name or an expression.</param>
/// <param name="Degree">The number of powers; 1 for the value itself.</param>
/// <param name="AllLevels">Whether a text has an indicator for its baseline too because the model has no intercept.</param>
internal sealed record FeaturePart(FeaturePartKind Kind, string Text, int Degree, bool AllLevels = false)
{
    /// <summary>
    /// Gets the shift of t = (x − shift)·scale, whose powers enter an interaction; a polynomial alone is shifted by its fit instead.
    /// </summary>
    internal double Shift { get; init; }

    /// <summary>Gets the scale of t, a positive number.</summary>
    internal double Scale { get; init; } = 1;

    /// <summary>Gets the column or expression alone, without degree, shift, scale and coding, to compare parts by.</summary>
    internal FeaturePart Plain => new(Kind, Text, 1);
}
