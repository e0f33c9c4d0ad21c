using HpcLinReg.Benchmarks.Compare;
using HpcLinReg.Solver;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>
/// The steps of the ladder, each timed in turn with what it is a multiple of, on one thread. In a <see cref="Contest"/> the base is the
/// engine's way and the step the other one, so its ratio is the step's cost.
/// </summary>
internal static class LadderContests
{
    /// <summary>Both sides are right to the digits of a plain fit of well-conditioned data, and not bit by bit.</summary>
    private const double PlainTolerance = 1e-9;

    private static readonly (int Rows, int Columns)[] KernelShapes =
        [(1_000_000, 1), (1_000_000, 8), (1_000_000, 16), (200_000, 64), (100_000, 96), (20_000, 512), (1_000, 8), (1_000, 16), (1_000, 96)];

    private static readonly (int Rows, int Columns)[] FitShapes =
        [(1_000_000, 1), (1_000_000, 16), (200_000, 64), (100_000, 100), (20_000, 512), (10_000, 1000), (1_000, 16), (100, 4)];

    /// <summary>Every contest, with the fit whose rung and digits belong to it.</summary>
    /// <param name="reduction">By what to divide the rows of shapes that are not in cache.</param>
    internal static IEnumerable<(Contest Contest, Fit? Fit)> All(int reduction)
    {
        foreach ((int rows, int columns) in KernelShapes)
        {
            NormalData data = Data(rows, columns, reduction);
            yield return (DoubleDoubleGram(data), null);
            yield return (RefinementPass(data), null);
        }

        foreach ((int rows, int columns) in FitShapes)
        {
            NormalData data = Data(rows, columns, reduction);
            yield return (Safety(data), LinearRegression.Fit(data.Features, data.Target));
        }

        foreach ((Contest, Fit?) contest in Rungs(Data(200_000, 64, reduction)))
        {
            yield return contest;
        }
    }

    private static NormalData Data(int rows, int columns, int reduction) => new(rows > 1_000 ? rows / reduction : rows, columns);

    private static string Shape(NormalData data) => $"{data.Rows}x{data.Columns}";

    private static Contest DoubleDoubleGram(NormalData data)
    {
        var plain = new GramSum(data.Columns, MomentsPrecision.Plain);
        var exact = new GramSum(data.Columns, MomentsPrecision.DoubleDouble);
        return new Contest(
            "plain Gram", Shape(data), "double-double Gram",
            () => plain.Compute(data.Features),
            () => exact.Compute(data.Features),
            () => Difference(plain.Node, exact.Node), PlainTolerance);
    }

    /// <summary>The pass is given a fit's own solution, so its Σr² is that fit's.</summary>
    private static Contest RefinementPass(NormalData data)
    {
        var plain = new GramSum(data.Columns, MomentsPrecision.Plain);
        Fit fit = LinearRegression.Fit(data.Features, data.Target);
        var pass = new ResidualPass(data.Columns);
        for (int j = 0; j < data.Columns; j++)
        {
            pass.SetWeight(j, fit.Model.Weights[j]);
        }

        return new Contest(
            "plain Gram", Shape(data), "refinement pass",
            () => plain.Compute(data.Features),
            () =>
            {
                pass.Start(fit.Model.Intercept);
                pass.AddAll(data.Features, new MatrixSpan<double>(data.Target, 1), allowedThreads: 1);
            },
            () => Math.Abs(pass.SumOfSquares.Value - fit.ResidualSumOfSquares) / fit.TotalSumOfSquares, PlainTolerance);
    }

    /// <summary>The gate is left out of one side.</summary>
    private static Contest Safety(NormalData data)
    {
        var path = new FitPath(data.Columns);
        double[] own = new double[data.Columns];
        double[] other = new double[data.Columns];
        return new Contest(
            "fit without gate", Shape(data), LadderCost.Safety,
            () => path.Fit(data.Features, data.Target, own, gated: false),
            () => path.Fit(data.Features, data.Target, other, gated: true),
            () => Difference(own, other), PlainTolerance);
    }

    private static IEnumerable<(Contest Contest, Fit? Fit)> Rungs(NormalData data)
    {
        var plainly = new FitOptions { Rungs = SolverRungs.NormalEquations };
        (string Name, FitOptions Options)[] ways =
        [
            ("fit, default", new FitOptions()),
            ("fit, rung 2 alone", new FitOptions { Rungs = SolverRungs.Refinement }),
            ("fit, rung 3 alone", new FitOptions { Rungs = SolverRungs.DoubleDouble }),
            ("fit, digits max", new FitOptions { Digits = FitOptions.MaxDigits }),
        ];
        foreach ((string name, FitOptions options) in ways)
        {
            yield return Whole(name, data, plainly, data, options);
        }

        yield return Whole("fit, last column repeats the first", data, plainly, data.WithRepeatedColumn(), new FitOptions());
    }

    private static (Contest Contest, Fit? Fit) Whole(string name, NormalData data, FitOptions plainly, NormalData stepData, FitOptions options)
    {
        Fit fit = LinearRegression.Fit(stepData.Features, stepData.Target, options);
        var plain = new FitWorkspace(data.Columns);
        var step = new FitWorkspace(data.Columns);
        double[] own = new double[data.Columns];
        double[] other = new double[data.Columns];
        return (
            new Contest(
                "fit, rung 1 alone", Shape(data), name,
                () => plain.Fit(data.Features, data.Target, own, plainly),
                () => step.Fit(stepData.Features, stepData.Target, other, options),
                () => stepData == data ? Difference(own, other) : Difference(fit.Model.Weights, other), PlainTolerance),
            fit);
    }

    /// <summary>Of the cross-products, in lengths of their columns.</summary>
    private static double Difference(MomentsNode plain, MomentsNode exact)
    {
        double largest = 0;
        for (int i = 0; i < plain.Columns; i++)
        {
            for (int j = i; j < plain.Columns; j++)
            {
                double length = Math.Sqrt(exact.CrossProduct(i, i).Value * exact.CrossProduct(j, j).Value);
                largest = Math.Max(largest, Math.Abs(plain.CrossProduct(i, j).Value - exact.CrossProduct(i, j).Value) / length);
            }
        }

        return largest;
    }

    private static double Difference(ReadOnlySpan<double> own, ReadOnlySpan<double> other)
    {
        double largest = 0;
        for (int j = 0; j < own.Length; j++)
        {
            largest = Math.Max(largest, Math.Abs(own[j] - other[j]) / Math.Max(1, Math.Abs(own[j])));
        }

        return largest;
    }
}
