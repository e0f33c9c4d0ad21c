namespace HpcLinReg.Data.Features;

/// <summary>A feature as somebody asked for it, with the source's columns that it reads.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Columns">The indices of the columns.</param>
internal sealed record NamedFeature(Feature Feature, IReadOnlyList<int> Columns);
