using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

public class RoutedRegressionTests
{
    [Fact]
    public void The_closed_form_is_taken_while_its_matrix_fits()
    {
        using var problem = new Problem(80, 9, seed: 4);
        RoutedFit fit = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.Auto, RoutedRegression.DefaultMemory, null, TestContext.Current.CancellationToken);
        Assert.Equal((FitMethod.ClosedForm, true, true), (fit.Method, fit.ClosedForm is not null, fit.Descent is null));
        Assert.Contains("9 columns", fit.Reason, StringComparison.Ordinal);
        Assert.Equal(DescentData.ClosedForm(problem).Model.Weights.ToArray(), fit.Model.Weights.ToArray());
    }

    [Fact]
    public void Descent_is_taken_when_it_does_not_and_says_so()
    {
        // 20 bytes a pair of columns: 1620 bytes.
        using var problem = new Problem(80, 9, seed: 4);
        RoutedFit within = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.Auto, 1620, null, TestContext.Current.CancellationToken);
        RoutedFit beyond = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.Auto, 1619, null, TestContext.Current.CancellationToken);
        Assert.Equal((FitMethod.ClosedForm, FitMethod.ConjugateGradient), (within.Method, beyond.Method));
        Assert.Contains("conjugate", beyond.Reason, StringComparison.Ordinal);
        Assert.Equal(StopReason.Converged, beyond.Descent!.Stop);
        Assert.InRange(DescentData.Difference(within.Model, beyond.Model), 0, 1e-10);
    }

    [Theory]
    [InlineData(FitMethod.ClosedForm)]
    [InlineData(FitMethod.ConjugateGradient)]
    public void Rows_of_a_source_take_the_same_road_to_the_same_bits(FitMethod method)
    {
        using var problem = new Problem(80, 9, seed: 4);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        long memory = method == FitMethod.ClosedForm ? 1620 : 1619;
        RoutedFit inMemory = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.Auto, memory, null, TestContext.Current.CancellationToken);
        RoutedFit streamed = RoutedRegression.Fit(new ArrayRows(joint, 10, 7), FitMethod.Auto, memory, null, TestContext.Current.CancellationToken);
        Assert.Equal((method, inMemory.Reason), (streamed.Method, streamed.Reason));
        Assert.Equal(inMemory.Model.Weights.ToArray(), streamed.Model.Weights.ToArray());
        Assert.Equal(inMemory.Model.Intercept, streamed.Model.Intercept);
        Assert.Throws<ArgumentNullException>(() => RoutedRegression.Fit(null!, FitMethod.Auto, RoutedRegression.DefaultMemory, null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_road_asked_for_is_taken_with_intercept_and_ridge()
    {
        using var problem = new Problem(80, 3, seed: 4);
        var options = new FitOptions { Intercept = false, Ridge = 3 };
        RoutedFit closed = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.ClosedForm, 0, options, TestContext.Current.CancellationToken);
        RoutedFit descent = RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.ConjugateGradient, RoutedRegression.DefaultMemory, options, TestContext.Current.CancellationToken);
        Assert.Equal((FitMethod.ClosedForm, FitMethod.ConjugateGradient), (closed.Method, descent.Method));
        Assert.InRange(DescentData.Difference(closed.Model, descent.Model), 0, 1e-10);
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutedRegression.Fit(problem.Design, problem.Y, (FitMethod)9, RoutedRegression.DefaultMemory, null, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutedRegression.Fit(problem.Design, problem.Y, FitMethod.Auto, -1, null, TestContext.Current.CancellationToken));
    }
}
