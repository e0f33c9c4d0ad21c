namespace HpcLinReg.Tests.Reference;

/// <summary>Designs that are hard in one stated way each, made by a seed; small enough to be solved exactly.</summary>
internal static class Families
{
    /// <summary>The families that <see cref="Draw"/> chooses from; none of them is rank deficient by construction.</summary>
    private static readonly Func<Random, string, DataSet>[] All =
    [
        (random, name) => Named(NearCollinear(random, Power(random, 0, 15)), $"{name} near-collinear"),
        (random, name) => Named(Spectrum(random, Power(random, 0, 15)), $"{name} spectrum"),
        (random, name) => Named(Offsets(random, Power(random, 3, 12)), $"{name} offsets"),
        (random, name) => Named(SmallIntegers(random), $"{name} integers"),
        (random, name) => Named(Vandermonde(random, random.Next(2, 11)), $"{name} Vandermonde"),
        (random, name) => Named(Units(random), $"{name} units"),
        (random, name) => Named(Levels(random), $"{name} levels"),
    ];

    /// <summary>A set of any of the families.</summary>
    internal static DataSet Draw(int seed)
    {
        var random = new Random(seed);
        return All[random.Next(All.Length)](random, $"seed {seed}:");
    }

    /// <summary>A column that is a combination of the others but for 1/κ of its length; the target by <see cref="Targets"/>.</summary>
    internal static DataSet NearCollinear(Random random, double condition)
    {
        (int n, int d) = Shape(random, 2);
        double[,] x = DataSet.Matrix(n, d, (_, _) => Normal(random));
        int last = random.Next(1, d);
        double[] combination = [.. Enumerable.Range(0, d).Select(_ => (double)random.Next(-3, 4))];
        combination[last - 1] = 1;
        for (int i = 0; i < n; i++)
        {
            x[i, last] = Enumerable.Range(0, last).Sum(j => combination[j] * x[i, j]) + (x[i, last] / condition);
        }

        return Targets(random, "near-collinear", x);
    }

    /// <summary>Singular values in a geometric sequence from 1 to 1/κ, by sums of random directions.</summary>
    internal static DataSet Spectrum(Random random, double condition)
    {
        (int n, int d) = Shape(random, 2);
        double[,] left = DataSet.Matrix(n, d, (_, _) => Normal(random));
        double[,] right = DataSet.Matrix(d, d, (_, _) => Normal(random));
        double[,] x = DataSet.Matrix(n, d, (i, j) => Enumerable.Range(0, d).Sum(k => left[i, k] * Math.Pow(condition, -k / (d - 1.0)) * right[k, j]));
        return Targets(random, "spectrum", x);
    }

    /// <summary>Columns whose mean is a multiple of their spread.</summary>
    internal static DataSet Offsets(Random random, double spreads)
    {
        (int n, int d) = Shape(random, 1);
        double[] offsets = [.. Enumerable.Range(0, d).Select(_ => spreads * (random.NextDouble() - 0.5))];
        return Targets(random, "offsets", DataSet.Matrix(n, d, (_, j) => offsets[j] + Normal(random)));
    }

    /// <summary>Whole numbers from −9 to 9; may be rank deficient.</summary>
    internal static DataSet SmallIntegers(Random random)
    {
        (int n, int d) = Shape(random, 1);
        double[,] x = DataSet.Matrix(n, d, (_, _) => random.Next(-9, 10));
        return new DataSet("integers", x, [.. Enumerable.Range(0, n).Select(_ => (double)random.Next(-99, 100))]) { Intercept = random.Next(4) > 0 };
    }

    /// <summary>Powers 1 to d of points between two ends, computed in double.</summary>
    internal static DataSet Vandermonde(Random random, int degree)
    {
        double[] ends = [.. new[] { Ends(random), Ends(random) }.Order()];
        int n = degree + 3 + random.Next(30);
        double[] points = [.. Enumerable.Range(0, n).Select(i => Math.Round(ends[0] + ((ends[1] - ends[0] + 1) * i / (n - 1)), 6))];
        return Targets(random, "Vandermonde", DataSet.Matrix(n, degree, (i, j) => Math.Pow(points[i], j + 1)));
    }

    /// <summary>Columns in units from 1e-100 to 1e100.</summary>
    internal static DataSet Units(Random random)
    {
        (int n, int d) = Shape(random, 1);
        double[] units = [.. Enumerable.Range(0, d).Select(_ => Power(random, -100, 100))];
        return Targets(random, "units", DataSet.Matrix(n, d, (_, j) => units[j] * (Normal(random) + 1)));
    }

