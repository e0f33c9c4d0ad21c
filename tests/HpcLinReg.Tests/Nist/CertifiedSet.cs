using System.Globalization;
using System.Text.Json;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Nist;

/// <summary>A data set whose exact coefficients are known: its cells are decimals, and the answer is that of the decimals.</summary>
/// <param name="Name">NIST's name, or what the set is made like.</param>
/// <param name="Degree">The degree of the polynomial in the only predictor; 0 for predictors as they are.</param>
/// <param name="Intercept">Whether the model has one.</param>
/// <param name="Predictors">n rows of predictors, as decimals.</param>
/// <param name="Target">n decimals.</param>
internal sealed record CertifiedSet(string Name, int Degree, bool Intercept, Rational[][] Predictors, Rational[] Target)
{
    internal double[] Y => [.. Target.Select(y => y.ToDouble())];

    internal int Columns => Degree > 0 ? Degree : Predictors[0].Length;

    /// <summary>Gets the design as a solver reads it: doubles, powers computed in double, row-major, without the column of ones.</summary>
    internal double[] Design =>
        [.. Predictors.SelectMany(row => Degree > 0 ? Enumerable.Range(1, Degree).Select(power => Math.Pow(row[0].ToDouble(), power)) : row.Select(x => x.ToDouble()))];

    /// <summary>Gets the exact answer of the decimals.</summary>
    internal ExactLeastSquares Exact
    {
        get
        {
            var x = new Rational[Target.Length, Columns];
            for (int i = 0; i < Target.Length; i++)
            {
                Rational power = Rational.One;
                for (int j = 0; j < Columns; j++)
                {
                    power *= Predictors[i][0];
                    x[i, j] = Degree > 0 ? power : Predictors[i][j];
                }
            }

            return new ExactLeastSquares(x, Target, Intercept);
        }
    }

    /// <summary>Gets the exact answer of the doubles that are stored: no solver that reads them can do better.</summary>
    internal ExactLeastSquares Stored
    {
        get
        {
            double[] design = Design;
            double[,] x = new double[Target.Length, Columns];
            Buffer.BlockCopy(design, 0, x, 0, design.Length * sizeof(double));
            return new ExactLeastSquares(x, Y, Intercept);
        }
    }

    /// <summary>NIST's sets of a folder, and four made in the manner of others.</summary>
    internal static IEnumerable<CertifiedSet> All(string folder)
    {
        using var reference = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "reference.json")));
        foreach (JsonProperty set in reference.RootElement.EnumerateObject())
        {
            JsonElement degree = set.Value.GetProperty("degree");
            Rational[][] lines = [.. File.ReadLines(Path.Combine(folder, set.Value.GetProperty("file").GetString()!)).Skip(1).Select(line => line.Split(',').Select(Rational.Parse).ToArray())];
            yield return new CertifiedSet(
                set.Name,
                degree.ValueKind == JsonValueKind.Number && degree.GetInt32() > 1 ? degree.GetInt32() : 0,
                set.Value.GetProperty("intercept").GetBoolean(),
                [.. lines.Select(line => line[1..])],
                [.. lines.Select(line => line[0])]);
        }

        yield return Made("Tenth degree *", 82, 10, i => (-8.8 + (5.7 * i / 81) + (0.03 * Math.Sin(7 * i)), 6), (x, i) => (0.85 + (0.06 * Math.Sin(1.3 * x)) + (0.003 * Math.Cos(11 * i)), 4));
        yield return Made("Quadratic of loads *", 40, 2, i => (150_000.0 * ((i % 20) + 1), 0), (x, i) => ((7.3e-7 * x) - (3.2e-15 * x * x) + (2e-4 * Math.Sin(5 * i)) + 6.7e-4, 5));

        yield return Made("Three points, no intercept *", 3, 0, i => (7 + i, 0), (_, i) => (3 + ((i + 1) / 2), 0)) with { Intercept = false };

        // Sixth differences are orthogonal to powers 0 to 5, so the noise leaves the coefficients as they are (as Wampler made his).
        double[] differences = [1, -6, 15, -20, 15, -6, 1];
        double Noise(int i) => Enumerable.Range(0, 15).Sum(shift => i >= shift && i - shift < 7 ? ((shift * 5 % 7) - 3) * differences[i - shift] : 0);
        yield return Made("Five digits under noise of 1e6 *", 21, 5, i => (i, 0), (x, i) => (12345 - (54321 * x) + (23456 * x * x) - (98765 * x * x * x) + (13579 * x * x * x * x) - (24681 * x * x * x * x * x) + (1e10 * Noise(i)), 0));
    }

    /// <summary>
    /// The worst coefficient's digits, NIST's LRE: −log₁₀ of the relative error, at most 15, at least 0; null without an answer.
    /// </summary>
    /// <param name="exact">What is right.</param>
    /// <param name="coefficients">The intercept first when there is one.</param>
    internal static double? Digits(ExactLeastSquares exact, double[]? coefficients) =>
        coefficients is null ? null : Terms(exact).Zip(coefficients, (b, actual) => Math.Clamp(-Math.Log10(b.RelativeError(actual)), 0, 15)).Min();

    /// <summary>The coefficients, the intercept first when there is one.</summary>
    internal static Rational[] Terms(ExactLeastSquares exact) => [.. exact.HasIntercept ? [exact.Intercept] : Array.Empty<Rational>(), .. exact.Coefficients];

    private static CertifiedSet Made(string name, int rows, int degree, Func<int, (double Value, int Decimals)> predictor, Func<double, int, (double Value, int Decimals)> target)
    {
        Rational[] x = [.. Enumerable.Range(0, rows).Select(i => Decimal(predictor(i)))];
        return new CertifiedSet(name, degree, Intercept: true, [.. x.Select(value => new[] { value })], [.. x.Select((value, i) => Decimal(target(value.ToDouble(), i)))]);
    }

    private static Rational Decimal((double Value, int Decimals) number) => Rational.Parse(number.Value.ToString("F" + number.Decimals, CultureInfo.InvariantCulture));
}
