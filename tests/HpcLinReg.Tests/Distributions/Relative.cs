namespace HpcLinReg.Tests.Distributions;

/// <summary>Relative errors, and the bound that the distributions promise.</summary>
internal static class Relative
{
    /// <summary>The promise of <see cref="StudentT"/> and <see cref="FisherF"/>: 12 digits.</summary>
    internal const double Promise = 1e-12;

    internal static double Error(double actual, double expected) =>
        actual.Equals(expected) ? 0
        : double.IsNaN(actual) ? double.PositiveInfinity
        : Math.Abs(actual - expected) / Math.Abs(expected);

    internal static void AssertNear(double expected, double actual, string what) =>
        Assert.True(Error(actual, expected) <= Promise, $"{what}: {actual:R} instead of {expected:R}, wrong by {Error(actual, expected):E1}");
}
