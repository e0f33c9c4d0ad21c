using HpcLinReg.Descent;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>The Hessian of a sample as a matrix, beside the pass over rows that multiplies by it.</summary>
public class SampleHessianTests
{
    [Law(MaxTest = 200)]
    public void It_multiplies_as_a_pass_over_the_rows_does(byte rows, byte columns, byte choices, Seed seed)
    {
        int n = 1 + rows, d = 1 + (columns % 40);
        using var problem = new Problem(n, d, seed, extraStride: choices % 3);
        bool weighted = (choices & 4) != 0;
        var random = new Random(seed);
        double[] rowWeights = weighted ? [.. Enumerable.Range(0, n).Select(i => i == 0 ? 1.0 : random.Next(4) / 2.0)] : [];
        var options = new GradientDescentOptions { Intercept = (choices & 8) != 0, Standardize = (choices & 16) != 0, Ridge = (choices & 32) != 0 ? 0.75 : 0 };
        var blocks = MemoryBlocks<double>.Of(problem.Design, problem.Y, rowWeights);
        var sample = new RowSample(d, weighted);
        var scales = ColumnScales.Measure<double, MemoryBlocks<double>>(ref blocks, sample);
        var objective = new Objective(scales, options);
        double[] point = [.. Enumerable.Range(0, d + 1).Select(j => j == d && !options.Intercept ? 0 : random.NextDouble() - 0.5)];
        double[] expected = new double[d + 1];
        MemoryBlocks<double> sampled = sample.ToBlocks();
        objective.Evaluate<double, MemoryBlocks<double>>(ref sampled, sample.TotalWeight, point, expected, withoutTarget: true);
        double[] hessian = SampleHessian.Of(ref sampled, objective, sample.TotalWeight);
        for (int i = 0; i <= d; i++)
        {
            double product = 0, size = 0;
            for (int j = 0; j <= d; j++)
            {
                Assert.Equal(hessian[(i * (d + 1)) + j], hessian[(j * (d + 1)) + i]);
                product += hessian[(i * (d + 1)) + j] * point[j];
                size += Math.Sqrt(hessian[(i * (d + 1)) + i] * hessian[(j * (d + 1)) + j]) * Math.Abs(point[j]);
            }

            // Means of at most twice the deviation's size are taken off afterwards by the pass; of a column that does not vary, as in a single row,
            // rounding leaves a share of its cells.
            double left = i < d && hessian[(i * (d + 1)) + i] == 0 ? 8 * Naive.Roundoff * Math.Abs(problem.X[0, i]) * point.Sum(Math.Abs) : 0;
            Assert.True(Math.Abs(product - expected[i]) <= left + (1e-12 * (size + Math.Abs(expected[i]))), $"n {n}, d {d}, {options}: parameter {i} is {product:R}, by rows {expected[i]:R}");
        }
    }
}
