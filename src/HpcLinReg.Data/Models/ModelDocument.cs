using System.Text.Json.Serialization;

namespace HpcLinReg.Data.Models;

/// <summary>The model file as JSON has it; everything may be absent until <see cref="ModelReader"/> has checked it.</summary>
internal sealed record ModelDocument
{
    internal const string FormatName = "hpclinreg-model";
    internal const int CurrentVersion = 1;

    [JsonPropertyOrder(-2)]
    public string? Format { get; init; }

    [JsonPropertyOrder(-1)]
    public int? Version { get; init; }

    public string? Target { get; init; }

    public bool? Intercept { get; init; }

    public double? Ridge { get; init; }

    /// <summary>Gets the columns that the terms read.</summary>
    public InputDocument[]? Inputs { get; init; }

    public CategoricalDocument[]? Categoricals { get; init; }

    /// <summary>Gets the terms without the intercept, in the order of the design.</summary>
    public TermDocument[]? Terms { get; init; }

    /// <summary>Gets the estimates, "(Intercept)" first when there is one; null for an aliased term.</summary>
    public CoefficientDocument[]? Coefficients { get; init; }

    public long? Rows { get; init; }

    public int? Rank { get; init; }

    public long? ResidualDegreesOfFreedom { get; init; }

    /// <summary>Gets s²; null without degrees of freedom.</summary>
    public double? ResidualVariance { get; init; }

    /// <summary>Gets the means of the terms; empty without an intercept.</summary>
    public double[]? FeatureMeans { get; init; }

    /// <summary>Gets the rows of R from the diagonal on, RᵀR = XᵀX + λI with centred columns when there is an intercept.</summary>
    public double[][]? Factor { get; init; }
}

internal sealed record InputDocument(string? Name, string? Kind);

internal sealed record CategoricalDocument(string? Name, string? Column, string? Reference, string[]? Levels);

internal sealed record TermDocument(
    string? Name,
    string? Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Column,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Expression,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level);

internal sealed record CoefficientDocument(string? Term, double? Estimate);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    AllowDuplicateProperties = false,
    WriteIndented = true)]
[JsonSerializable(typeof(ModelDocument))]
internal sealed partial class ModelJson : JsonSerializerContext;