    /// <summary>
    /// Columns of two values each, in runs: equal products are rounded the same way again and again, which sums of random numbers never are.
    /// </summary>
    internal static DataSet Levels(Random random)
    {
        int d = random.Next(1, 4);
        int n = random.Next(100, 1000);
        (double Low, double High)[] levels = [.. Enumerable.Range(0, d).Select(_ => (Normal(random), Normal(random)))];
        int[] runs = [n / 2, n / 8, 1 + random.Next(4)];
        return Targets(random, "levels", DataSet.Matrix(n, d, (i, j) => (i / runs[j]) % 2 == 0 ? levels[j].Low : levels[j].High));
    }

    /// <summary>One column for each level of a category, and perhaps a number: beside an intercept always rank deficient.</summary>
    internal static DataSet OneHot(Random random)
    {
        int levels = random.Next(2, 6);
        int d = levels + random.Next(3);
        int n = d + 3 + random.Next(30);
        int[] level = [.. Enumerable.Range(0, n).Select(i => i < levels ? i : random.Next(levels))];
        return Targets(random, "one-hot", DataSet.Matrix(n, d, (i, j) => j < levels ? (level[i] == j ? 1 : 0) : Normal(random))) with { Intercept = true };
    }

    /// <summary>Some columns are copies of others, or sums of two of them.</summary>
    internal static DataSet Duplicates(Random random)
    {
        (int n, int d) = Shape(random, 3);
        double[,] x = DataSet.Matrix(n, d, (_, _) => random.Next(-1000, 1000) / 64.0);
        int copy = random.Next(1, d);
        (int first, int second) = (random.Next(copy), random.Next(copy));
        bool sum = random.Next(2) == 0 && first != second;
        return Targets(random, "duplicates", DataSet.Matrix(n, d, (i, j) => j != copy ? x[i, j] : x[i, first] + (sum ? x[i, second] : 0)));
    }

    /// <summary>
    /// A target for the design: without noise up to its rounding, with a little, with much, or a signal of five digits under noise 10⁶
    /// times its size that is orthogonal to the design, so that the coefficients stay those of the signal; sometimes far from 0, sometimes
    /// without an intercept.
    /// </summary>
    internal static DataSet Targets(Random random, string name, double[,] x)
    {
        int n = x.GetLength(0);
        int d = x.GetLength(1);
        double[] lengths = [.. Enumerable.Range(0, d).Select(j => Enumerable.Range(0, n).Max(i => Math.Abs(x[i, j])))];
        double[] weights = [.. lengths.Select(length => length == 0 ? 1 : Math.Round(Normal(random), 4) / length)];
        int kind = random.Next(4);
        double[] noise = [.. Enumerable.Range(0, n).Select(_ => kind == 0 ? 0 : Normal(random) * (kind == 1 ? 1e-3 : 1))];
        if (kind == 3)
        {
            var explained = new ExactLeastSquares(x, noise);
            noise = [.. noise.Select((value, i) => 1e6 * Enumerable.Range(0, d).Aggregate(Rational.From(value) - explained.Intercept, (rest, j) => rest - (Rational.From(x[i, j]) * explained.Coefficients[j])).ToDouble())];
        }

        double mean = random.Next(4) == 0 ? 1e6 * Normal(random) : Normal(random);
        double[] y = [.. noise.Select((value, i) => mean + Enumerable.Range(0, d).Sum(j => weights[j] * x[i, j]) + value)];
        string[] kinds = ["noise-free", "little noise", "noise", "noise of 1e6"];
        return new DataSet($"{name}, {kinds[kind]}", x, y) { Intercept = random.Next(5) > 0 };
    }

    /// <summary>Weights of rows: whole numbers with zeros among them, or of any size.</summary>
    internal static double[] RowWeights(Random random, int rows, bool whole) =>
        [.. Enumerable.Range(0, rows).Select(i => whole ? (i % 3 == 2 ? random.Next(3) : 1 + random.Next(4)) : Power(random, -2, 2))];

    /// <summary>10 to a power between two, in hundredths.</summary>
    internal static double Power(Random random, int least, int most) => Math.Pow(10, random.Next(100 * least, (100 * most) + 1) / 100.0);

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static (int Rows, int Columns) Shape(Random random, int fewestColumns)
    {
        int d = random.Next(fewestColumns, 7);
        return (d + 2 + random.Next(38 - d), d);
    }

    private static double Ends(Random random) => random.Next(-10, 21);

    private static DataSet Named(DataSet set, string name) => set with { Name = $"{name} {set.Name}" };
}
