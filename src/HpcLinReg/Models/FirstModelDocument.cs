namespace HpcLinReg.Models;

/// <summary>A model file of version 1 as JSON has it, which is read and no longer written.</summary>
internal sealed record FirstModelDocument
{
    public string? Format { get; init; }

    public int? Version { get; init; }

    public string? Target { get; init; }

    public bool? Intercept { get; init; }

    public double? Ridge { get; init; }

    public FirstInput[]? Inputs { get; init; }

    public FirstCategorical[]? Categoricals { get; init; }

    public FirstTerm[]? Terms { get; init; }

    public FirstCoefficient[]? Coefficients { get; init; }

    public long? Rows { get; init; }

    public int? Rank { get; init; }

    public long? ResidualDegreesOfFreedom { get; init; }

    public double? ResidualVariance { get; init; }

    public double[]? FeatureMeans { get; init; }

    public double[][]? Factor { get; init; }
}

/// <summary>A column that is read.</summary>
internal sealed record FirstInput(string? Name, string? Kind);

/// <summary>A text column's levels.</summary>
internal sealed record FirstCategorical(string? Name, string? Column, string? Reference, string[]? Levels);

/// <summary>A term.</summary>
internal sealed record FirstTerm(string? Name, string? Kind, string? Column, string? Expression, string? Level);

/// <summary>A coefficient; the estimate of a dropped term is null.</summary>
internal sealed record FirstCoefficient(string? Term, double? Estimate);
