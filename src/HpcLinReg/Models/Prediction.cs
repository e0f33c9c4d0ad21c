namespace HpcLinReg;

/// <summary>A predicted value, or the reason why there is none. An immutable value: no allocation.</summary>
/// <remarks><see cref="RegressionModel.Describe(Prediction)"/> says it in words.</remarks>
public readonly record struct Prediction
{
    internal Prediction(double value, PredictionIssue issue = PredictionIssue.None, int place = -1)
    {
        (Value, Issue, Place) = (value, issue, place);
    }

    /// <summary>Gets ŷ; NaN where there is an issue.</summary>
    public double Value { get; }

    /// <summary>Gets why there is no value; <see cref="PredictionIssue.None"/> where there is one.</summary>
    public PredictionIssue Issue { get; }

    /// <summary>
    /// Gets where the issue lies: the index of the column (<see cref="Design.Columns"/>), or for <see cref="PredictionIssue.NotDefined"/>
    /// and <see cref="PredictionIssue.OutOfRange"/> that of the feature (<see cref="Design.Features"/>); −1 where there is no issue, or
    /// where the sum itself leaves the range of double.
    /// </summary>
    public int Place { get; }

    /// <summary>Gets whether there is a value.</summary>
    public bool HasValue => Issue == PredictionIssue.None;

    internal static Prediction None(PredictionIssue issue, int place) => new(double.NaN, issue, place);
}
