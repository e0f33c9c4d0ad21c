using HpcLinReg.Labs.Points;

namespace HpcLinReg.Labs.Tests.Points;

public class CsvPointsTests
{
    [Theory]
    [InlineData("1,2\n3,4")]
    [InlineData("x,y\n1,2\n3,4\n")]
    [InlineData("\uFEFF\"x\";\"y\"\r\n1;2\r\n\r\n3;4\r\n")]
    [InlineData("x\ty\n1\t2\n3\t4")]
    [InlineData("  1   2\n  3   4  ")]
    [InlineData("1e0, 2.0\n+3,4")]
    [InlineData("x;y\n1,0;2,0\n3;4,000")]
    [InlineData("1,0 2,0\n3,0 4")]
    [InlineData("x\ty\n1,0\t2,0\n3\t4")]
    public void Two_columns_are_read_however_they_are_separated(string text)
    {
        CsvReading reading = CsvPoints.Read(text);
        Assert.Null(reading.Problem);
        Assert.Equal([new DataPoint(1, 2), new DataPoint(3, 4)], reading.Points!.Points.AsEnumerable());
    }

    /// <summary>Of many columns, those of numbers alone are offered first, and any two can be chosen.</summary>
    [Fact]
    public void Two_of_many_columns_are_chosen()
    {
        CsvReading reading = CsvPoints.Read("name,a,b,c\nAda,1,2,3\nBob,4,5,\n");
        Assert.Equal((1, 2), (reading.X, reading.Y));
        Assert.Equal([new DataPoint(1, 2), new DataPoint(4, 5)], reading.Points!.Points.AsEnumerable());
        CsvReading other = CsvPoints.Of(reading.Table!, 2, 1);
        Assert.Equal(("b", "a"), (other.Points!.XName, other.Points.YName));
        Assert.Equal([new DataPoint(2, 1), new DataPoint(5, 4)], other.Points.Points.AsEnumerable());
        Assert.Contains("Row 3, column 4 (c) is empty", CsvPoints.Of(reading.Table!, 1, 3).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_names_the_columns()
    {
        PointSet points = CsvPoints.Read("\"weight, kg\";height\n1;2").Points!;
        Assert.Equal("weight, kg", points.XName);
        Assert.Equal("height", points.YName);
        Assert.Equal("", points.Preset);
    }

    [Theory]
    [InlineData("x,y\n1,2\n3,four", "Row 3, column 2 (y) is “four”")]
    [InlineData("1,2\n,4", "Row 2, column 1 (x) is empty")]
    [InlineData("1,2\nNaN,4", "Row 2, column 1 (x) is “NaN”")]
    [InlineData("1,2\n3,1e308", "Row 2, column 2 (y) is “1e308”, beyond ±1e100")]
    [InlineData("1,2\n3,1e999", "beyond ±1e100")]
    [InlineData("1,2\n3,-∞", "is “-∞”")]
    [InlineData("1,2\n3,4,5", "Row 2 has 3 columns")]
    [InlineData("1,2\n3", "Row 2 has one column")]
    [InlineData("a;b\n1.234,5;2", "with a point and a comma")]
    [InlineData("1,two\n3,4", "Row 1, column 2 (y) is “two”")]
    [InlineData("x,y\n", "no row of numbers")]
    [InlineData(" \n \n", "no text")]
    [InlineData("a,b\n<img src=x onerror=alert(1)>,2", "Row 2, column 1 (a) is “<img src=x onerror=alert(1)>”")]
    public void What_is_wrong_is_named_and_no_point_is_taken(string text, string words)
    {
        CsvReading reading = CsvPoints.Read(text);
        Assert.Null(reading.Points);
        Assert.Contains(words, reading.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_thousand_rows_are_taken_and_one_more_is_not()
    {
        string rows = string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"{i},{i}"));
        Assert.Equal(2000, CsvPoints.Read(rows).Points!.Count);
        Assert.Contains("more than 2,000", CsvPoints.Read(rows + "\n1,1").Problem, StringComparison.Ordinal);
        Assert.Contains("longer than", CsvPoints.Read(new string('1', CsvPoints.MostCharacters + 1)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_has_a_name_of_its_own_and_points_a_lab_takes()
    {
        Assert.Equal(Presets.All.Length, Presets.All.Select(preset => preset.Id).Distinct().Count());
        Assert.All(Presets.All, preset => Assert.All(preset.Points, point => Assert.True(DataPoint.IsUsable(point.X) && DataPoint.IsUsable(point.Y))));
        Assert.Equal(30, Presets.Find("noise")!.Points.Length);
    }
}
