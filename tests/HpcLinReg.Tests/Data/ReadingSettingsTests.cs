using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>What is given wins over what the cells look like, and a cell that does not follow it is refused with its line.</summary>
public sealed class ReadingSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_column_given_as_text_keeps_its_zeros()
    {
        string path = _folder.Write("zip.csv", "zip,y\n00123,1\n123,5\n00123,1\n123,5\n");
        DataFitResult fit = Fit(path, "zip", Of("zip", ReadAs.Text));
        Assert.Equal("zip[123]", Assert.Single(fit.Terms).Name);
        Assert.Equal("00123", fit.Model.Design.Columns[0].Levels[0]);
        Assert.Equal(4, fit.Fit.Model.Weights[0], 1e-12);
        Assert.Empty(fit.Warnings);
    }

    [Theory]
    [InlineData("00123", "007")]
    [InlineData("1E2", "3E4")]
    public void Numbers_that_look_like_codes_stay_numbers_with_a_word(string first, string second)
    {
        string path = _folder.Write("codes.csv", $"my code,y\n{first},1\n{second},5\n3,2\n");
        DataFitResult fit = Fit(path, "my code", new ReadingSettings());
        Assert.Equal(CellKind.Number, fit.Model.Design.Columns[0].Kind);
        Assert.Contains($"'my code' is read as numbers, though \"{(string.CompareOrdinal(first, second) < 0 ? first : second)}\" may be a code; --kind \"my code=text\" reads it as text.", fit.Warnings);
    }

    [Theory]
    [InlineData("1.000", "12.001.000", false)]
    [InlineData("1.000", "1.001", true)]
    [InlineData("1.000", "0.125", false)]
    public void Points_that_may_stand_between_thousands_give_a_word(string first, string second, bool warns)
    {
        string path = _folder.Write("points.csv", $"x;y\n{first};1\n{second};5\n{first};2\n");
        Assert.Equal(warns, Fit(path, "x", new ReadingSettings()).Warnings.Any(warning => warning.StartsWith("'x' is read as numbers, though \"1.000\" may have a point between thousands", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0.5", "0")]
    [InlineData("1e-5", "2.5e10")]
    [InlineData("1e+20", "-0")]
    public void Numbers_as_programs_write_them_have_no_warning(string first, string second) =>
        Assert.Empty(Fit(_folder.Write("plain.csv", $"x,y\n{first},1\n{second},5\n3,2\n"), "x", new ReadingSettings()).Warnings);

    [Theory]
    [InlineData(ReadAs.Number, "abc", "is not a number")]
    [InlineData(ReadAs.Number, "1,5", "--decimal ,")]
    [InlineData(ReadAs.Whole, "1.5", "is not a whole number")]
    [InlineData(ReadAs.Whole, "1,000", "is not a whole number")]
    [InlineData(ReadAs.Flag, "2", "is not true or false")]
    [InlineData(ReadAs.Date, "2024-01-02 10:00:00", "is not a date")]
    [InlineData(ReadAs.Time, "noon", "is not a date")]
    public void A_cell_that_is_not_what_is_given_is_refused_with_its_line(ReadAs kind, string cell, string what)
    {
        string good = kind is ReadAs.Date or ReadAs.Time ? "2024-01-01" : "1";
        string path = _folder.Write("given.csv", $"x;y\n{good};1\n{cell};2\n");
        string message = Assert.Throws<DataException>(() => Schema(path, Of("x", kind))).Message;
        Assert.Contains($"given.csv, line 3: \"{cell}\" in the column 'x'", message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
        Assert.Contains("--kind x=text", message.Replace("--kind x=time", "--kind x=text", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", ReadAs.Whole)]
    [InlineData("9007199254740993", ReadAs.Whole)]
    [InlineData("3.0", ReadAs.Whole)]
    [InlineData("yes", ReadAs.Flag)]
    [InlineData("1", ReadAs.Flag)]
    [InlineData("2024-12-31", ReadAs.Date)]
    [InlineData("31.12.2024", ReadAs.Date)]
    [InlineData("31.12.2024", ReadAs.Time)]
    [InlineData("2024-12-31", ReadAs.Time)]
    [InlineData("31.12.2024 10:00", ReadAs.Time)]
    public void Cells_that_follow_what_is_given_are_read(string cell, ReadAs kind)
    {
        ColumnSchema column = Schema(_folder.Write("given.csv", $"x,y\n{cell},1\n,2\n{cell},3\n"), Of("X", kind)).Columns[0];
        Assert.Equal((kind, 1, Origin.Given), (column.Kind, column.Missing, column.Origin));
    }

    [Fact]
    public void Kinds_can_be_given_for_typed_columns_too()
    {
        string path = _folder.Copy("typed.parquet", "SELECT range AS k, (range * 1.5)::VARCHAR AS s, range + 0.5 AS h, range AS y FROM range(3)");
        DataSchema schema = Schema(path, new ReadingSettings { Kinds = new Dictionary<string, ReadAs> { ["k"] = ReadAs.Text, ["s"] = ReadAs.Number } });
        Assert.Equal([ReadAs.Text, ReadAs.Number, ReadAs.Number, ReadAs.Whole], schema.Columns.Select(column => column.Kind!.Value));
        string message = Assert.Throws<DataException>(() => Schema(path, Of("h", ReadAs.Whole))).Message;
        Assert.Contains("\"0.5\" in the column 'h' is not a whole number", message, StringComparison.Ordinal);
        Assert.Equal(1.5, Fit(path, "y", Of("s", ReadAs.Number), "s").Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void A_column_that_does_not_exist_is_refused_with_the_nearest()
    {
        string message = Assert.Throws<UsageException>(() => Schema(_folder.Write("a.csv", "height,y\n1,2\n"), Of("heigt", ReadAs.Text))).Message;
        Assert.Contains("There is no column 'heigt' to be read as text", message, StringComparison.Ordinal);
        Assert.EndsWith("Did you mean 'height'?", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x;y\n0,5;1\n1;2\n-2,25e1;3\n", 3)]
    [InlineData("x\ty\n1,000\t1\n1,5\t2\n", 2)]
    [InlineData("x;y\n0,123;1\n0,456;2\n", 2)]
    public void Decimal_commas_are_recognized_where_nothing_else_can_be_meant(string content, int rows)
    {
        DataSchema schema = Schema(_folder.Write("comma.csv", content), new ReadingSettings());
        Assert.Equal((ReadAs.Number, "1,5", ','), (schema.Columns[0].Kind, schema.Columns[0].Format, schema.DecimalMark));
        Assert.Equal(rows, schema.Rows);
    }

    [Fact]
    public void Decimal_commas_give_the_numbers_they_stand_for()
    {
        Fit fit = Fit(_folder.Write("comma.csv", "x;y\n0,5;1,5\n1;2,5\n2,25;5\n"), "x", new ReadingSettings()).Fit;
        Assert.Equal(2, fit.Model.Weights[0], 1e-12);
        Assert.Equal(0.5, fit.Model.Intercept, 1e-12);
    }

    [Theory]
    [InlineData("x;y\n1,000;1\n2,000;2\n")]
    [InlineData("x,y\n\"1,5\",1\n\"2,5\",2\n")]
    public void Commas_that_could_mean_two_things_are_not_read_without_the_option(string content)
    {
        string path = _folder.Write("commas.csv", content);
        Assert.Contains("--decimal ,", Assert.Throws<DataException>(() => Fit(path, "x", new ReadingSettings())).Message, StringComparison.Ordinal);
        Assert.Contains("--decimal ,", Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "x", Features = "y" })).Message, StringComparison.Ordinal);
        Assert.Equal(ReadAs.Number, Schema(path, new ReadingSettings { DecimalMark = ',' }).Columns[0].Kind);
        Assert.Equal(ReadAs.Text, Schema(path, new ReadingSettings { DecimalMark = '.' }).Columns[0].Kind);
    }

    [Theory]
    [InlineData("x;y\n1,5;1\n2.5;2\n")]
    [InlineData("x;y\n1.234,5;1\n2,5;2\n")]
    [InlineData("x;y\n1,2,3;1\n2,5;2\n")]
    public void Points_and_commas_together_are_no_numbers(string content) =>
        Assert.Equal(ReadAs.Text, Schema(_folder.Write("mixed.csv", content), new ReadingSettings()).Columns[0].Kind);

    [Fact]
    public void A_point_further_down_among_commas_is_refused()
    {
        StringBuilder text = new("x;y\n");
        for (int i = 0; i < 20500; i++)
        {
            text.Append("1,5;2\n");
        }

        string message = Assert.Throws<DataException>(() => Schema(_folder.Write("late.csv", text.Append("1.5;2\n").ToString()), new ReadingSettings())).Message;
        Assert.Contains("line 20502: \"1.5\" in the column 'x' is not a number with a decimal comma: 1.5;2", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DateOrder.DayMonthYear, "01/02/2024", 2)]
    [InlineData(DateOrder.MonthDayYear, "01/02/2024", 1)]
    [InlineData(DateOrder.YearMonthDay, "24/02/01", 2)]
    [InlineData(DateOrder.MonthDayYear, "2024-02-01", 2)]
    public void The_order_of_dates_can_be_given(DateOrder order, string date, int month)
    {
        string path = _folder.Write("dates.csv", $"d,y\n{date},{month}\n{date},{month}\n");
        DataFitResult fit = Fitting.Run(DataSource.OpenFile(path, new ReadingSettings { Dates = order }), new FitRequest { Target = "y", Features = "month(d)", Intercept = false });
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-12);
        Assert.Empty(fit.Warnings);
    }

    [Theory]
    [InlineData("Europe/Berlin", "2024-07-01 12:00:00", 10)]
    [InlineData("europe/berlin", "2024-01-01T12:00:00", 11)]
    [InlineData("Europe/Berlin", "2024-07-01T12:00:00+05:00", 7)]
    [InlineData("Europe/Berlin", "2024-07-01T12:00:00Z", 12)]
    [InlineData("+02:00", "2024-07-01 12:00:00", 10)]
    [InlineData("-03:30", "2024-07-01 12:00:00", 15)]
    [InlineData("Europe/Berlin", "01.07.2024 12:00", 10)]
    [InlineData("UTC", "2024-07-01 12:00:00", 12)]
    [InlineData("Europe/Berlin", "2024-10-27 01:30:00", 23)]
    [InlineData("Europe/Berlin", "2024-10-27 03:30:00", 2)]
    public void Times_without_an_offset_are_those_of_the_zone(string zone, string time, int hour)
    {
        string path = _folder.Write("times.csv", $"d,y\n{time},{hour}\n{time},{hour}\n");
        DataFitResult fit = Fitting.Run(DataSource.OpenFile(path, new ReadingSettings { Zone = zone, Dates = DateOrder.DayMonthYear }), new FitRequest { Target = "y", Features = "hour(d)", Intercept = false });
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-12);
        Assert.Equal(zone, fit.Model.Training.Reading["zone"]);
    }

    [Fact]
    public void Typed_times_have_the_zone_too_and_days_have_none()
    {
        string path = _folder.Copy("times.parquet", "SELECT TIMESTAMP '2024-07-01 12:00:00' AS t, TIMESTAMPTZ '2024-07-01 12:00:00Z' AS z, DATE '2024-07-01' AS d, 10.0 AS y FROM range(2)");
        FitRequest request = new() { Target = "y", Features = "hour(t)", Intercept = false };
        Assert.Equal(1, Fitting.Run(DataSource.OpenFile(path, new ReadingSettings { Zone = "Europe/Berlin" }), request).Fit.Model.Weights[0], 1e-12);
        Assert.Equal(10 / 12.0, Fitting.Run(DataSource.OpenFile(path, new ReadingSettings { Zone = "Europe/Berlin" }), request with { Features = "hour(z)" }).Fit.Model.Weights[0], 1e-12);
        Assert.Equal(10, Fitting.Run(DataSource.OpenFile(path, new ReadingSettings { Zone = "Europe/Berlin" }), request with { Features = "day(d)" }).Fit.Model.Weights[0], 1e-12);
    }

    [Theory]
    [InlineData("2024-10-27 02:30:00")]
    [InlineData("2024-03-31 02:30:00")]
    public void A_time_that_does_not_occur_once_is_refused(string time)
    {
        string path = _folder.Write("times.csv", $"d,y\n2024-07-01 12:00:00,1\n{time},2\n");
        string message = Assert.Throws<DataException>(() => Schema(path, new ReadingSettings { Zone = "Europe/Berlin" })).Message;
        Assert.Contains($"line 3: \"{time}\" in the column 'd'", message, StringComparison.Ordinal);
        Assert.Contains("once in the zone Europe/Berlin", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zone_that_does_not_exist_is_refused_with_the_nearest() =>
        Assert.EndsWith("Did you mean 'Europe/Berlin'?", Assert.Throws<UsageException>(() => Schema(_folder.Write("a.csv", "x,y\n1,2\n"), new ReadingSettings { Zone = "Europe/Berlim" })).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData('#', "x#y\n1#2\n")]
    [InlineData('\t', "x\ty\n1\t2\n")]
    public void The_delimiter_can_be_given(char delimiter, string content)
    {
        DataSchema schema = Schema(_folder.Write("a.csv", content), new ReadingSettings { Delimiter = delimiter });
        Assert.Equal(["x", "y"], schema.Columns.Select(column => column.Name));
        Assert.Equal(delimiter, schema.Delimiter);
    }

    private static ReadingSettings Of(string column, ReadAs kind) => new() { Kinds = new Dictionary<string, ReadAs> { [column] = kind } };

    private static DataSchema Schema(string path, ReadingSettings settings)
    {
        using var source = DataSource.OpenFile(path, settings);
        return DataSchema.Of(source, TestContext.Current.CancellationToken);
    }

    private static DataFitResult Fit(string path, string features, ReadingSettings settings, string target = "y")
    {
        using var source = DataSource.OpenFile(path, settings);
        return Fitting.Run(source, new FitRequest { Target = target, Features = features });
    }
}
