using System.Collections.Immutable;

namespace HpcLinReg.Data;

/// <summary>A fit to a source, with the names of its terms and what became of the rows.</summary>
public sealed class DataFitResult
{
    internal DataFitResult()
    {
    }

    /// <summary>
    /// Gets the fit; its features are <see cref="Terms"/>, in order. Where the request has powers, it is the fit on the model's terms
    /// instead, powers that are shifted and scaled, and <see cref="Terms"/> are what the coefficients of <see cref="Powers"/> belong to.
    /// </summary>
    public Fit Fit { get; internal init; } = null!;

    /// <summary>Gets the model, which predicts from the source's columns, can be saved, and knows what is needed for intervals.</summary>
    public RegressionModel Model { get; internal init; } = null!;

    /// <summary>Gets the coefficients of the powers, for reading; null without powers.</summary>
    public PowerCoefficients? Powers { get; internal init; }

    /// <summary>Gets the target's name as the source spells it.</summary>
    public string Target { get; internal init; } = null!;

    /// <summary>Gets the terms, without the intercept.</summary>
    public ImmutableArray<Term> Terms { get; internal init; }

    /// <summary>Gets how many rows were left out because something was missing.</summary>
    public long RowsDropped { get; internal init; }

    /// <summary>Gets the columns and expressions that had missing values, in the order target, features.</summary>
    public ImmutableArray<MissingCount> MissingByColumn { get; internal init; }

    /// <summary>Gets the columns of which missing values count as the mean (<see cref="MissingValues.Mean"/>), with how many.</summary>
    public ImmutableArray<MissingCount> FilledByColumn { get; internal init; } = [];

    /// <summary>Gets whether the same source gives the same bits again.</summary>
    public bool BitsPromised { get; internal init; }

    /// <summary>Gets what the user should know; one sentence each.</summary>
    public ImmutableArray<string> Warnings { get; internal init; }
}
