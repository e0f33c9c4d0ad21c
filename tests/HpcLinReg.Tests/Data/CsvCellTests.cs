using System.Globalization;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>A cell enters as it stands in the file, or its row counts as missing, or the file is refused with line and text.</summary>
public sealed class CsvCellTests : IDisposable
{
    /// <summary>One more than the rows that kinds are proposed from.</summary>
    private const int BeyondTheSample = 20481;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("41_10", "41_11")]
    [InlineData("5_3", "7_1")]
    [InlineData("0047583311587E590003", "0047583311587E590004")]
    [InlineData("12E4000", "13E4000")]
    public void Codes_that_only_look_like_numbers_are_text(string first, string second)
    {
        string path = _folder.Write("codes.csv", $"id,x,y\n{first},0,1\n{second},1,5\n{first},2,5\n{second},3,9\n3,4,9\n3,5,11\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "id, x" });
        Assert.Equal(0, fit.RowsDropped);
        Assert.Contains($"id[{second}]", fit.Terms.Select(term => term.Name));
    }

    [Theory]
    [InlineData("1_0")]
    [InlineData("1 000")]
    [InlineData("0047583311587E590003")]
    public void A_late_cell_that_is_no_number_is_refused_with_its_line(string cell)
    {
        string path = _folder.Write("late.csv", Late("x", i => $"{i}", cell));
        string message = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y" })).Message;
        Assert.Contains($"line {BeyondTheSample + 1}: \"{cell}\" in the column 'x' is not a number: {cell},3", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_time_in_a_column_of_dates_is_kept()
    {
        string path = _folder.Write("dates.csv", Late("d", i => $"2024-03-{(i % 9) + 1:D2}", "2024-03-20 12:00:00"));
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "date_part('hour', d) AS hour" });
        Assert.Equal(1.0 / 12, fit.Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void A_late_date_of_another_form_is_refused_with_its_line()
    {
        string path = _folder.Write("dates.csv", Late("d", i => $"{(i % 28) + 1:D2}/03/2024", "2024-03-20"));
        string message = Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = "y", Features = "day(d) AS day" })).Message;
        Assert.Contains($"line {BeyondTheSample + 1}: \"2024-03-20\" in the column 'd' is not a date as all of the others are (day/month/year)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_late_day_settles_the_order_of_day_and_month()
    {
        string path = _folder.Write("dates.csv", Late("d", i => $"{(i % 12) + 1:D2}/03/2024", "03/20/2024"));
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "month(d) AS month" });
        Assert.Empty(fit.Warnings);
        Assert.Equal("%m/%d/%Y", fit.Model.Design.Columns[0].Format);
    }

    [Fact]
    public void Dates_that_can_be_read_in_two_orders_are_named()
    {
        string path = _folder.Write("dates.csv", "d,y\n01/02/2024,1\n03/04/2024,2\n05/06/2024,4\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "month(d) AS month" });
        Assert.Contains("'d' are read as day/month/year, but every one could also be month/day/year", Assert.Single(fit.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12/31/99", "01/15/00", "02/01/00")]
    [InlineData("31.12.99", "15.01.00", "01.02.00")]
    [InlineData("31/12/99", "15/01/00", "01/02/00")]
    public void Years_of_two_digits_are_those_around_2000(string first, string second, string third)
    {
        string path = _folder.Write("dates.csv", $"d,y\n{first},0\n{second},15\n{third},32\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "epoch(d)/86400 AS day" });
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-9);
    }

    [Fact]
    public void Times_with_offsets_are_instants()
    {
        string path = _folder.Write("times.csv", "t,y\n2025-10-26 01:00:00+02:00,0\n2025-10-26T02:00:00+0200,1\n2025-10-26 02:00:00+01:00,2\n2025-10-26T02:00:00Z,3\n2025-10-26 03:00:00,4\n");
        DataFitResult fit = Fitting.Run(path, new FitRequest { Target = "y", Features = "epoch(t)/3600 AS hours" });
        Assert.Equal(1, fit.Fit.Model.Weights[0], 1e-9);
        Assert.Equal(0, fit.RowsDropped);
    }

    [Fact]
    public void New_data_are_read_with_the_dates_of_the_model()
    {
        string training = _folder.Write("train.csv", "d,y\n01/20/2024,10\n02/03/2024,20\n05/31/2024,50\n04/01/2024,40\n");
        RegressionModel model = Fitting.Run(training, new FitRequest { Target = "y", Features = "date_part('month', d) AS month" }).Model;
        Assert.Equal("d,prediction\n03/04/2024,30\n11/02/2024,110\n", Predict(model, "d\n03/04/2024\n11/02/2024\n"));
        Assert.Contains("\"13/04/2024\"", Assert.Throws<DataException>(() => Predict(model, "d\n13/04/2024\n11/02/2024\n")).Message, StringComparison.Ordinal);
    }

    private string Predict(RegressionModel model, string csv)
    {
        using var source = DataSource.OpenFile(_folder.Write("new.csv", csv));
        using MemoryStream output = new();
        DataPrediction.Run(model, source, output, cancellationToken: TestContext.Current.CancellationToken);
        return string.Join('\n', Encoding.UTF8.GetString(output.ToArray()).Split('\n').Select(line =>
            line.Split(',') is [var first, var last] && double.TryParse(last, CultureInfo.InvariantCulture, out double number) ? FormattableString.Invariant($"{first},{Math.Round(number, 9)}") : line));
    }

    private static string Late(string name, Func<int, string> cell, string last)
    {
        StringBuilder text = new($"{name},y\n");
        for (int i = 1; i < BeyondTheSample; i++)
        {
            text.Append(cell(i)).Append(",2\n");
        }

        return text.Append(last).Append(",3\n").ToString();
    }
}
