using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class FitWorkspaceTests
{
    [Fact]
    public void A_workspace_gives_the_bits_of_a_fit_again_and_again()
    {
        var workspace = new FitWorkspace(5);
        double[] weights = new double[5];
        foreach (int rows in new[] { 6, 100, 5000, 9, 2048, 4096, 2049, 7 })
        {
            foreach (bool intercept in new[] { true, false })
            {
                using var problem = new Problem(rows, 5, seed: rows, extraStride: rows % 2);
                var options = new FitOptions { Intercept = intercept, Ridge = rows % 3 };
                Fit expected = LinearRegression.Fit(problem.Design, problem.Y, options);
                FitSummary summary = workspace.Fit(problem.Design, problem.Y, weights, options);
                Assert.Equal(expected.Model.Weights, weights);
                Assert.Equal(
                    new FitSummary(expected.Model.Intercept, rows, expected.Rank, expected.ResidualSumOfSquares, expected.TotalSumOfSquares), summary);
            }
        }
    }

    [Fact]
    public void A_fit_on_a_workspace_allocates_nothing()
    {
        foreach ((int rows, int columns) in new[] { (100, 4), (5000, 4), (300, 20), (3000, 70) })
        {
            using var problem = new Problem(rows, columns, seed: columns);
            var workspace = new FitWorkspace(columns);
            double[] weights = new double[columns];
            workspace.Fit(problem.Design, problem.Y, weights);
            workspace.Fit(problem.Design, problem.Y, weights);
            long before = GC.GetAllocatedBytesForCurrentThread();
            workspace.Fit(problem.Design, problem.Y, weights);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_workspace_serves_on_after_a_refusal()
    {
        var workspace = new FitWorkspace(2);
        double[] weights = new double[2];
        double[] bad = [1, 2, 3, double.NaN, 5, 7, 1, 0];
        Assert.Contains("Row 1 (counted from 0), column 1 of x", Assert.Throws<ArgumentException>(() => workspace.Fit<double>(new MatrixSpan<double>(bad, 2), [1, 2, 3, 4], weights)).Message, StringComparison.Ordinal);
        double[] many = new double[2 * 5000];
        many[^1] = double.PositiveInfinity;
        Assert.Throws<ArgumentException>(() => workspace.Fit<double>(new MatrixSpan<double>(many, 2), new double[5000], weights));
        FitSummary summary = workspace.Fit<double>(new MatrixSpan<double>([1, 1, 2, 1, 3, 2, 4, 3, 5, 5], 2), [6, 8, 13, 18, 26], weights);
        Assert.Equal([2, 3], weights.Select(weight => Math.Round(weight, 12)));
        Assert.Equal(1, summary.Intercept, 12);
        Assert.Equal(3, summary.Rank);
    }

    [Fact]
    public void Aliased_columns_get_zero_and_lower_the_rank()
    {
        double[] weights = new double[2];
        FitSummary summary = new FitWorkspace(2).Fit<double>(new MatrixSpan<double>([1, 2, 2, 4, 3, 6, 4, 8], 2), [3, 5, 7, 9], weights);
        Assert.Equal(2, summary.Rank);
        Assert.Equal(0, weights[1]);
        Assert.Equal(2, weights[0], 12);
    }

    [Fact]
    public void Wrong_shapes_are_refused_with_both_numbers()
    {
        var workspace = new FitWorkspace(2);
        Assert.Contains("3 columns but the workspace was made for 2", Assert.Throws<ArgumentException>(() => workspace.Fit<double>(new MatrixSpan<double>(new double[9], 3), new double[3], new double[2])).Message, StringComparison.Ordinal);
        Assert.Contains("room for 3 but the workspace was made for 2", Assert.Throws<ArgumentException>(() => workspace.Fit<double>(new MatrixSpan<double>(new double[8], 2), new double[4], new double[3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => workspace.Fit<double>(new MatrixSpan<double>(new double[8], 2), new double[3], new double[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => workspace.Fit<double>(new MatrixSpan<double>(new double[8], 2), new double[4], new double[2], new FitOptions { Ridge = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FitWorkspace(-1));
        Assert.Equal(0, new FitWorkspace(0).Features);
    }
}
