namespace HpcLinReg.Statistics;

/// <summary>A coefficient with what is inferred from it. Numbers that do not exist are NaN.</summary>
/// <param name="Term">The term's name; <c>(Intercept)</c> for the intercept.</param>
/// <param name="Estimate">
/// The estimate, in the target's units over the term's; NaN for a term that was dropped. Of a polynomial: of the power of the column itself
/// where the model has those.
/// </param>
/// <param name="StandardError">The standard error; a robust one where the model has a robust covariance.</param>
/// <param name="ErrorBound">An absolute bound of the estimate's arithmetic error.</param>
/// <param name="T">Estimate over standard error.</param>
/// <param name="P">
/// The two-sided p value of t; 0 where it is below the range of double (<paramref name="LogP"/> still has all digits).
/// </param>
/// <param name="LogP">ln p.</param>
/// <param name="Lower">The lower confidence limit.</param>
/// <param name="Upper">The upper confidence limit.</param>
/// <param name="Vif">
/// The variance inflation factor 1/(1 − R²) of the term on all others; NaN without an intercept, with a penalty, for the intercept, and for
/// a term of a feature with several, which has one for all of them (<see cref="FeatureTest.Gvif"/>).
/// </param>
/// <param name="IsDropped">Whether other terms determine it, so that it was left out.</param>
public sealed record SummaryCoefficient(
    string Term, double Estimate, double StandardError, double ErrorBound, double T, double P, double LogP, double Lower, double Upper,
    double Vif, bool IsDropped);
