using System.Globalization;
using HpcLinReg.Data;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Data;

/// <summary>Rows of a file in which a value is missing: each row that is used has the place in the grid of blocks that it has in the file.</summary>
public sealed class GapTests : IDisposable
{
    private const int Rows = 9000;

    private readonly TemporaryFolder _folder = new();
    private readonly double[] _joint = new double[4 * Rows];
    private readonly bool[] _used = new bool[Rows];

    public GapTests()
    {
        Random random = new(20);
        for (int i = 0; i < Rows; i++)
        {
            // Some single rows, a stretch over a border of two blocks, and the last rows.
            _used[i] = random.Next(10) > 0 && i is not (>= 2000 and < 4200) and < 8990;
            Span<double> row = _joint.AsSpan(4 * i, 4);
            (row[0], row[1], row[3]) = (random.NextDouble(), 1e6 + random.NextDouble(), 1 + (i % 3));
            row[2] = row[0] - row[1] + random.NextDouble();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_a_csv_file_keep_their_places()
    {
        MomentsAccumulator sums = new(3, 0, MomentsPrecision.DoubleDouble);
        for (int i = 0; i < Rows; i++)
        {
            if (_used[i])
            {
                sums.Add(new MatrixSpan<double>(_joint.AsSpan(4 * i, 3), 3));
            }
            else
            {
                sums.Skip(1);
            }
        }

        DataFitResult result = Fitting.Run(Csv(), new FitRequest { Target = "y", Features = "a, b" });
        AssertSame(sums.ToMoments().Solve(2), result.Fit);
        Assert.Equal(_used.Count(used => !used), result.RowsDropped);
        Assert.Equal(_used.Count(used => used), result.Fit.RowCount);
    }

    /// <summary>Whether the design is columns only or not, rows are left out at their places, in the first reading and in later ones.</summary>
    [Theory]
    [InlineData("a, b")]
    [InlineData("a, b + 0")]
    public void Rows_of_a_parquet_file_keep_their_places_in_every_reading(string features)
    {
        string path = _folder.Copy("gaps.parquet", $"SELECT * FROM '{Csv()}'");
        FitOptions options = new() { Digits = FitOptions.MaxDigits };
        AssertSame(LinearRegression.Fit(Source(3), options, TestContext.Current.CancellationToken), Fitting.Run(path, new FitRequest { Target = "y", Features = features, Digits = options.Digits }).Fit);
    }

    [Fact]
    public void Rows_with_weights_and_of_polynomials_keep_their_places()
    {
        FitRequest request = new() { Target = "y", Features = "a, b", Weights = "w", WeightKind = WeightKind.Precision };
        AssertSame(LinearRegression.Fit(Source(4)), Fitting.Run(Csv(), request).Fit);
        AssertSame(
            LinearRegression.FitPolynomial(new GapRows([.. Enumerable.Range(0, Rows).SelectMany(i => (double[])[_joint[(4 * i) + 1], _joint[4 * i], _joint[(4 * i) + 2]])], 3, _used), [1, 2]).BasisFit,
            Fitting.Run(Csv(), new FitRequest { Target = "y", Features = "b", Polynomials = new Dictionary<string, int> { ["a"] = 2 } }).Fit);
    }

    [Fact]
    public void Rows_of_a_table_in_memory_keep_their_places()
    {
        double[] Column(int j) => [.. Enumerable.Range(0, Rows).Select(i => _used[i] || j != i % 3 ? _joint[(4 * i) + j] : double.NaN)];
        ColumnTable table = new() { ["a"] = Column(0), ["b"] = Column(1), ["y"] = Column(2), ["w"] = Column(3) };
        Feature[] features = ["a", "b"];
        AssertSame(LinearRegression.Fit(Source(3)), RegressionModel.Fit(table, "y", features));
        AssertSame(LinearRegression.Fit(Source(4)), RegressionModel.Fit(table, "y", features, weights: "w"));
    }

    [Fact]
    public void A_weight_that_cannot_be_used_is_named_by_its_row_of_the_file()
    {
        string path = _folder.Write("weights.csv", "a,y,w\n1,2,1\n,3,1\n3,1,-2\n");
        string message = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "a", Weights = "w" })).Message;
        Assert.Contains("-2 in row 3 (counted from 1 after the header)", message, StringComparison.Ordinal);
    }

    private string Csv() => _folder.Write("gaps.csv", "a,b,y,w\n" + string.Concat(Enumerable.Range(0, Rows).Select(i =>
        string.Join(',', Enumerable.Range(0, 4).Select(j => _used[i] || j != i % 3 ? _joint[(4 * i) + j].ToString("R", CultureInfo.InvariantCulture) : "")) + "\n")));

    private GapRows Source(int columns) =>
        new([.. _joint.Where((_, k) => k % 4 < columns)], columns, _used, 1000, 7) { HasWeights = columns == 4 };

    private static void AssertSame(Fit expected, Fit actual)
    {
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Model.Weights.ToArray());
        Assert.Equal(
            (expected.Model.Intercept, expected.RowCount, expected.ResidualSumOfSquares, expected.Certificate.Digits),
            (actual.Model.Intercept, actual.RowCount, actual.ResidualSumOfSquares, actual.Certificate.Digits));
    }

    private static void AssertSame(Fit expected, RegressionModel actual)
    {
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Terms.Select(term => term.Coefficient));
        Assert.Equal((expected.Model.Intercept, expected.RowCount), (actual.Intercept.Coefficient, actual.RowCount));
    }
}
