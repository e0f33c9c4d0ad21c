namespace HpcLinReg.Tests.Distributions;

/// <summary>Tails and quantiles against values of at least 40 digits, to the 12 that are promised.</summary>
public class ReferenceTests
{
    /// <summary>Below this p is not promised, only ln p: the numbers below 2e-308 have fewer digits.</summary>
    private const double LeastP = 1e-300;

    [Fact]
    public void Tails_of_t_have_twelve_digits() =>
        AssertAll("t", 300, line => line.Value >= LeastP, line => StudentT.TwoSidedP(line.Argument, line.Denominator), line => line.Value);

    [Fact]
    public void Log_tails_of_t_have_twelve_digits_however_far_out() =>
        AssertAll("t", 350, _ => true, line => StudentT.LogTwoSidedP(line.Argument, line.Denominator), line => line.Log);

    [Fact]
    public void Tails_of_F_have_twelve_digits() =>
        AssertAll("f", 500, line => line.Value >= LeastP, line => FisherF.UpperTail(line.Argument, line.Numerator, line.Denominator), line => line.Value);

    [Fact]
    public void Log_tails_of_F_have_twelve_digits_however_far_out() =>
        AssertAll("f", 500, _ => true, line => FisherF.LogUpperTail(line.Argument, line.Numerator, line.Denominator), line => line.Log);

    [Fact]
    public void Quantiles_of_t_have_twelve_digits() =>
        AssertAll("quantile", 240, _ => true, line => StudentT.TwoSidedQuantile(line.Argument, line.Denominator), line => line.Value);

    /// <summary>A quantile of one side is that of two sides at twice the tail, both signs.</summary>
    [Fact]
    public void Quantiles_of_one_side_have_twelve_digits() =>
        AssertAll(
            "quantile",
            50,
            line => line.Argument is 0.5 or 0.8 or 0.9 or 0.95, // (1 − level)/2 then loses no more than a rounding
            line => -StudentT.Quantile((1 - line.Argument) / 2, line.Denominator),
            line => line.Value);

    private static void AssertAll(
        string kind, int least, Func<ReferenceValues, bool> where, Func<ReferenceValues, double> actual, Func<ReferenceValues, double> expected)
    {
        ReferenceValues[] lines = [.. ReferenceValues.All.Where(line => line.Kind == kind && where(line))];
        Assert.True(lines.Length >= least, $"only {lines.Length} reference values");
        Assert.All(lines, line => Relative.AssertNear(expected(line), actual(line), $"{line.Kind}({line.Argument:R}; {line.Numerator:R}, {line.Denominator:R})"));
    }
}
