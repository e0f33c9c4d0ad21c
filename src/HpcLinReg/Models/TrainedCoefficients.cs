namespace HpcLinReg;

/// <summary>
/// Coefficients that were found without a closed form, by a descent for example, and counts, ranges and means of the rows they were trained
/// on. <see cref="RegressionModel.Create(Design, string, TrainedCoefficients)"/> makes a model of them, which predicts without standard
/// errors.
/// </summary>
public sealed class TrainedCoefficients
{
    /// <summary>Gets weights and intercept; the weights are those of the design's variables.</summary>
    public required LinearModel Model { get; init; }

    /// <summary>Gets whether an intercept was trained; the default is true.</summary>
    public bool HasIntercept { get; init; } = true;

    /// <summary>Gets the penalty λ; the default is 0.</summary>
    public double Ridge { get; init; }

    /// <summary>Gets the number of rows.</summary>
    public required double RowCount { get; init; }

    /// <summary>Gets Σv, the sum of the rows' weights; the number of rows without weights.</summary>
    public required double TotalWeight { get; init; }

    /// <summary>Gets Σv(y − ŷ)²; NaN, the default, where it is not known.</summary>
    public double ResidualSumOfSquares { get; init; } = double.NaN;

    /// <summary>Gets Σv(y − ȳ)², or Σvy² without an intercept; NaN, the default, where it is not known.</summary>
    public double TotalSumOfSquares { get; init; } = double.NaN;

    /// <summary>Gets counts, ranges and means of the rows.</summary>
    public TrainingFacts Facts { get; init; } = new();
}
