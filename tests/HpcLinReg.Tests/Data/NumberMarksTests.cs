using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Marks between thousands, signs of currencies and percent signs, where somebody says that there are some.</summary>
public sealed class NumberMarksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData('.', "1.234,5", 1234.5)]
    [InlineData('.', "1.234", 1234)]
    [InlineData('.', "-12.345.678", -12345678)]
    [InlineData('.', "1234,5", 1234.5)]
    [InlineData('.', "0,125", 0.125)]
    [InlineData(',', "1,234.5", 1234.5)]
    [InlineData(',', "+1,234,567", 1234567)]
    [InlineData('\'', "1'234.5", 1234.5)]
    [InlineData('\'', "1’234.5", 1234.5)]
    [InlineData(' ', "1 234.5", 1234.5)]
    [InlineData(' ', "1\u00a0234.5", 1234.5)]
    [InlineData(' ', "1\u202f234.5", 1234.5)]
    [InlineData('_', "1_234.5", 1234.5)]
    [InlineData('.', "1,5e3", 1500)]
    public void Marks_between_thousands_are_read(char mark, string cell, double expected)
    {
        string path = _folder.Write("in.csv", $"x;y\n{cell};1\n7;2\n;3\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = mark });
        Assert.Equal([expected, 7, null], Numbers(source, 0));
        Assert.Equal([1, 2, 3], Numbers(source, 1));
    }

    [Theory]
    [InlineData("1.23.4")]
    [InlineData("1234.567")]
    [InlineData("1.2345")]
    [InlineData("12.34,5")]
    [InlineData(".123")]
    [InlineData("1..234")]
    [InlineData("1,234.5")]
    [InlineData("1.234€")]
    [InlineData("12%")]
    [InlineData("1 234")]
    public void What_is_no_grouped_number_is_refused_with_its_line(string cell)
    {
        string path = _folder.Write("in.csv", $"y;x\n1;1.000\n2;2.000,5\n3;{cell}\n4;1\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = '.', Kinds = new Dictionary<string, ReadAs> { ["x"] = ReadAs.Number } });
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(source, new FitRequest { Target = "y" }));
        Assert.Contains($"in.csv, line 4: \"{cell}\" in the column 'x' is not a number such as 1.234,5", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("€", "€12,50|12,50 €|€ 12,50|-€12,50|€-12,50|12,50", "12.5|12.5|12.5|-12.5|-12.5|12.5")]
    [InlineData("$", "$12,50|-$1|$ 1234", "12.5|-1|1234")]
    [InlineData("CHF", "CHF 12,50|12,50CHF|3", "12.5|12.5|3")]
    [InlineData("kr", "12\u00a0kr|3 kr", "12|3")]
    public void A_sign_of_a_currency_may_stand_before_or_behind(string sign, string cells, string expected)
    {
        string path = _folder.Write("in.csv", $"x;y\n{string.Join('\n', cells.Split('|').Select(cell => $"{cell};1"))}\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { Currency = sign, DecimalMark = ',' });
        Assert.Equal(expected.Split('|').Select(text => (double?)double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)), Numbers(source, 0));
    }

    [Theory]
    [InlineData("£5")]
    [InlineData("$5$")]
    [InlineData("$$5")]
    [InlineData("$")]
    [InlineData("5 USD")]
    [InlineData("--$5")]
    public void A_stray_sign_is_refused_with_its_line(string cell)
    {
        string path = _folder.Path("in.csv");
        File.WriteAllLines(path, ["y,x", .. Enumerable.Range(0, 30_000).Select(i => FormattableString.Invariant($"{i % 5},${i}")), $"3,{cell}"]);
        using var source = DataSource.OpenFile(path, new ReadingSettings { Currency = "$" });
        DataException error = Assert.Throws<DataException>(() => Fitting.Run(source, new FitRequest { Target = "y" }));
        Assert.Contains($"in.csv, line 30002: \"{cell}\" in the column 'x'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentages_are_hundredths_where_all_cells_have_the_sign()
    {
        string path = _folder.Write("in.csv", "rate,share,plain,y\n12%,0.1%,1,1\n7.5 %,99.9%,2,2\n-3%,,3,3\n");
        using (var source = DataSource.OpenFile(path, new ReadingSettings { Percent = true }))
        {
            Assert.Equal([0.12, 0.075, -0.03], Numbers(source, 0));
            Assert.Equal([0.001, 0.999, null], Numbers(source, 1));
            Assert.Equal([1, 2, 3], Numbers(source, 2));
        }

        // 12 beside 13% may be either.
        string mixed = _folder.Write("mixed.csv", "rate,y\n12%,1\n13%,2\n12,3\n");
        using var given = DataSource.OpenFile(mixed, new ReadingSettings { Percent = true, Kinds = new Dictionary<string, ReadAs> { ["rate"] = ReadAs.Number } });
        Assert.Contains("line 4: \"12\" in the column 'rate'", Assert.Throws<DataException>(() => Fitting.Run(given, new FitRequest { Target = "y" })).Message, StringComparison.Ordinal);
        using var cells = DataSource.OpenFile(mixed, new ReadingSettings { Percent = true });
        Assert.Contains("\"12\" in row 3", Assert.Throws<DataException>(() => Fitting.Run(cells, new FitRequest { Target = "rate", Features = "y" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_model_keeps_the_marks_and_cells_pass_through_as_they_are()
    {
        string path = _folder.Write("in.csv", "price;rate;y\n€1.234,5;12%;1\n€2.000;7%;2\n€900;8,5%;4\n€1.100;9%;3\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = '.', Currency = "€", Percent = true });
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y" });
        Assert.Equal(["price", "rate"], fit.Terms.Select(term => term.Name));
        ModelFile.Save(fit.Model, _folder.Path("model.json"));
        RegressionModel model = ModelFile.Load(_folder.Path("model.json"));
        string fresh = _folder.Write("new.csv", "price;rate;other\n€1.234;12%;1.234\n2.000;7%;5\n");
        double[] expected = [model.Predict([1234, 0.12]).Value, model.Predict([2000, 0.07]).Value];
        Assert.Equal([$"€1.234,12%,1.234,{Text(expected[0])}", $"2.000,7%,5,{Text(expected[1])}"], Predict(PredictionFormat.Csv).Split('\n')[1..3]);
        Assert.Equal($$"""{"price":"2.000","rate":"7%","other":5,"prediction":{{Text(expected[1])}}}""", Predict(PredictionFormat.JsonLines).Split('\n')[1]);
        File.WriteAllBytes(_folder.Path("out.parquet"), PredictBytes(PredictionFormat.Parquet));
        using var parquet = DataSource.OpenFile(_folder.Path("out.parquet"));
        Assert.Equal([ColumnKind.Text, ColumnKind.Text, ColumnKind.Numeric, ColumnKind.Numeric], parquet.Columns.Select(column => column.Kind));
        Assert.Contains("such as €1.234,5", Assert.Throws<DataException>(() => Predict(PredictionFormat.Csv, _folder.Write("bad.csv", "price;rate\n€1.23;12%\n"))).Message, StringComparison.Ordinal);

        string Predict(PredictionFormat format, string? file = null) => System.Text.Encoding.UTF8.GetString(PredictBytes(format, file));
        byte[] PredictBytes(PredictionFormat format, string? file = null)
        {
            using var data = DataSource.OpenFile(file ?? fresh, ReadingSettings.Of(model));
            using MemoryStream output = new();
            DataPrediction.Run(model, data, output, new PredictionRequest { Format = format }, null, TestContext.Current.CancellationToken);
            return output.ToArray();
        }

        static string Text(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Huge_whole_numbers_with_marks_are_exact()
    {
        string path = _folder.Write("in.csv", "id;y\n9.007.199.254.740.993;1\n9.007.199.254.740.995;2\n9.007.199.254.740.996;4\n");
        using var source = DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = '.' });
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "y", Features = "id - 9007199254740992 AS x" });
        DataFitResult expected = Fitting.Run(_folder.Write("same.csv", "x,y\n1,1\n3,2\n4,4\n"), new FitRequest { Target = "y" });
        Assert.Equal(expected.Model.Terms[0].Coefficient, fit.Model.Terms[0].Coefficient);
        using var query = DataSource.OpenSql($"SELECT id - 9007199254740992 AS x, y FROM '{path}'", new ReadingSettings { ThousandsMark = '.' });
        Assert.Equal([1, 3, 4], Numbers(query, 0));
    }

    [Fact]
    public void Without_the_options_they_are_text_as_before()
    {
        string path = _folder.Write("in.csv", "a;b;c\n1.234,5;€5;12%\n2.000,5;€6;13%\n");
        using var source = DataSource.OpenFile(path);
        Assert.All(source.Columns, column => Assert.Equal(ColumnKind.Text, column.Kind));
        using var schema = DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = '.', Currency = "€", Percent = true });
        Assert.Equal(["€1.234,5", "€1.234,5", "€1.234,5%"], DataSchema.Of(schema, TestContext.Current.CancellationToken).Columns.Select(column => column.Format));
    }

    [Theory]
    [InlineData('.', '.', null)]
    [InlineData('x', null, null)]
    [InlineData(null, null, "5")]
    [InlineData(null, null, " ")]
    public void Marks_that_cannot_be_are_refused(char? thousands, char? mark, string? currency)
    {
        string path = _folder.Write("in.csv", "x,y\n1,2\n");
        Assert.Throws<UsageException>(() => DataSource.OpenFile(path, new ReadingSettings { ThousandsMark = thousands, DecimalMark = mark, Currency = currency }));
    }

    private static double?[] Numbers(DataSource source, int column) =>
        [.. source.Session.Table($"SELECT c{column} FROM ({source.Table.TypedRows()})").Select(row => row[0] is { } text ? double.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : (double?)null)];
}
