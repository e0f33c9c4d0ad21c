namespace HpcLinReg.Tests.Reference;

/// <summary>Designs at the edges of what a certificate promises, made by a seed.</summary>
internal static class Edges
{
    /// <summary>
    /// Start, end and duration = end − start as whole numbers far from zero, exactly collinear; one set in three rounds the duration to sevenths, which
    /// is collinear no more. Unrelated columns stand before or behind them.
    /// </summary>
    internal static DataSet WholeTriples(Random random)
    {
        int n = random.Next(8, 200), extra = random.Next(3), first = random.Next(2) * extra;
        double start = Math.Floor(Families.Power(random, 0, 15)), span = Math.Floor(Families.Power(random, 1, 10)), length = Math.Floor(Families.Power(random, 0, 7));
        bool isCollinear = random.Next(3) > 0;
        double[,] x = new double[n, 3 + extra];
        for (int i = 0; i < n; i++)
        {
            double begin = start + Math.Floor(span * random.NextDouble()), duration = Math.Floor(length * random.NextDouble());
            (x[i, first], x[i, first + 1], x[i, first + 2]) = (begin, begin + duration, isCollinear ? duration : Math.Round(duration / 7));
            for (int j = 0; j < extra; j++)
            {
                x[i, first == 0 ? 3 + j : j] = Families.Normal(random) * Families.Power(random, -3, 8);
            }
        }

        return Families.Targets(random, $"whole triples from {start:E1} over {span:E1}, lengths {length:E1}", x) with { Intercept = random.Next(4) > 0 };
    }

    /// <summary>Rows that differ, and rows of two or three levels before or behind them, in turn or at random.</summary>
    internal static DataSet VariedThenLevels(Random random)
    {
        int n = random.Next(100, 3000), varied = random.Next(3) switch { 0 => 16, 1 => random.Next(16, 200), _ => random.Next(16, n) };
        int d = random.Next(1, 3), count = random.Next(2, 4), offset = random.Next(3) == 0 ? random.Next(n) : 0;
        bool inTurn = random.Next(2) == 0;
        double[][] levels = [.. Enumerable.Range(0, d + 1).Select(_ => (double[])[.. Enumerable.Range(0, count).Select(_ => Math.Round(Families.Normal(random), random.Next(1, 5)))])];
        double Cell(int i, int j) => (i + offset) % n < varied ? Math.Sin(i + 1 + (j * 1.3)) : levels[j][inTurn ? i % count : random.Next(count)];
        double[,] x = DataSet.Matrix(n, d, Cell);
        return new DataSet($"{varied} varied rows and {count} levels", x, [.. Enumerable.Range(0, n).Select(i => Cell(i, d))]) { Intercept = random.Next(4) > 0 };
    }

    /// <summary>A few rows that weigh up to 1e±100 of the others, with targets that are the same here and there, or everywhere.</summary>
    internal static DataSet HeavyRows(Random random)
    {
        int n = random.Next(5, 40), d = random.Next(1, 4), range = random.Next(4) switch { 0 => 10, 1 => 30, 2 => 60, _ => 200 };
        double offset = random.Next(2) == 0 ? 0 : Families.Power(random, 0, 6);
        double[,] x = DataSet.Matrix(n, d, (_, _) => offset + Families.Normal(random));
        bool isConstant = random.Next(8) == 0;
        double[] y = [.. Enumerable.Range(0, n).Select(i => isConstant ? 5.1 : random.Next(4) == 0 ? 5 : offset + x[i, 0] + Families.Normal(random))];
        double[] weights = [.. Enumerable.Range(0, n).Select(_ => 0.5 + random.NextDouble())];
        for (int i = random.Next(1, d + 3); i > 0; i--)
        {
            weights[random.Next(n)] *= Families.Power(random, -range / 2, range / 2);
        }

        return new DataSet($"weights of 1e±{range / 2}", x, y) { RowWeights = weights, Intercept = random.Next(4) > 0 };
    }

    /// <summary>Columns whose means are up to 1e17 spreads.</summary>
    internal static DataSet FarMeans(Random random)
    {
        int n = random.Next(6, 60), d = random.Next(1, 4);
        double[] means = [.. Enumerable.Range(0, d + 1).Select(_ => random.Next(2) == 0 ? 0 : Families.Power(random, 0, 17) * ((2 * random.Next(2)) - 1))];
        double[,] x = DataSet.Matrix(n, d, (_, j) => means[j] + Families.Normal(random));
        return new DataSet("far means", x, [.. Enumerable.Range(0, n).Select(i => means[d] + x[i, 0] - means[0] + Families.Normal(random))]);
    }

    /// <summary>Noise of 1 down to 1e-20 of the target, of columns that differ by as little as 1e-8.</summary>
    internal static DataSet LittleNoise(Random random)
    {
        int n = random.Next(6, 40), d = random.Next(1, 5);
        double offset = random.Next(2) == 0 ? 0 : Families.Power(random, 0, 8), noise = Families.Power(random, -20, 0), difference = Families.Power(random, -8, 0);
        double[,] x = DataSet.Matrix(n, d, (_, _) => offset + Families.Normal(random));
        for (int i = 0; i < n && d > 1; i++)
        {
            x[i, 1] = x[i, 0] + (difference * x[i, 1]);
        }

        double[] weights = [.. Enumerable.Range(0, d).Select(_ => Families.Normal(random))];
        double[] y = [.. Enumerable.Range(0, n).Select(i => 1 + Enumerable.Range(0, d).Sum(j => weights[j] * x[i, j]) + (noise * Families.Normal(random)))];
        return new DataSet($"noise of {noise:E1}", x, y) { Intercept = random.Next(4) > 0 };
    }

    /// <summary>Columns and target in units down to 1e-153, the low parts of whose squares are below the range of double.</summary>
    internal static DataSet SmallUnits(Random random)
    {
        DataSet set = NearlyEqualColumns(random);
        double[] units = [.. Enumerable.Range(0, set.Columns + 1).Select(_ => random.Next(3) == 0 ? 1 : Math.Pow(10, -140 - (13 * random.NextDouble())))];
        return set with
        {
            Name = $"{set.Name}, units {string.Join(' ', units.Select(unit => unit.ToString("E1")))}",
            X = DataSet.Matrix(set.Rows, set.Columns, (i, j) => set.X[i, j] * units[j]),
            Y = [.. set.Y.Select(y => y * units[^1])],
        };
    }

    /// <summary>One to three columns, of which the second is the first and a part of its own down to 1e-8, with noise down to 1e-7.</summary>
    internal static DataSet NearlyEqualColumns(Random random)
    {
        int rows = random.Next(5, 50), columns = random.Next(1, 4);
        double offset = random.Next(2) == 0 ? 0 : Math.Pow(10, 6 * random.NextDouble()), part = Math.Pow(10, -8 * random.NextDouble()), noise = Math.Pow(10, -random.Next(0, 8));
        double[,] x = DataSet.Matrix(rows, columns, (_, _) => offset + Families.Normal(random));
        for (int i = 0; i < rows && columns > 1; i++)
        {
            x[i, 1] = x[i, 0] + (x[i, 1] * part);
        }

        double[] y = [.. Enumerable.Range(0, rows).Select(i => offset + x[i, 0] + (noise * Families.Normal(random)))];
        return new DataSet($"nearly equal columns, offset {offset:E1}, part {part:E1}, noise {noise:E0}", x, y) { Intercept = random.Next(3) > 0 };
    }
}
