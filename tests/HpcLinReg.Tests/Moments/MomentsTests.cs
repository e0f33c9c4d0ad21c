using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class MomentsTests
{
    [Fact]
    public void The_target_is_chosen_at_the_end()
    {
        using var problem = new Problem(60, 4, seed: 2);
        var accumulator = new MomentsAccumulator(["a", "b", "c", "d"]);
        accumulator.Add(problem.Design);
        var moments = accumulator.ToMoments();
        Assert.Equal(["a", "b", "c", "d"], moments.Names.AsEnumerable());
        Fit fit = moments.Solve([3, 0], 1);
        double[,] x = new double[60, 2];
        double[] y = new double[60];
        for (int i = 0; i < 60; i++)
        {
            (x[i, 0], x[i, 1], y[i]) = (problem.X[i, 3], problem.X[i, 0], problem.X[i, 1]);
        }

        double[] exact = Naive.ExactFit(x, y, intercept: true)!;
        Assert.Equal(exact[0], fit.Model.Weights[0], 1e-12);
        Assert.Equal(exact[1], fit.Model.Weights[1], 1e-12);
        Assert.Equal(exact[2], fit.Model.Intercept, 1e-12);
    }

    [Fact]
    public void Merged_values_agree_with_all_rows_at_once()
    {
        using var problem = new Problem(2500, 3, seed: 12);
        Moments Of(int start, int count)
        {
            var accumulator = new MomentsAccumulator(3);
            accumulator.Add(problem.Design.SliceRows(start, count));
            return accumulator.ToMoments();
        }

        Moments whole = Of(0, 2500);
        Moments merged = Of(0, 700).Merge(Of(700, 1800)).Merge(Of(0, 0));
        Assert.Equal(whole.Count, merged.Count);
        for (int k = 0; k < 9; k++)
        {
            double scale = Math.Sqrt(whole.CrossProducts[k / 3 * 4] * whole.CrossProducts[k % 3 * 4]);
            Assert.InRange(Math.Abs(whole.CrossProducts[k] - merged.CrossProducts[k]) / scale, 0, 2 * Naive.Gamma(140));
        }

        Assert.Throws<ArgumentException>(() => whole.Merge(new MomentsAccumulator(2).ToMoments()));
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        var accumulator = new MomentsAccumulator(3);
        accumulator.Add(new MatrixSpan<double>([1, 2, 3, 4, 5, 7], 3));
        var moments = accumulator.ToMoments();
        Assert.Throws<ArgumentOutOfRangeException>(() => moments.Solve(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => moments.Solve([0, -1], 2));
        Assert.Throws<ArgumentException>(() => moments.Solve([0, 2], 2));
        Assert.Throws<ArgumentException>(() => moments.Solve([0, 0], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => moments.Solve(0, new FitOptions { Ridge = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => moments.Solve(0, new FitOptions { Ridge = double.NaN }));
    }
}
