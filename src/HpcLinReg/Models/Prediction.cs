namespace HpcLinReg;

/// <summary>A predicted value, or the reason why there is none.</summary>
/// <param name="Value">ŷ; NaN where there is an issue.</param>
/// <param name="Issue">Why there is none.</param>
/// <param name="Place">
/// Where the issue lies: the index of the column (<see cref="Design.Columns"/>), or for <see cref="PredictionIssue.NotDefined"/> and
/// <see cref="PredictionIssue.OutOfRange"/> that of the feature (<see cref="Design.Features"/>); −1 where there is no issue, or where the sum itself leaves the range of double.
/// </param>
/// <remarks><see cref="RegressionModel.Describe(Prediction)"/> says it in words.</remarks>
public readonly record struct Prediction(double Value, PredictionIssue Issue = PredictionIssue.None, int Place = -1)
{
    /// <summary>Gets whether there is a value.</summary>
    public bool HasValue => Issue == PredictionIssue.None;

    internal static Prediction None(PredictionIssue issue, int place) => new(double.NaN, issue, place);
}
