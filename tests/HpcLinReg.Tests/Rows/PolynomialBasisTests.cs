using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Rows;

/// <summary>The terms of shifted and scaled columns against exact numbers.</summary>
public class PolynomialBasisTests
{
    private const double SquaredRoundoff = Naive.Roundoff * Naive.Roundoff;

    [Law(MaxTest = 100)]
    public void Powers_have_a_hundred_bits(Seed seed)
    {
        var random = new Random(seed);
        int rows = random.Next(1, 20);
        using var problem = new Problem(rows, 3, seed, extraStride: random.Next(3));
        int[] degrees = [random.Next(1, 10), 1, random.Next(2, 10)];
        bool intercept = random.Next(2) == 0;
        var ranges = new (double Least, double Most)[3];
        for (int j = 0; j < 3; j++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(i => problem.X[i, j])];

            // A middle of 53 bits, so that t has low parts.
            ranges[j] = (column.Min() - 0.1, column.Max());
        }

        var basis = new PolynomialBasis(["a", "b", "c", "y"], degrees, ranges, intercept);
        Check(basis, problem.Design, new MatrixSpan<double>(problem.Y, rows, 1, 1), problem, intercept);
        Check(basis, problem.FloatDesign, new MatrixSpan<float>(problem.FloatY, rows, 1, 1), problem, intercept);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1.5e-300)]
    [InlineData(-8e307, 8e307)]
    [InlineData(-1.7e308, 1.7e308)]
    [InlineData(0, 5e-324)]
    public void Ranges_without_reach_or_at_the_ends_of_double_give_finite_powers(double least, double most)
    {
        foreach (bool intercept in (bool[])[true, false])
        {
            var basis = new PolynomialBasis(["x", "y"], [4], [(least, most)], intercept);
            (double[] high, double[] low) = basis.Expand(new MatrixSpan<double>([least, 0, most, 0], 2), default);
            Assert.All(high.Take(4).Concat(high.Skip(5).Take(4)), power => Assert.InRange(Math.Abs(power), 0, 1 + (16 * Naive.Roundoff)));
            Assert.All(low.Take(10), power => Assert.InRange(power, -Naive.Roundoff, Naive.Roundoff));
            Assert.All(basis.Variables, variable => Assert.True(double.IsFinite(1 / variable.Scale) && double.IsFinite(variable.Shift)));
        }
    }

    [Fact]
    public void Expanded_columns_are_named_and_know_how_they_enter()
    {
        var basis = new PolynomialBasis(["a", "b", "y"], [3, 1], [(0, 1), (10, 14)], intercept: true);
        Assert.Equal(5, basis.Columns);
        Assert.Equal(["a", "a^2", "a^3", "b", "y"], basis.Labels.Names);
        Assert.Equal([new PolynomialVariable(3, 0.5, 2), new PolynomialVariable(1, 12, 1)], basis.Variables);
        basis = new PolynomialBasis(["a", "b", "y"], [3, 1], [(0, 1), (10, 14)], intercept: false);
        Assert.Equal([new PolynomialVariable(3, 0.5, 2), new PolynomialVariable(1, 0, 1)], basis.Variables);
        Assert.Equal([1, 1], basis.Variables.Select(variable => variable.OriginScale));
    }

    private static void Check<T>(PolynomialBasis basis, MatrixSpan<T> x, MatrixSpan<T> y, Problem problem, bool intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double[] high, double[] low) = basis.Expand(x, y);
        int place = 0;
        for (int i = 0; i < problem.Rows; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                PolynomialVariable variable = basis.Variables[j];
                BinaryFraction t = ((BinaryFraction)problem.X[i, j] - variable.Shift) * variable.Scale;
                BinaryFraction term = intercept ? t : (BinaryFraction)problem.X[i, j] * variable.OriginScale;
                for (int m = 1; m <= variable.Degree; m++, place++, term *= t)
                {
                    // A product of 7u² for t and for each term; t itself counts as often as it was multiplied.
                    term.RequireNear(new DoubleDouble(high[place], low[place]), 2 * m * 7.001 * SquaredRoundoff * Math.Abs(term.ToDouble()), $"term {m} of column {j}, row {i}");
                    Assert.True(variable.Degree == 1 || Math.Abs(high[place]) <= 1 + (m * 4 * Naive.Roundoff), $"term {m} of column {j}: {high[place]}");
                }
            }

            Assert.Equal((problem.Targets[i], 0), (high[place], low[place]));
            place++;
        }

        Assert.Equal(problem.Rows * basis.Columns, place);
    }
}
