namespace HpcLinReg.Tests.Models;

/// <summary>Random tables, and models fitted to them of every kind of feature.</summary>
internal static class RandomModel
{
    private static readonly string[] Names = ["x", "y 2", "\u00fc", "a:b", "quote\"d", "_z"];

    /// <summary>Makes a table of numbers, whole numbers, flags, times and texts, some of them missing, and fits a model to it.</summary>
    internal static (ColumnTable Data, RegressionModel Model) Fit(Random random)
    {
        int n = random.Next(12, 40);
        T[] Values<T>(Func<int, T> make) => [.. Enumerable.Range(0, n).Select(make)];
        string[] words = [.. Enumerable.Range(0, random.Next(1, 5)).Select(i => i == 0 ? "" : $"level {i}")];
        var epoch = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        ColumnTable data = new()
        {
            [Names[0]] = Values(_ => random.Next(9) == 0 ? double.NaN : random.NextDouble() * Math.Pow(10, random.Next(-3, 4))),
            [Names[1]] = Values(_ => random.NextDouble() - 0.5),
            [Names[2]] = Values(_ => random.NextInt64(-9_007_199_254_740_993, 9_007_199_254_740_993)),
            [Names[3]] = Values(_ => random.Next(2) == 0),
            [Names[4]] = Values(i => random.Next(12) == 0 ? null : words[i % words.Length]),
            [Names[5]] = Values(_ => epoch.AddMinutes(random.Next(1_000_000))),
            ["g"] = Values(i => i % 3 == 0 ? "one" : "two"),
            ["target"] = Values(_ => random.NextDouble()),
            ["v"] = Values(_ => (double)random.Next(0, 4)),
        };
        Feature[] all =
        [
            Feature.Column(Names[0]), Feature.Column(Names[1]), Feature.Column(Names[3]), Feature.Column(Names[4]), "g",
            Feature.Expression("ln(x + 1) * 2 - \"y 2\"").As("ln"), Feature.Expression("\u00fc - 3").As("whole"), Feature.Expression("hour(_z)"),
            Feature.Interaction(Feature.Column(Names[4]), "g"), Feature.Interaction("g", Feature.Column(Names[1])), Feature.Interaction(Feature.Column(Names[0]), Feature.Column(Names[3])),
        ];
        Feature[] features = [.. all.Where(_ => random.Next(3) == 0)];
        if (random.Next(3) == 0)
        {
            features = [.. features, Feature.Polynomial(Feature.Expression("\"y 2\" * 3").As("power"), random.Next(2, 5))];
        }

        if (random.Next(3) == 0)
        {
            features = [.. features, Feature.Interaction(random.Next(2) == 0 ? "g" : Feature.Column(Names[3]), Feature.Polynomial(Feature.Column(Names[0]), random.Next(2, 4)))];
        }

        FitOptions options = new()
        {
            Intercept = random.Next(4) > 0,
            Ridge = random.Next(4) == 0 ? random.NextDouble() : 0,
            RankDeficient = random.Next(2) == 0 ? RankDeficiency.Drop : RankDeficiency.MinimumNorm,
        };
        return (data, RegressionModel.Fit(data, "target", features, options, random.Next(3) == 0 ? "v" : null));
    }

    /// <summary>Makes a row for a model: of the training data, beyond them, or of wrong kinds.</summary>
    internal static Cell[] Row(Random random, ColumnTable data, RegressionModel model)
    {
        Cell[] row = RealData.Row(data, model, random.Next(data.RowCount));
        for (int i = 0; i < row.Length && random.Next(2) == 0; i++)
        {
            row[i] = random.Next(6) switch
            {
                0 => Cell.Missing,
                1 => "a text of its own",
                2 => 1e6 * random.NextDouble(),
                3 => random.NextInt64(),
                4 => true,
                _ => row[i],
            };
        }

        return row;
    }
}
