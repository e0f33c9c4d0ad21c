using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Rows of a few variables with degrees 1 to 15, offsets up to 1e12 spreads, a smooth target under noise of any size, weights, ridge, with or without an intercept; drawn by a seed.</summary>
internal sealed class PolynomialProblem
{
    /// <summary>Draws a problem.</summary>
    /// <param name="seed">What decides all of it.</param>
    /// <param name="mostTerms">The largest number of terms.</param>
    /// <param name="mostMoreRows">The largest number of rows beyond one for each term and two.</param>
    internal PolynomialProblem(int seed, int mostTerms, int mostMoreRows)
    {
        var random = new Random(seed);
        Name = $"seed {seed}";
        int variables = random.Next(10) < 5 ? 1 : random.Next(2, 4);
        Degrees = new int[variables];
        int left = mostTerms;
        for (int j = 0; j < variables; j++)
        {
            Degrees[j] = j == 0 || random.Next(3) > 0 ? random.Next(1, Math.Min(15, left - (variables - 1 - j)) + 1) : 1;
            left -= Degrees[j];
        }

        Terms = Degrees.Sum();
        Rows = Terms + 2 + random.Next(mostMoreRows);
        double[][] columns = [.. Degrees.Select(_ => Column(random, Rows))];
        double[] y = Target(random, columns);
        IsWeighted = random.Next(10) < 3;
        double[] weights = IsWeighted ? Families.RowWeights(random, Rows, whole: false) : [.. Enumerable.Repeat(1.0, Rows)];
        Width = variables + (IsWeighted ? 2 : 1);
        Joint = [.. Enumerable.Range(0, Rows).SelectMany(i => (double[])[.. columns.Select(column => column[i]), y[i], .. IsWeighted ? [weights[i]] : Array.Empty<double>()])];
        Y = y;
        RowWeights = weights;
        Options = new FitOptions
        {
            Intercept = random.Next(4) > 0,
            Ridge = random.Next(4) == 0 ? Math.Pow(10, (random.NextDouble() * 9) - 6) : 0,
            RankDeficient = random.Next(3) == 0 ? RankDeficiency.MinimumNorm : RankDeficiency.Drop,
        };
        Far = [.. Enumerable.Range(0, 4).Select(_ => columns.Select(column => column.Min() + ((column.Max() - column.Min()) * ((3 * random.NextDouble()) - 1))).ToArray())];
    }

    internal string Name { get; }

    internal int[] Degrees { get; }

    internal int Terms { get; }

    internal int Rows { get; }

    internal bool IsWeighted { get; }

    /// <summary>Gets the columns of a joint row: variables, target and, if there are any, weights.</summary>
    internal int Width { get; }

    internal double[] Joint { get; }

    internal double[] Y { get; }

    internal double[] RowWeights { get; }

    internal FitOptions Options { get; }

    /// <summary>Gets rows of variables in and around the range.</summary>
    internal double[][] Far { get; }

    internal ReadOnlySpan<double> Row(int i) => Joint.AsSpan(i * Width, Degrees.Length);

    internal PolynomialFit Fit() => LinearRegression.FitPolynomial(new ArrayRows(Joint, Width) { HasWeights = IsWeighted }, Degrees, Options);

    /// <summary>The same fit of another target.</summary>
    internal PolynomialFit FitOf(Func<int, double> target)
    {
        double[] joint = [.. Joint];
        for (int i = 0; i < Rows; i++)
        {
            joint[(i * Width) + Degrees.Length] = target(i);
        }

        return LinearRegression.FitPolynomial(new ArrayRows(joint, Width) { HasWeights = IsWeighted }, Degrees, Options);
    }

    public override string ToString() =>
        $"{Name}: degrees {string.Join(", ", Degrees)}, {Rows} rows{(IsWeighted ? ", weights" : "")}{(Options.Intercept ? "" : ", no intercept")}, ridge {Options.Ridge:G3}, {Options.RankDeficient}";

    private static double[] Column(Random random, int rows)
    {
        double spread = Math.Pow(10, (random.NextDouble() * 12) - 6);
        double offset = random.Next(5) == 0 ? 0 : (random.Next(2) == 0 ? -1 : 1) * spread * Math.Pow(10, (random.NextDouble() * 15) - 3);
        int values = random.Next(8) == 0 ? random.Next(1, 6) : rows;
        return random.Next(3) switch
        {
            0 => [.. Enumerable.Range(0, rows).Select(i => offset + (spread * (i % values)))],
            1 => [.. Enumerable.Range(0, rows).Select(i => offset + (spread * (values < rows ? random.Next(values) : random.NextDouble())))],
            _ => [.. Enumerable.Range(0, rows).Select(i => offset + (spread * (values < rows ? random.Next(values) : Families.Normal(random))))],
        };
    }

    private static double[] Target(Random random, double[][] columns)
    {
        double size = Math.Pow(10, (random.NextDouble() * 12) - 6), level = random.Next(2) * random.NextDouble() * 10, noise = Math.Pow(10, -random.NextDouble() * (random.Next(2) == 0 ? 3 : 16));
        double[] y = [.. columns[0].Select(_ => size * (level + (noise * Families.Normal(random))))];
        foreach (double[] column in columns)
        {
            (double least, double most, double pace) = (column.Min(), column.Max(), 1 + (5 * random.NextDouble()));
            for (int i = 0; i < y.Length && most > least; i++)
            {
                y[i] += size * Math.Sin(pace * (column[i] - least) / (most - least));
            }
        }

        return y;
    }
}
