namespace HpcLinReg.Hosting.Tests.Learning;

/// <summary>Rows to learn: two columns and the target.</summary>
internal static class Rows
{
    internal static Design Design { get; } = Design.Create([new ModelColumn("a", CellKind.Number), new ModelColumn("b", CellKind.Number)], "a", "b");

    /// <summary>Returns the values of a batch: each number gives the same ones every time.</summary>
    internal static double[] Batch(int number, int rows = 3)
    {
        var random = new Random(number);
        double[] values = new double[3 * rows];
        for (int i = 0; i < rows; i++)
        {
            double a = random.NextDouble() * 10, b = random.NextDouble();
            (values[3 * i], values[(3 * i) + 1], values[(3 * i) + 2]) = (a, b, 1 + (2 * a) - b + (random.NextDouble() / 100));
        }

        return values;
    }

    /// <summary>Returns the bits of a model's coefficients.</summary>
    internal static long[] Bits(ServedModel served) =>
        [.. served.Current.Model.Terms.Select(term => term.Coefficient).Append(served.Current.Model.Intercept.Coefficient).Select(BitConverter.DoubleToInt64Bits)];

    /// <summary>Starts a learner on a store.</summary>
    internal static OnlineModel Start(ILearningStore store, Action<LearningOptions>? configure = null, RegressionModel? start = null)
    {
        LearningOptions options = new();
        if (start is null)
        {
            options.FromNothing(Design, "y");
        }
        else
        {
            options.FromModel(start);
        }

        configure?.Invoke(options);
        Assert.Null(options.Problem());
        var online = new OnlineModel(new ServedModel("load", new ServedModelOptions(), null, null, TimeProvider.System), options, null);
        online.Start(store);
        return online;
    }
}
