using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>What the order, the units and the storage of columns may do to a fit: nothing, or what is stated.</summary>
public class ColumnLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 300)]
    public void The_order_of_columns_does_not_matter(byte shape, Seed seed)
    {
        DataSet set = Tame(shape, seed);
        int[] order = [.. Enumerable.Range(0, set.Columns)];
        new Random(seed).Shuffle(order);
        Closeness.AssertSame(set, set.Fit(), set.WithColumns("columns in another order", order).Fit(), j => Array.IndexOf(order, j));
    }

    /// <summary>Other units round the cells, so the exact answer is that of the rounded ones; its bound grows and shrinks with the unit.</summary>
    [Law(MaxTest = 300)]
    public void Units_of_a_column_change_neither_verdict_nor_bound(byte shape, Seed seed)
    {
        DataSet set = Tame(shape, seed);
        var random = new Random(seed);
        double[] units = [.. Enumerable.Range(0, set.Columns).Select(_ => Families.Power(random, -50, 50))];
        DataSet scaled = set.WithCells("columns in other units", (i, j) => set.X[i, j] * units[j]);
        Fit fit = scaled.Fit();
        Assert.Empty(fit.Aliased);
        Assert.InRange(fit.ReciprocalCondition / set.Fit().ReciprocalCondition, 0.99, 1.01);
        Closeness.AssertExact(scaled, scaled.Exact(), fit);
    }

    [Law(MaxTest = 300)]
    public void Powers_of_two_scale_everything_exactly(byte shape, sbyte power, sbyte targetPower, Seed seed)
    {
        DataSet set = Tame(shape, seed);
        var random = new Random(seed);
        int[] powers = [.. Enumerable.Range(0, set.Columns).Select(j => j == 0 ? power : random.Next(-60, 61))];
        DataSet other = set.WithCells("columns times powers of two", (i, j) => Math.ScaleB(set.X[i, j], powers[j])) with { Y = [.. set.Y.Select(y => Math.ScaleB(y, targetPower))] };
        Fit plain = set.Fit();
        Fit scaled = other.Fit();
        for (int j = 0; j < set.Columns; j++)
        {
            Assert.Equal(Math.ScaleB(plain.Model.Weights[j], targetPower - powers[j]), scaled.Model.Weights[j]);
            Assert.Equal(Math.ScaleB(plain.StandardErrors[j], targetPower - powers[j]), scaled.StandardErrors[j]);
        }

        Assert.Equal(Math.ScaleB(plain.Model.Intercept, targetPower), scaled.Model.Intercept);
        Assert.Equal(Math.ScaleB(plain.ResidualSumOfSquares, 2 * targetPower), scaled.ResidualSumOfSquares);
    }

    [Law(MaxTest = 300)]
    public void Floats_give_the_bits_of_the_same_numbers_in_double(Seed seed)
    {
        DataSet drawn = Families.Draw(seed);
        bool fits = !_skips.When(drawn.Cells.Concat(drawn.Y).Any(value => Math.Abs(value) >= 1e30), most: 0.35);
        DataSet set = drawn.WithCells("rounded to float", (i, j) => fits ? (float)drawn.X[i, j] : i * j) with { Y = [.. drawn.Y.Select(y => fits ? (float)y : 1.0)] };
        Fit fit = set.Fit();
        Fit fromFloat = LinearRegression.Fit(
            new MatrixSpan<float>([.. set.Cells.Select(cell => (float)cell)], set.Columns), [.. set.Y.Select(y => (float)y)], new FitOptions { Intercept = set.Intercept });
        Assert.Equal(fit.Model.Weights, fromFloat.Model.Weights);
        Assert.Equal(fit.Model.Intercept, fromFloat.Model.Intercept);
        Assert.Equal(fit.StandardErrors.AsSpan(), fromFloat.StandardErrors.AsSpan());
        Assert.Equal((fit.ResidualSumOfSquares, fit.Rank), (fromFloat.ResidualSumOfSquares, fromFloat.Rank));
    }

    [Law(MaxTest = 300)]
    public void A_target_shifted_by_a_billion_moves_the_intercept_by_it(byte shape, Seed seed)
    {
        // Multiples of 2⁻²⁰ survive the shift without rounding.
        DataSet drawn = Tame(shape, seed);
        DataSet set = drawn with { Intercept = true, Y = [.. drawn.Y.Select(y => Math.ScaleB(Math.Round(Math.ScaleB(y, 20)), -20))] };
        Fit plain = set.Fit();
        DataSet other = set with { Y = [.. set.Y.Select(y => y + 1e9)] };
        Fit shifted = other.Fit();
        Closeness.AssertSame(set, plain, shifted, intercept: false);
        Assert.InRange(Math.Abs(plain.Model.Intercept + 1e9 - shifted.Model.Intercept), 0, Closeness.Bounds(set, plain).Intercept + Closeness.Bounds(other, shifted).Intercept);
    }

    /// <summary>Designs whose condition the first rung answers at: 1 to 1e4.</summary>
    private static DataSet Tame(byte shape, int seed)
    {
        var random = new Random(seed);
        DataSet set = (shape % 3) switch
        {
            0 => Families.NearCollinear(random, Families.Power(random, 0, 4)),
            1 => Families.Spectrum(random, Families.Power(random, 0, 4)),
            _ => Families.Offsets(random, Families.Power(random, 0, 4)),
        };
        return set with { Name = $"seed {seed}: {set.Name}" };
    }
}
