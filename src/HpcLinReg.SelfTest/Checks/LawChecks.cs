namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// Checks of laws that need no reference. <see cref="DigestChecks"/> checks that all ways to a result give the same bits.
/// </summary>
internal static class LawChecks
{
    private static readonly (string Name, Func<string?> Check)[] Laws =
    [
        ("the example worked by hand", HandExample),
        ("a target that is a combination of columns is found", ExactTarget),
    ];

    internal static IEnumerable<CheckResult> Run() => Laws.Select(law => new CheckResult(law.Name, null, law.Check()));

    /// <summary>X = [1, 2, 3], y = [2, 4, 6], w = 1, b = 0: residuals −1, −2, −3.</summary>
    private static string? HandExample()
    {
        double[] gradient = new double[1];
        LossGradient result = LinearRegression.Gradient(new MatrixSpan<double>([1, 2, 3], columns: 1), [2, 4, 6], [1], 0, gradient);
        return (result.Loss, gradient[0], result.InterceptGradient) == (14.0 / 3, -28.0 / 3, -4)
            ? null
            : $"loss, gradient and intercept gradient are {result.Loss:R}, {gradient[0]:R}, {result.InterceptGradient:R} instead of 14/3, −28/3, −4";
    }

    /// <summary>Small whole numbers: every sum is exact, and so is y = 2a − 3b + 1.</summary>
    private static string? ExactTarget()
    {
        double[] x = [1, 1, 2, 1, 3, 2, 4, 3, 5, 5];
        double[] y = [.. Enumerable.Range(0, 5).Select(i => (2 * x[2 * i]) - (3 * x[(2 * i) + 1]) + 1)];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, columns: 2), y);
        double error = new[] { fit.Model.Weights[0] - 2, fit.Model.Weights[1] + 3, fit.Model.Intercept - 1 }.Max(Math.Abs);
        return error <= 1e-12 ? null : $"weights and intercept differ from 2, −3 and 1 by {error:E1}";
    }
}
