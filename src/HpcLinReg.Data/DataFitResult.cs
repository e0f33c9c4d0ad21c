using System.Collections.Immutable;
using HpcLinReg.Data.Features;

namespace HpcLinReg.Data;

/// <summary>A fit to a source, with the names of its terms and what became of the rows.</summary>
public sealed record DataFitResult
{
    /// <summary>
    /// Gets the fit; its features are <see cref="Terms"/>, in order. Where the request has powers, it is the fit on the terms of <see cref="Polynomial"/> instead,
    /// shifted and scaled, and <see cref="Terms"/> are what the coefficients of <see cref="Powers"/> belong to.
    /// </summary>
    public required Fit Fit { get; init; }

    /// <summary>Gets the model of a request with powers, which takes the features themselves, in the order of <see cref="DataRows.Terms"/>; null without powers.</summary>
    public PolynomialModel? Polynomial { get; init; }

    /// <summary>Gets the coefficients of the powers, for reading; null without powers.</summary>
    public PowerCoefficients? Powers { get; init; }

    /// <summary>Gets the target's name as the source spells it.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the terms, without the intercept.</summary>
    public required ImmutableArray<Term> Terms { get; init; }

    /// <summary>Gets how many rows were left out because something was missing.</summary>
    public required long RowsDropped { get; init; }

    /// <summary>Gets the columns and expressions that had missing values, in the order target, features.</summary>
    public required ImmutableArray<MissingCount> MissingByColumn { get; init; }

    /// <summary>Gets whether the same source gives the same bits again.</summary>
    public required bool BitsPromised { get; init; }

    /// <summary>Gets what the user should know; one sentence each.</summary>
    public required ImmutableArray<string> Warnings { get; init; }

    /// <summary>Gets the columns that the features read.</summary>
    internal ImmutableArray<DataColumn> Inputs { get; init; } = [];

    /// <summary>Gets the features that the terms came from.</summary>
    internal ImmutableArray<Feature> Features { get; init; } = [];

    /// <summary>Gets the ridge fitted with.</summary>
    internal double Ridge { get; init; }

    /// <summary>Describes the fit for storage.</summary>
    /// <returns>The description.</returns>
    /// <exception cref="DataException">The fit has coefficients that are not finite.</exception>
    /// <exception cref="UsageException">The fit has powers, which a model file of version 1 cannot hold.</exception>
    public ModelFile ToModelFile() => ModelFile.Of(this);
}
