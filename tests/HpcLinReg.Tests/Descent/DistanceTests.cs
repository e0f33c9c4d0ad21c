using HpcLinReg.Descent;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>"Converged" is a statement about the coefficients, and a descent that has not converged says how far they are from the answer.</summary>
public class DistanceTests
{
    private const double Tolerance = 1e-8;

    [Law(MaxTest = 40)]
    public void Converged_is_true_and_up_to_a_condition_of_30_gradient_descent_does(Seed seed)
    {
        var design = CorrelatedDesign.Draw(seed, 1.5);
        Assert.True(design.IsKnown, $"{design}: {design.Answer.Certificate.Digits:F1} digits");
        DescentResult result = design.Descend();
        Assert.True(result.Stop == StopReason.Converged || design.Condition > 30, $"{design}: {result.Stop}");
        AssertTrue(design, result);
    }

    [Law(MaxTest = 150)]
    public void Converged_is_true_and_up_to_a_condition_of_1000_conjugate_gradients_do(Seed seed)
    {
        var design = CorrelatedDesign.Draw(seed, 3);
        Assert.True(design.IsKnown, $"{design}: {design.Answer.Certificate.Digits:F1} digits");
        DescentResult result = design.Conjugate();
        Assert.True(result.Stop == StopReason.Converged || design.Condition > 1000, $"{design}: {result.Stop}");
        AssertTrue(design, result);
    }

    [Law(MaxTest = 60)]
    public void A_limit_of_steps_gives_the_distance_to_a_factor_of_10(Seed seed)
    {
        var design = CorrelatedDesign.Draw(seed, 6);
        if (!design.IsKnown)
        {
            // The answer itself has too few digits, which needs a condition far above a thousand.
            Assert.InRange(design.Condition, 1e4, double.PositiveInfinity);
            return;
        }

        var random = new Random(seed);
        AssertTrue(design, design.Descend(random.Next(3000)));
        AssertTrue(design, design.Conjugate(random.Next(12)));
    }

    [Fact]
    public void A_distance_of_hundreds_is_measured_by_the_size_of_the_answer()
    {
        // A coefficient of which the descent is 261 times its size away: an eighth of that would make a size of its own.
        var design = CorrelatedDesign.Draw(449916905, 6);
        AssertTrue(design, design.Descend(new Random(449916905).Next(3000)));
    }

    [Fact]
    public void A_condition_of_1000_is_a_limit_of_steps_and_the_distance_is_right()
    {
        var design = new CorrelatedDesign(11, 1000);
        DescentResult plain = design.Descend(), conjugate = design.Conjugate();
        Assert.Equal((StopReason.StepLimit, StopReason.Converged), (plain.Stop, conjugate.Stop));
        Assert.InRange(plain.Distance / design.Distance(plain.Model), 0.1, 10);
        Assert.InRange(conjugate.Distance, 0, Tolerance);
    }

    [Fact]
    public void Collinear_columns_never_converge_and_their_distance_is_infinite()
    {
        using var problem = new Problem(40, 2, seed: 3);
        double[] x = [.. Enumerable.Range(0, 40).SelectMany(i => new[] { problem.X[i, 0], problem.X[i, 1], problem.X[i, 0] - problem.X[i, 1] })];
        var design = new MatrixSpan<double>(x, 3);
        DescentResult plain = GradientDescent.Fit(design, problem.Y, new GradientDescentOptions { Steps = 3000 }, TestContext.Current.CancellationToken);
        DescentResult conjugate = ConjugateGradient.Fit(design, problem.Y, null, TestContext.Current.CancellationToken);
        Assert.All([plain, conjugate], result => Assert.NotEqual(StopReason.Converged, result.Stop));
        Assert.All([plain, conjugate], result => Assert.Equal(double.PositiveInfinity, result.Distance));
    }

    [Fact]
    public void A_rate_too_small_to_move_stalls_and_says_how_far_it_is()
    {
        using var problem = new Problem(60, 3, seed: 5);
        LinearModel closed = DescentData.ClosedForm(problem).Model;
        LinearModel start = new([.. closed.Weights.ToArray().Select(w => 2 * w)], closed.Intercept);
        DescentResult result = GradientDescent.Fit(problem.Design, problem.Y, new GradientDescentOptions { Rate = 1e-19, Start = start }, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Stalled, result.Stop);
        Assert.InRange(result.Distance, 0.9, 1.2);
    }

