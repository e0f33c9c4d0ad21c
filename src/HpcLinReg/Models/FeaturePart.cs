namespace HpcLinReg.Models;

/// <summary>One factor of a feature.</summary>
/// <param name="Kind">What the text is.</param>
/// <param name="Text">A column's name or an expression.</param>
/// <param name="Degree">The number of powers; 1 for the value itself.</param>
/// <param name="AllLevels">Whether a text has an indicator for its baseline too because the model has no intercept.</param>
internal sealed record FeaturePart(FeaturePartKind Kind, string Text, int Degree, bool AllLevels = false);
