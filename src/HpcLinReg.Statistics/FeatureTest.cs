namespace HpcLinReg.Statistics;

/// <summary>The F test of dropping a feature as a whole: all levels of a text, all powers of a polynomial (as <c>drop1</c> in R).</summary>
/// <param name="Feature">The feature's name.</param>
/// <param name="DegreesOfFreedom">How many independent terms the model loses with it.</param>
/// <param name="F">The statistic; NaN where it does not exist.</param>
/// <param name="P">The p value; 0 where it is below the range of double (<paramref name="LogP"/> still has all digits).</param>
/// <param name="LogP">ln p.</param>
/// <param name="Gvif">
/// The generalized variance inflation factor (Fox and Monette 1992); of one term the variance inflation factor. NaN without an intercept or
/// with a penalty.
/// </param>
/// <param name="IsBlock">Whether the feature is a text, an interaction or a polynomial, which t values of single terms do not test.</param>
public sealed record FeatureTest(string Feature, int DegreesOfFreedom, double F, double P, double LogP, double Gvif, bool IsBlock);