    [Fact]
    public void Mini_batches_claim_nothing_they_do_not_know()
    {
        var design = new CorrelatedDesign(11, 100);
        DescentResult some = StochasticGradientDescent.Fit(design.Design, design.Y, design.RowWeights, new StochasticGradientDescentOptions { Epochs = 10 }, TestContext.Current.CancellationToken);
        Assert.Equal((StopReason.StepLimit, double.NaN), (some.Stop, some.Distance));
        using var problem = new Problem(60, 3, seed: 5);
        double[] y = Naive.Predict(problem.X, problem.Weights, problem.Intercept);
        DescentResult exact = StochasticGradientDescent.Fit(problem.Design, y, new StochasticGradientDescentOptions { Epochs = 2000, BatchSize = 8, Schedule = RateSchedule.Constant, Tolerance = Tolerance }, TestContext.Current.CancellationToken);
        Assert.Equal(StopReason.Converged, exact.Stop);
        Assert.InRange(exact.Distance, 0, Tolerance);
        Assert.InRange(DescentData.Difference(LinearRegression.Fit(problem.Design, y).Model, exact.Model), 0, Tolerance);
    }

    [Law(MaxTest = 60)]
    public void The_smallest_eigenvalue_is_estimated_from_below(Seed seed)
    {
        var design = CorrelatedDesign.Draw(seed, 4);
        var options = new DescentOptions { Intercept = design.Intercept, Ridge = design.Ridge };
        var blocks = MemoryBlocks<double>.Of(design.Design, design.Y, design.RowWeights);
        var scales = ColumnScales.Measure<double, MemoryBlocks<double>>(ref blocks, sample: null);
        var objective = Objective.ForDistances(scales, options);
        double estimate = SmallestEigenvalue.Estimate<double, MemoryBlocks<double>>(ref blocks, objective, scales.TotalWeight, TestContext.Current.CancellationToken);

        // Columns of the Hessian are its products with unit vectors, one of which the objective gives at a time.
        int order = design.Intercept ? design.Columns + 1 : design.Columns;
        double[,] hessian = new double[order, order];
        for (int j = 0; j < order; j++)
        {
            double[] unit = new double[design.Columns + 1];
            double[] product = new double[design.Columns + 1];
            unit[j] = 1;
            objective.Evaluate<double, MemoryBlocks<double>>(ref blocks, scales.TotalWeight, unit, product, withoutTarget: true);
            for (int k = 0; k < order; k++)
            {
                hessian[j, k] = product[k];
            }
        }

        Assert.True(IsPositive(hessian, estimate), $"{design}: {estimate} is above the smallest eigenvalue.");
        Assert.False(IsPositive(hessian, 2 * estimate), $"{design}: {estimate} is below half of it.");
    }

    /// <summary>Whether H − μI has a Cholesky factor.</summary>
    private static bool IsPositive(double[,] hessian, double shift)
    {
        int order = hessian.GetLength(0);
        double[,] factor = new double[order, order];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double rest = hessian[i, j] - (i == j ? shift : 0) - Enumerable.Range(0, j).Sum(k => factor[i, k] * factor[j, k]);
                if (i == j && rest <= 0)
                {
                    return false;
                }

                factor[i, j] = i == j ? Math.Sqrt(rest) : rest / factor[j, j];
            }
        }

        return true;
    }

    private static void AssertTrue(CorrelatedDesign design, DescentResult result)
    {
        double distance = design.Distance(result.Model);
        if (result.Stop == StopReason.Converged)
        {
            // The answer is known to 1e-11.
            Assert.True(result.Distance <= Tolerance && distance <= Tolerance + 1e-11, $"{design}: converged, but {distance:G3} from the answer and estimated {result.Distance:G3}");
        }
        else if (distance > 1e-10)
        {
            Assert.True(result.Distance >= distance / 10 && result.Distance <= distance * 10, $"{design}: {result.Stop}, {distance:G3} from the answer and estimated {result.Distance:G3}");
        }
    }
}
