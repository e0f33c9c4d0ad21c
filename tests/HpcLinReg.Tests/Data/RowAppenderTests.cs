using System.Numerics;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Rows that a program adds value by value; a value of another type and a row that is not whole are refused.</summary>
public sealed class RowAppenderTests
{
    [Fact]
    public void Rows_are_those_that_were_added()
    {
        using RowAppender rows = new([("x", typeof(double)), ("n", typeof(int)), ("big", typeof(ulong)), ("flag", typeof(bool)), ("s", typeof(string)), ("day", typeof(DateOnly)), ("time", typeof(DateTime)), ("moment", typeof(DateTimeOffset)), ("d", typeof(decimal))]);
        rows.Add(0.5);
        rows.Add(7L);
        rows.Add(7L);
        rows.Add(true);
        rows.Add("a");
        rows.Add(new DateOnly(2024, 2, 29));
        rows.Add(new DateTime(2024, 2, 29, 12, 0, 0, DateTimeKind.Unspecified));
        rows.Add(new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.FromHours(2)));
        rows.Add(0.1m);
        rows.EndRow();
        for (int i = 0; i < 8; i++)
        {
            rows.AddMissing();
        }

        rows.Add(double.NaN);
        rows.EndRow();
        Assert.Equal(2, rows.RowCount);
        using DataSource source = rows.Open("the rows");
        List<string?[]> texts = source.Session.Table($"SELECT {string.Join(", ", Enumerable.Range(0, 9).Select(i => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[9])})");
        Assert.Equal(["0.5", "7", "7", "true", "a", "2024-02-29", "2024-02-29 12:00:00", "2024-02-29 10:00:00+00", "0.1"], texts[0]);
        Assert.All(texts[1], Assert.Null);
        Assert.Throws<InvalidOperationException>(rows.EndRow);
    }

    /// <summary>A zone is for times that have none; a moment has one.</summary>
    [Fact]
    public void A_zone_moves_times_and_not_moments()
    {
        using RowAppender rows = new([("time", typeof(DateTime)), ("moment", typeof(DateTimeOffset)), ("y", typeof(double))]);
        for (int i = 0; i < 5; i++)
        {
            rows.Add(new DateTime(2024, 7, 1, 12 + i, 0, 0, DateTimeKind.Unspecified));
            rows.Add(new DateTimeOffset(2024, 7, 1, 12 + i, 0, 0, TimeSpan.Zero));
            rows.Add((double)i);
            rows.EndRow();
        }

        using DataSource source = rows.Open("the rows", new ReadingSettings { Zone = "Europe/Zurich" });
        Assert.Equal(-10, Fitting.Run(source, new FitRequest { Target = "y", Features = "hour(time) AS h" }).Fit.Model.Intercept, 1e-12);
        Assert.Equal(-12, Fitting.Run(source, new FitRequest { Target = "y", Features = "hour(moment) AS h" }).Fit.Model.Intercept, 1e-12);
    }

    [Fact]
    public void A_value_of_another_type_is_refused_and_the_row_goes_on()
    {
        using RowAppender rows = new([("x", typeof(double)), ("n", typeof(BigInteger))]);
        Assert.Contains("'x' was created for values of Double and gets the Int64 '1'", Assert.Throws<InvalidOperationException>(() => rows.Add(1L)).Message, StringComparison.Ordinal);
        rows.Add(1.0);
        Assert.Contains("'n' was created for values of BigInteger and gets the Double '1'", Assert.Throws<InvalidOperationException>(() => rows.Add(1.0)).Message, StringComparison.Ordinal);
        Assert.Contains("'n' keeps whole numbers of at most 127 bits", Assert.Throws<ArgumentOutOfRangeException>(() => rows.Add(BigInteger.Pow(2, 127))).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1 (counted from 1) has 1 of 2 values; the next is that of 'n'", Assert.Throws<InvalidOperationException>(rows.EndRow).Message, StringComparison.Ordinal);
        Assert.Contains("is not complete", Assert.Throws<InvalidOperationException>(() => rows.Open("the rows")).Message, StringComparison.Ordinal);
        rows.AddMissing();
        Assert.Contains("has a value for each of its 2 columns", Assert.Throws<InvalidOperationException>(rows.AddMissing).Message, StringComparison.Ordinal);
        rows.EndRow();
        Assert.Equal(1, rows.RowCount);
        Assert.Contains("'b' has values of type Byte[]", Assert.Throws<UsageException>(() => new RowAppender([("b", typeof(byte[]))])).Message, StringComparison.Ordinal);
    }
}
