using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// Fits against the normal equations solved in about 32 digits. Forward error: about κ²·u·(‖b‖ + ‖y‖) with the panel's constant, κ the
/// condition of the design with columns of unit length (Higham 2002, §20.4).
/// </summary>
internal sealed class FitChecks
{
    private static readonly (string Name, FitOptions Options)[] Kinds =
    [
        ("fit", new FitOptions()),
        ("fit without intercept", new FitOptions { Intercept = false }),
        ("ridge fit", new FitOptions { Ridge = 0.5 }),
    ];

    private readonly BoundCheck[] _checks = [.. Kinds.Select(kind => new BoundCheck(kind.Name))];

    internal IEnumerable<CheckResult> Results => _checks.Select(check => check.Result);

    internal void Check(FixedProblem problem, PlainMoments reference)
    {
        // With fewer rows the weights are not determined, and their choice is checked by the digests.
        if (problem.Rows <= problem.Columns + 1)
        {
            return;
        }

        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            FitOptions options = Kinds[kind].Options;
            Fit fit = LinearRegression.Fit(problem.X, problem.Y, options);
            double[] expected = reference.Solve(options.Intercept, options.Ridge);
            double scale = expected.Sum(Math.Abs) + problem.Y.Sum(Math.Abs);
            double bound = PlainLoops.Gamma(20) * scale / fit.ReciprocalCondition / fit.ReciprocalCondition;
            for (int j = 0; j < problem.Columns; j++)
            {
                _checks[kind].Compare(expected[j], fit.Model.Weights[j], bound, $"weight {j} of {problem.Rows} × {problem.Columns}");
            }

            _checks[kind].Compare(expected[^1], fit.Model.Intercept, bound * (1 + problem.Columns), $"intercept of {problem.Rows} × {problem.Columns}");
        }
    }
}
