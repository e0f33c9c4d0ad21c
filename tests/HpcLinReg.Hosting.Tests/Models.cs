namespace HpcLinReg.Hosting.Tests;

/// <summary>Models to serve.</summary>
internal static class Models
{
    /// <summary>y = slope·a + 2·b + 1 with small residuals, of two columns of numbers.</summary>
    internal static RegressionModel Plain(double slope)
    {
        double[] a = [.. Enumerable.Range(0, 40).Select(i => (double)(i % 8))], b = [.. Enumerable.Range(0, 40).Select(i => (double)(i % 5))];
        double[] y = [.. Enumerable.Range(0, 40).Select(i => (slope * a[i]) + (2 * b[i]) + 1 + ((i % 3) / 16.0))];
        return RegressionModel.Fit(new ColumnTable { ["a"] = a, ["b"] = b, ["y"] = y }, "y", ["a", "b"]);
    }

    /// <summary>Rent from a text, a number, a flag, a time and a product.</summary>
    internal static RegressionModel Mixed()
    {
        string[] city = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0 ? "Bern" : i % 3 == 1 ? "Rome" : "Oslo")];
        double[] area = [.. Enumerable.Range(0, 60).Select(i => 30.0 + (i * 7 % 50))];
        long[] rooms = [.. Enumerable.Range(0, 60).Select(i => 1L + (i * 5 % 4))];
        bool[] lift = [.. Enumerable.Range(0, 60).Select(i => i % 7 < 3)];
        DateTime[] built = [.. Enumerable.Range(0, 60).Select(i => new DateTime(1990 + (i % 11), 1 + (i % 12), 1, 0, 0, 0, DateTimeKind.Utc))];
        double[] rent = [.. Enumerable.Range(0, 60).Select(i => 200 + (9 * area[i]) + (area[i] * rooms[i]) + (city[i] == "Oslo" ? 300 : 0) + (lift[i] ? 50 : 0) + (i * 13 % 11))];
        return RegressionModel.Fit(
            new ColumnTable { ["city"] = city, ["area"] = area, ["rooms"] = rooms, ["lift"] = lift, ["built"] = built, ["rent"] = rent }, "rent",
            ["city", "area", "rooms", "area * rooms", "lift", "year(built)"]);
    }

    /// <summary>A model whose feature only a database could evaluate.</summary>
    internal static RegressionModel WithSql()
    {
        var design = Design.Create([new ModelColumn("a", CellKind.Number)], Feature.Sql("date_part('year', a)"));
        double[] x = [.. Enumerable.Range(0, 9).Select(i => (double)(i * i))], y = [.. Enumerable.Range(0, 9).Select(i => (double)i)];
        return RegressionModel.Create(design, "y", LinearRegression.Fit(new MatrixSpan<double>(x, 1), y));
    }
}
