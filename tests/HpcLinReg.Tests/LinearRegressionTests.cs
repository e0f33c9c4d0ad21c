using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class LinearRegressionTests
{
    private static readonly double[] X = [1, 2, 3];
    private static readonly double[] Y = [2, 4, 6];

    [Fact]
    public void The_hand_example_holds_exactly()
    {
        var x = new MatrixSpan<double>(X, 1);
        double[] predictions = new double[3];
        double[] gradient = new double[1];
        LinearRegression.Predict(x, [1], 0, predictions.AsSpan());
        LossGradient result = LinearRegression.Gradient(x, Y, [1], 0, gradient);
        Assert.Equal([1, 2, 3], predictions);
        Assert.Equal(14.0 / 3, result.Loss);
        Assert.Equal(14.0 / 3, LinearRegression.MeanSquaredError(x, Y, [1], 0));
        Assert.Equal(-28.0 / 3, gradient[0]);
        Assert.Equal(-4, result.InterceptGradient);
        Fit fit = LinearRegression.Fit(x, Y);
        Assert.Equal(2, fit.Model.Weights[0]);
        Assert.Equal(0, fit.Model.Intercept);
        Assert.Equal(1, fit.RSquared);
    }

    [Fact]
    public void The_gradient_agrees_with_central_differences()
    {
        using var problem = new Problem(50, 7, seed: 3);
        double[] gradient = new double[7];
        LinearRegression.Gradient(problem.Design, problem.Y, problem.Weights, problem.Intercept, gradient);
        for (int j = 0; j < 7; j++)
        {
            // The loss is quadratic, so central differences have no truncation error; rounding leaves about u·loss/step.
            const double Step = 1e-4;
            double[] up = [.. problem.Weights];
            double[] down = [.. problem.Weights];
            up[j] += Step;
            down[j] -= Step;
            double difference = (LinearRegression.MeanSquaredError(problem.Design, problem.Y, up, problem.Intercept)
                - LinearRegression.MeanSquaredError(problem.Design, problem.Y, down, problem.Intercept)) / (2 * Step);
            Assert.InRange(Math.Abs(difference - gradient[j]) / Math.Abs(gradient[j]), 0, 1e-5);
        }
    }

    [Fact]
    public void Disagreeing_shapes_are_refused_with_their_numbers()
    {
        double[] six = [1, 2, 3, 4, 5, 6];
        AssertRefused("3 columns but there are 4 weights", () => LinearRegression.Predict(new MatrixSpan<double>(six, 3), new double[4], 0, new double[2].AsSpan()));
        AssertRefused("2 rows but destination has 5", () => LinearRegression.Predict(new MatrixSpan<double>(six, 3), new double[3], 0, new double[5].AsSpan()));
        AssertRefused("2 rows but y has 3", () => LinearRegression.Residuals(new MatrixSpan<double>(six, 3), new double[3], new double[3], 0, new double[2]));
        AssertRefused("2 rows but residuals has 1", () => LinearRegression.TransposeMultiply(new MatrixSpan<double>(six, 3), new double[1], new double[3]));
        AssertRefused("3 columns but destination has 2", () => LinearRegression.TransposeMultiply(new MatrixSpan<double>(six, 3), new double[2], new double[2]));
        AssertRefused("2 rows but y has 1", () => LinearRegression.MeanSquaredError(new MatrixSpan<double>(six, 3), new double[1], new double[3], 0));
        AssertRefused("3 columns but weightGradient has 4", () => LinearRegression.Gradient(new MatrixSpan<double>(six, 3), new double[2], new double[3], 0, new double[4]));
        AssertRefused("2 rows but y has 6", () => LinearRegression.Fit(new MatrixSpan<double>(six, 3), six));
    }

    [Fact]
    public void A_destination_that_overlaps_an_input_is_refused()
    {
        double[] buffer = new double[9];
        AssertRefused("destination overlaps x", () => LinearRegression.Predict(new MatrixSpan<double>(buffer.AsSpan(0, 6), 2), new double[2], 0, buffer.AsSpan(5, 3)));
        AssertRefused("destination overlaps weights", () => LinearRegression.Predict(new MatrixSpan<double>(new double[6], 2), buffer.AsSpan(0, 2), 0, buffer.AsSpan(1, 3)));
        AssertRefused("destination overlaps y", () => LinearRegression.Residuals(new MatrixSpan<double>(new double[6], 2), buffer.AsSpan(0, 3), new double[2], 0, buffer.AsSpan(0, 3)));
        AssertRefused("destination overlaps residuals", () => LinearRegression.TransposeMultiply(new MatrixSpan<double>(new double[6], 2), buffer.AsSpan(0, 3), buffer.AsSpan(1, 2)));
        AssertRefused("weightGradient overlaps weights", () => LinearRegression.Gradient(new MatrixSpan<double>(new double[6], 2), new double[3], buffer.AsSpan(0, 2), 0, buffer.AsSpan(0, 2)));
    }

    [Fact]
    public void No_rows_are_refused_where_a_mean_is_asked_for()
    {
        AssertRefused("no rows", () => LinearRegression.MeanSquaredError(new MatrixSpan<double>([], 2), [], new double[2], 0));
        AssertRefused("no rows", () => LinearRegression.Gradient(new MatrixSpan<double>([], 2), [], new double[2], 0, new double[2]));
        AssertRefused("no rows", () => LinearRegression.Fit(new MatrixSpan<double>([], 2), []));
    }

    [Fact]
    public void Primitives_allocate_nothing()
    {
        using var problem = new Problem(1500, 33, seed: 5);
        double[] predictions = new double[1500];
        double[] gradient = new double[33];
        double[] wide = new double[4 * 700];
        double[] wideGradient = new double[700];
        void Run()
        {
            LinearRegression.Predict(problem.Design, problem.Weights, 1, predictions.AsSpan());
            LinearRegression.Residuals(problem.Design, problem.Y, problem.Weights, 1, predictions);
            LinearRegression.TransposeMultiply(problem.Design, predictions, gradient);
            LinearRegression.MeanSquaredError(problem.FloatDesign, problem.FloatY, problem.Weights, 1);
            LinearRegression.Gradient(problem.Design, problem.Y, problem.Weights, 1, gradient);
            LinearRegression.TransposeMultiply(new MatrixSpan<double>(wide, 700), predictions.AsSpan(0, 4), wideGradient);
        }

        Run();
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void AssertRefused(string message, Action call) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}
