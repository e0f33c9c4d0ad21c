using System.Globalization;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Texts of many levels, which are read as indexes, give the fit of their indicators: from CSV, Parquet and columns in memory, with weights and groups.</summary>
public sealed class ManyLevelsTests : IDisposable
{
    private const int Rows = 5000, Levels = 40;

    private readonly TemporaryFolder _folder = new();
    private readonly string?[] _town = new string?[Rows];
    private readonly double[] _age = new double[Rows], _pay = new double[Rows], _weight = new double[Rows];

    public ManyLevelsTests()
    {
        Random random = new(3);
        for (int i = 0; i < Rows; i++)
        {
            // Half of the rows are of the first town; some have no town, or no age.
            int town = random.Next(2) == 0 ? 0 : random.Next(Levels);
            _town[i] = random.Next(20) == 0 ? null : FormattableString.Invariant($"t{town:D2}");
            _age[i] = random.Next(30) == 0 ? double.NaN : 20 + (40 * random.NextDouble());
            _pay[i] = (10 * town) + (0.5 * (double.IsNaN(_age[i]) ? 40 : _age[i])) + random.NextDouble();
            _weight[i] = random.Next(4);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_and_columns_give_the_fit_of_indicators(bool hasWeights)
    {
        Fit expected = OfIndicators(hasWeights);
        StringBuilder csv = new("town,age,pay,weight\n");
        for (int i = 0; i < Rows; i++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{_town[i]},{(double.IsNaN(_age[i]) ? "" : _age[i].ToString("R", CultureInfo.InvariantCulture))},{_pay[i]:R},{_weight[i]}\n");
        }

        string path = _folder.Write("pay.csv", csv.ToString());
        string parquet = _folder.Copy("pay.parquet", $"SELECT * FROM read_csv('{path}')");
        var request = new FitRequest { Target = "pay", Features = "town, age", Weights = hasWeights ? "weight" : null };
        AssertClose(expected, Fitting.Run(path, request).Fit);
        AssertClose(expected, Fitting.Run(parquet, request).Fit);
        AssertClose(expected, Fitting.Run(path, request with { Cluster = "town" }).Fit);
        var model = RegressionModel.Fit(new ColumnTable { ["town"] = _town, ["age"] = _age, ["pay"] = _pay, ["weight"] = _weight }, "pay", ["town", "age"], null, hasWeights ? "weight" : null);
        AssertClose(expected, [.. model.Terms.Select(term => term.Coefficient)]);
    }

    private static void AssertClose(Fit expected, Fit actual)
    {
        Assert.Equal((expected.RowCount, expected.Rank), (actual.RowCount, actual.Rank));
        AssertClose(expected, actual.Model.Weights.ToArray());
    }

    private static void AssertClose(Fit expected, double[] weights)
    {
        Assert.Equal(expected.Model.Features, weights.Length);
        for (int j = 0; j < weights.Length; j++)
        {
            // Ten digits of each are asked for; the largest is 400.
            Assert.InRange(Math.Abs(weights[j] - expected.Model.Weights[j]), 0, 400 * 2e-10);
        }
    }

    private Fit OfIndicators(bool hasWeights)
    {
        List<double> x = [], y = [], v = [];
        for (int i = 0; i < Rows; i++)
        {
            if (_town[i] is not { } town || double.IsNaN(_age[i]))
            {
                continue;
            }

            int level = int.Parse(town[1..], CultureInfo.InvariantCulture);
            x.AddRange(Enumerable.Range(1, Levels - 1).Select(k => k == level ? 1.0 : 0));
            x.Add(_age[i]);
            y.Add(_pay[i]);
            v.Add(_weight[i]);
        }

        var design = new MatrixSpan<double>(x.ToArray(), Levels);
        return hasWeights ? LinearRegression.Fit(design, y.ToArray(), (ReadOnlySpan<double>)v.ToArray()) : LinearRegression.Fit(design, y.ToArray());
    }
}
