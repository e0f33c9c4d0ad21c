using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>
/// Promises of the first rung for columns whose rounding errors are not at random: that drift away from the rows a block is centred by, or lie on a grid so
/// coarse that their squares end in the same bits.
/// </summary>
public class DriftTests
{
    public static TheoryData<string, string> Columns => new(
        from shape in (string[])["noise", "sine", "walk", "log", "trend", "step"]
        from grid in (string[])["double", "float", "2^-16"]
        select (shape, grid));

    [Theory]
    [MemberData(nameof(Columns))]
    public void Error_bounds_of_the_first_rung_hold(string shape, string grid)
    {
        var random = new Random(3);
        for (int attempt = 0; attempt < 40; attempt++)
        {
            int rows = random.Next(130, 5000), columns = random.Next(1, 4);
            double offset = Math.Pow(10, random.NextDouble() * 4);
            double[,] x = Design(random, rows, columns, shape, cell => Rounded(offset + cell, grid));
            double[] y = [.. Enumerable.Range(0, rows).Select(i => Rounded(Enumerable.Range(0, columns).Sum(j => (j + 1.3) * x[i, j]) + (0.1 * (i % 3)), grid))];
            var set = new DataSet($"{shape} on {grid} at {offset}, attempt {attempt}", x, y);
            Fit plain = set.Fit(new FitOptions { Rungs = SolverRungs.NormalEquations });
            Fit exact = set.Fit(new FitOptions { Rungs = SolverRungs.DoubleDouble });
            Assert.Empty(plain.Aliased);
            for (int j = 0; j < columns; j++)
            {
                AssertWithin(exact.Model.Weights[j], plain.Model.Weights[j], plain.Certificate.WeightErrorBounds[j] + exact.Certificate.WeightErrorBounds[j], set);
            }

            AssertWithin(exact.Model.Intercept, plain.Model.Intercept, plain.Certificate.InterceptErrorBound + exact.Certificate.InterceptErrorBound, set);
        }
    }

    private static void AssertWithin(double exact, double actual, double bound, DataSet set) =>
        Assert.True(Math.Abs(actual - exact) <= bound, $"{set}: {actual:R} instead of {exact:R}, {Math.Abs(actual - exact) / bound:F1} bounds off");

    private static double Rounded(double cell, string grid) => grid switch
    {
        "double" => cell,
        "float" => (float)cell,
        _ => Math.Round(cell * 65536) / 65536,
    };

    private static double[,] Design(Random random, int rows, int columns, string shape, Func<double, double> rounded)
    {
        double[,] x = new double[rows, columns];
        for (int j = 0; j < columns; j++)
        {
            double period = 200 * Math.Pow(10, 2 * random.NextDouble()), phase = 7 * random.NextDouble(), walk = 0;
            for (int i = 0; i < rows; i++)
            {
                double noise = random.NextDouble() - 0.5;
                walk += noise;
                x[i, j] = rounded((j * noise) + shape switch
                {
                    "noise" => noise,
                    "sine" => Math.Sin((2 * Math.PI * i / period) + phase),
                    "walk" => walk,
                    "log" => Math.Log(i + 1 + (100 * phase)),
                    "trend" => i / period,
                    _ => (i < 0.9 * rows ? 0 : 1) + (1e-3 * noise),
                });
            }
        }

        return x;
    }
}
