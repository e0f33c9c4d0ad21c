using System.Globalization;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

public sealed class FeatureTests : IDisposable
{
    private const string Small =
        "y,Body Mass (g),a,flag,s,d,Sepal.Length\n" +
        "1,10,1,true,u,2020-01-01,5\n2,30,2,false,v,2020-01-02,4\n4,20,0,true,u,2020-02-01,7\n7,50,4,false,w,2020-03-01,1\n5,40,3,true,v,2021-01-01,2\n9,70,7,false,w,2022-01-01,3\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_item_equal_to_a_name_is_that_column_brackets_and_all() =>
        Assert.Equal([new Term("Body Mass (g)", "Body Mass (g)")], Run("Body Mass (g)").Terms);

    [Fact]
    public void A_name_is_found_without_case_when_unique() =>
        Assert.Equal("Body Mass (g)", Assert.Single(Run("body mass (G)").Terms).Name);

    [Fact]
    public void Names_that_differ_in_case_only_need_the_exact_spelling()
    {
        string path = _folder.Write("case.csv", "y,Ab,aB\n1,2,3\n2,1,7\n4,4,4\n");
        Assert.Equal("aB", Assert.Single(Run("aB", path).Terms).Name);
        Assert.Contains("several columns", Assert.Throws<DataException>(() => Run("ab", path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_is_named_by_its_text_or_by_AS()
    {
        DataFitResult result = Run("a*\"Body Mass (g)\", ln(a+1) AS loga, a^2 as \"a squared\", Sepal.Length, ln(Sepal.Length)");
        Assert.Equal(["a*\"Body Mass (g)\"", "loga", "a squared", "Sepal.Length", "ln(Sepal.Length)"], result.Terms.Select(term => term.Name));
    }

    [Theory]
    [InlineData(WeightKind.Precision)]
    [InlineData(WeightKind.Frequency)]
    public void Powers_take_weights(WeightKind kind)
    {
        string path = _folder.Write("weighted.csv", "x,y,w\n1,2,1\n2,3,0\n3,7,2\n4,5,1\n5,9,3\n6,1,1\n");
        string repeated = _folder.Write("repeated.csv", "x,y\n1,2\n3,7\n3,7\n4,5\n5,9\n5,9\n5,9\n6,1\n");
        var request = new FitRequest { Target = "y", Polynomials = new Dictionary<string, int> { ["x"] = 2 } };
        Fit weighted = Fitting.Run(path, request with { Weights = "w", WeightKind = kind }).Fit, expected = Fitting.Run(repeated, request).Fit;
        Assert.Equal(kind == WeightKind.Frequency ? 8 : 5, weighted.RowCount);
        Assert.All(expected.Model.Weights.ToArray().Zip(weighted.Model.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        Assert.Equal(expected.Model.Intercept, weighted.Model.Intercept, 1e-13);
        string wrong = _folder.Write("wrong.csv", "x,y,w\n1,2,1\n2,3,-1\n3,7,2\n");
        Assert.Contains("'w' is -1 in row 2", Assert.Throws<DataException>(() => Fitting.Run(wrong, request with { Weights = "w", WeightKind = kind })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_power_with_the_name_of_a_column_is_refused()
    {
        string path = _folder.Write("named.csv", "x,x^2,y\n1,1,2\n2,5,3\n4,6,1\n");
        var request = new FitRequest { Target = "y", Polynomials = new Dictionary<string, int> { ["x"] = 2 } };
        Assert.Contains("'x^2'", Assert.Throws<UsageException>(() => Fitting.Run(path, request)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_gives_what_a_column_with_its_values_gives()
    {
        string path = _folder.Write("computed.csv", "y,z\n1,-9\n2,-26\n4,-20\n7,-34\n5,-31\n9,-21\n");
        Fit expected = Run("z", path).Fit;
        Fit actual = Run("a*a - \"Body Mass (g)\"").Fit;
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Model.Weights.ToArray());
        Assert.Equal(expected.Model.Intercept, actual.Model.Intercept);
    }

    [Fact]
    public void Integers_are_doubles_before_an_expression_sees_them()
    {
        string path = _folder.Copy("big.parquet", "SELECT range::INTEGER AS y, (2000000000 + range)::INTEGER AS a, (2000000000 - 3*range*range)::INTEGER AS b FROM range(20)");
        Assert.Equal(20, Run("a*b, a+b", path).Fit.RowCount);
        Assert.Equal(6, Run("60*60*24*365*100*a").Fit.RowCount);
    }

    [Theory]
    [InlineData("ln(a)")]
    [InlineData("1/a")]
    [InlineData("sqrt(a-0.5)")]
    [InlineData("exp(1000*(1-a))")]
    [InlineData("(a-0)/(a-0)")]
    public void A_domain_error_makes_the_value_missing(string expression)
    {
        DataFitResult result = Run(expression);
        Assert.Equal(1, result.RowsDropped);
        Assert.Equal([new MissingCount(expression, 1)], result.MissingByColumn);
    }

    [Theory]
    [InlineData("sum(a)", "aggregate")]
    [InlineData("count(*)", "aggregate")]
    [InlineData("avg(a) OVER ()", "window")]
    [InlineData("row_number() OVER ()", "window")]
    [InlineData("(SELECT 1)", "subquery")]
    [InlineData("a + (SELECT max(x) FROM 'other.csv' t(x))", "subquery")]
    [InlineData("random()", "another value each time")]
    [InlineData("a*random()", "another value each time")]
    [InlineData("uuid()", "another value each time")]
    [InlineData("now()", "not among the functions")]
    [InlineData("read_text('/etc/hosts')", "not among the functions")]
    [InlineData("getenv('HOME')", "no function")]
    [InlineData("nosuch(a)", "no function nosuch()")]
    [InlineData("*", "many columns")]
    [InlineData("COLUMNS(*)", "many columns")]
    [InlineData("a FROM other", "more than an expression")]
    [InlineData("a ORDER BY a", "more than an expression")]
    [InlineData("a; DROP TABLE x", "neither")]
    [InlineData("a; SELECT a", "2 statements")]
    [InlineData("a +", "syntax error")]
    [InlineData("a::UUID", "cast")]
    [InlineData("$1", "parameter")]
    [InlineData("[a]", "not among the functions")]
    [InlineData("a[1]", "array extract")]
    [InlineData("count(a) FILTER (a > 1)", "cannot be used")]
    [InlineData("3*4", "constant")]
    [InlineData("upper(s)", "gives text")]
    [InlineData("lower(a)", "cannot be computed")]
    [InlineData("d + 1", "takes times for numbers")]
    [InlineData("s = 1 AS s, a AS s", "named 's'")]
    [InlineData("a, \"a\"", "named 'a'")]
    [InlineData("y", "target")]
    [InlineData("ln(y)", "target")]
    public void What_is_not_a_value_of_the_row_is_refused_by_name(string features, string told)
    {
        UsageException error = Assert.Throws<UsageException>(() => Run(features));
        Assert.Contains(told, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_unknown_column_is_named_with_those_there_are()
    {
        DataException error = Assert.Throws<DataException>(() => Run("nosuch*2"));
        Assert.Contains("'nosuch'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Body Mass (g)'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Booleans_and_comparisons_are_0_and_1()
    {
        Fit flag = Run("flag").Fit;
        // Means of y: true 10/3, false 6.
        Assert.Equal(6, flag.Model.Intercept, 1e-14);
        Assert.Equal((10 / 3.0) - 6, flag.Model.Weights[0], 1e-14);
        foreach (string same in new[] { "flag*1", "CASE WHEN flag THEN 1 ELSE 0 END", "(flag = true)*1", "\"flag\"::INTEGER", "(s IN ('u', 'v'))*0 + flag" })
        {
            Assert.Equal(flag.Model.Weights[0], Run(same).Fit.Model.Weights[0], 1e-14);
        }

        Assert.Equal(Run("CASE WHEN a > 2 THEN 3 ELSE 0 END").Fit.Model.Weights[0], Run("(a > 2)*3").Fit.Model.Weights[0], 1e-14);
    }

    [Fact]
    public void Dates_are_refused_with_the_remedy_and_the_remedy_works()
    {
        DataException error = Assert.Throws<DataException>(() => Run("d"));
        Assert.Contains("epoch(\"d\")", error.Message, StringComparison.Ordinal);
        Assert.Equal(6, Run("epoch(\"d\"), date_part('month', d), extract(year FROM d), d - DATE '2020-01-01'").Fit.RowCount);
    }

    [Theory]
    [InlineData("31/12/2020,30/11/2020")]
    [InlineData("12/31/2020,11/30/2020")]
    [InlineData("2020-12-31 10:00:00,2020-11-30 11:30:00")]
    [InlineData("31.12.2020,30.11.2020")]
    public void Dates_written_otherwise_are_dates_too(string cells)
    {
        string[] dates = cells.Split(',');
        string path = _folder.Write("dates.csv", $"y,d\n1,{dates[0]}\n2,{dates[1]}\n5,{dates[1]}\n");
        using var source = DataSource.OpenFile(path);
        Assert.Equal(ColumnKind.Date, source.Columns[1].Kind);
        Assert.Equal("date_part('month', d)", Assert.Single(Run("date_part('month', d)", path).Terms).Name);
    }

    [Fact]
    public void Text_is_coded_against_its_first_level_in_ordinal_order()
    {
        DataFitResult result = Run("s");
        Assert.Equal(["s[v]", "s[w]"], result.Terms.Select(term => term.Name));
        Assert.Equal(new Term("s[w]", "s"), result.Terms[1]);
        Assert.Equal(2.5, result.Fit.Model.Intercept, 1e-14);
        Assert.Equal(1.0, result.Fit.Model.Weights[0], 1e-14);
        Assert.Equal(5.5, result.Fit.Model.Weights[1], 1e-14);
    }

    [Fact]
    public void Levels_are_ordered_by_their_bytes()
    {
        string path = _folder.Write("levels.csv", "y,s\n1,b\n2,B\n3,é\n4,a b\n6,\U0001F600\n7,\uFF5E\n8,it's\n");
        Assert.Equal(["s[a b]", "s[b]", "s[it's]", "s[é]", "s[\uFF5E]", "s[\U0001F600]"], Run("s", path).Terms.Select(term => term.Name));
    }

    /// <summary>Columns alone are looked through by the database, rows with an expression one by one; both find the same levels and count the same rows.</summary>
    [Fact]
    public void Levels_do_not_depend_on_how_they_are_found()
    {
        string[] levels = ["plain", "it's", "\"\"quoted\"\"", "back\\slash", "tab\there", "caf\u00e9", "\U0001F600", "a,b", "1.5", "null?", "\u0001"];
        StringBuilder text = new("y,s,x,r\n");
        for (int i = 0; i < 300; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i % 13},\"{levels[i * 7 % levels.Length]}\",{(i % 10 == 0 ? "" : i % 8)},{(i % 17 == 0 ? "NA" : i % 3 == 0 ? "u" : "v")}\n");
        }

        text.Append("1,dropped,,u\n,dropped,1,v\n");
        string path = _folder.Write("odd.csv", text.ToString());
        DataFitResult found = Fitting.Run(path, new FitRequest { Target = "y", Features = "s, x, r" });
        DataFitResult oneByOne = Fitting.Run(path, new FitRequest { Target = "y", Features = "s, x + 0 as x, r" });
        Assert.Equal(10 + 1 + 1, found.Terms.Length);
        Assert.Equal(oneByOne.Terms.Select(term => term.Name), found.Terms.Select(term => term.Name));
        Assert.Equal(oneByOne.Fit.Model.Weights.ToArray(), found.Fit.Model.Weights.ToArray());
        Assert.Equal(oneByOne.RowsDropped, found.RowsDropped);
        Assert.Equal(oneByOne.MissingByColumn, found.MissingByColumn);
    }

    [Fact]
    public void A_level_that_occurs_only_in_dropped_rows_is_no_term()
    {
        string path = _folder.Write("dropped.csv", "y,x,s\n1,1,a\n2,3,b\n3,NA,c\n5,4,b\n,5,d\n7,8,a\n");
        DataFitResult result = Run("x, s", path);
        Assert.Equal(["x", "s[b]"], result.Terms.Select(term => term.Name));
        Assert.Equal(2, result.RowsDropped);
        Assert.Equal([new MissingCount("y", 1), new MissingCount("x", 1)], result.MissingByColumn);
        Assert.Empty(result.Fit.Aliased);
    }

    [Fact]
    public void Text_with_too_many_values_is_refused_by_name()
    {
        string path = _folder.Copy("keys.csv", "SELECT range AS y, 'k' || range AS id FROM range(1500)");
        Assert.Contains("'id' has more than 1000", Assert.Throws<DataException>(() => Run("id", path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_one_value_gives_no_term_and_a_warning()
    {
        string path = _folder.Write("single.csv", "y,x,s\n1,1,a\n2,3,a\n5,4,a\n");
        DataFitResult result = Run("x, s", path);
        Assert.Equal("x", Assert.Single(result.Terms).Name);
        Assert.Contains(result.Warnings, warning => warning.Contains("single value 'a'", StringComparison.Ordinal));
    }

    [Fact]
    public void The_default_is_every_other_numeric_or_boolean_column_in_order()
    {
        DataFitResult result = Run(null);
        Assert.Equal(["Body Mass (g)", "a", "flag", "Sepal.Length"], result.Terms.Select(term => term.Name));
        Assert.Contains(result.Warnings, warning => warning.Contains("'s'", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.Contains("'d'", StringComparison.Ordinal));
    }

    [Fact]
    public void No_numeric_column_beside_the_target_is_an_error() =>
        Assert.Contains("no numeric column", Assert.Throws<DataException>(() => Run(null, _folder.Write("none.csv", "y,s\n1,a\n2,b\n"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("nosuch", "no column 'nosuch'")]
    [InlineData("s", "is text")]
    [InlineData("d", "dates")]
    public void A_target_that_is_no_number_is_refused(string target, string told)
    {
        string path = _folder.Write("small.csv", Small);
        Assert.Contains(told, Assert.Throws<DataException>(() => Fitting.Run(path, new FitRequest { Target = target })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_boolean_target_is_0_or_1()
    {
        DataFitResult result = Fitting.Run(_folder.Write("small.csv", Small), new FitRequest { Target = "flag", Features = "s" });
        Assert.Equal(1, result.Fit.Model.Intercept, 1e-14);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_ridge_that_is_no_penalty_is_refused(double ridge)
    {
        string path = _folder.Write("small.csv", Small);
        Assert.Throws<UsageException>(() => Fitting.Run(path, new FitRequest { Target = "y", Ridge = ridge }));
    }

    private DataFitResult Run(string? features, string? path = null) =>
        Fitting.Run(path ?? _folder.Write("small.csv", Small), new FitRequest { Target = "y", Features = features });
}
