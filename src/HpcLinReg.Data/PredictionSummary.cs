using System.Collections.Immutable;

namespace HpcLinReg.Data;

/// <summary>The counts and warnings of a prediction of all rows of a source. Immutable and thread-safe.</summary>
public sealed class PredictionSummary
{
    internal PredictionSummary()
    {
    }

    /// <summary>Gets the number of rows read and written.</summary>
    public long Rows { get; internal init; }

    /// <summary>Gets how many of them have an empty prediction.</summary>
    public long RowsWithoutPrediction { get; internal init; }

    /// <summary>Gets the columns and expressions that were missing or had a level unknown to the model.</summary>
    public ImmutableArray<MissingCount> MissingByColumn { get; internal init; }

    /// <summary>
    /// Gets the names of the columns added: <c>prediction</c>, then with an interval <c>lower</c> and <c>upper</c>, then with residuals
    /// <c>residual</c>, <c>standardized</c> and <c>cook</c>; <c>prediction_1</c> and so on when taken.
    /// </summary>
    public ImmutableArray<string> AddedColumns { get; internal init; }

    /// <summary>Gets what the user should know; one sentence each.</summary>
    public ImmutableArray<string> Warnings { get; internal init; }
}
