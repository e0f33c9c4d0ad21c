using System.Data.Common;
using System.Globalization;
using HpcLinReg.Data.Sources;
using HpcLinReg.Terms;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Terms;

/// <summary>Expressions agree with DuckDB, but for the differences that docs/expressions.md lists, each of which is shown here.</summary>
public class ExpressionAgreementTests
{
    private const int TreesOfQuery = 50, Rows = 12;

    private static readonly string[] Wholes =
        ["NULL", "0", "1", "-1", "2", "-3", "17", "1000", "4503599627370497", "-9007199254740993", "9007199254740995", "18446744073709551619", "-36893488147419107329",
         "170141183460469231731687303715884105727", "-170141183460469231731687303715884105728"];

    private static readonly string[] Numbers =
        ["NULL", "0", "-0", "1", "-1", "0.5", "-2.5", "3.5", "1e-3", "0.1", "-7.25", "123.456", "1e15", "9007199254740993", "1e22", "-1e22", "5e-324", "-1e-310", "1e308", "-1.7976931348623157e308"];

    private static readonly string[] Times =
        ["NULL", "0", "-1", "951782400000000", "1795910400123456", "-62135596800000001", "253402300799999999", "-9223372022400000000", "9007199254740993"];

    [Fact]
    public void Random_trees_agree_with_DuckDB_to_two_units_in_the_last_place()
    {
        int seed = Cases.AreMultiplied ? Random.Shared.Next() : 74;
        var random = new Random(seed);
        using Session session = Opened();
        int values = 0, missing = 0;
        for (int remaining = Cases.Times(500); remaining > 0; remaining -= TreesOfQuery)
        {
            string[][] rows = [.. Enumerable.Range(0, Rows).Select(_ => Row(random))];
            RandomTree[] trees = [.. Enumerable.Range(0, Math.Min(TreesOfQuery, remaining)).Select(_ => RandomTree.Draw(random, random.Next(1, 6)))];
            string select = string.Join(", ", trees.Select(tree => $"TRY({tree.Sql})"));
            List<string?[]> table = session.Table($"SELECT {select} FROM (VALUES {string.Join(", ", rows.Select(Sql))}) AS rows({string.Join(", ", RandomTree.Columns.Select(column => column.Name))})");
            for (int i = 0; i < trees.Length; i++)
            {
                var expression = Expression.Parse(trees[i].Text);
                for (int row = 0; row < Rows; row++)
                {
                    Scalar result = expression.Evaluate([.. expression.Columns.Select(name => Value(rows[row], name))], out ExpressionFault fault);
                    string context = $"Seed {seed}: {trees[i].Text} of {Sql(rows[row])} is {new Cell(result)} ({fault}) and {table[row][i] ?? "NULL"} in DuckDB:\n{trees[i].Sql}";
                    Assert.True(Agrees(result, fault, table[row][i], trees[i].IsWhole), context);
                    values += result.IsMissing ? 0 : 1;
                    missing += result.IsMissing ? 1 : 0;
                }
            }
        }

        Assert.True(values >= 0.4 * (values + missing) && missing >= 0.1 * (values + missing), $"{values} values and {missing} missing values show too little.");
    }

    /// <summary>The differences from DuckDB; null is NULL, also that of an error within TRY.</summary>
    [Theory]
    [InlineData("-2^2", "-2^2", "-4", "4")]
    [InlineData("2^3^2", "2^3^2", "512", "64")]
    [InlineData("2^-1", "2^-1", "0.5", "refused")]
    [InlineData("5--3", "5--3", "8", "5")]
    [InlineData("1 + 1", "true + true", "2", "refused")]
    [InlineData("1 / ln(0)", "1 / ln(0)", null, "refused")]
    [InlineData("1 / 0", "1 / 0", null, "∞")]
    [InlineData("1 / (1e308 * 10)", "1 / (1e308 * 10)", null, "0")]
    [InlineData("exp(1000)", "exp(1000)", null, "∞")]
    [InlineData("least(1, w)", "least(1, NULL::HUGEINT)", null, "1")]
    [InlineData("floor(9007199254740993)", "floor(9007199254740993::HUGEINT)", "9007199254740993", "9007199254740992")]
    [InlineData("-36893488147419107329 * 1.0", "-36893488147419107329::HUGEINT * 1::DOUBLE", "-3.689348814741911E+19", "-3.6893488147419103E+19")]
    [InlineData("-18446744073709551616 * 9223372036854775808", "TRY(-18446744073709551616::HUGEINT * 9223372036854775808::HUGEINT)", "-170141183460469231731687303715884105728", null)]
    [InlineData("round(170141183460469231731687303715884105727, -1)", "round(170141183460469231731687303715884105727::HUGEINT, -1)", null, "-170141183460469231731687303715884105720")]
    [InlineData("round(1.7976931348623157e308, -6)", "round(1.7976931348623157e308::DOUBLE, -6)", "1.7976931348623157E+308", "0")]
    [InlineData("0.1 + 0.2", "0.1 + 0.2", "0.30000000000000004", "0.3")]
    [InlineData("9223372036854775807 + 1", "TRY(9223372036854775807::BIGINT + 1::BIGINT)", "9223372036854775808", null)]
    public void Differences_from_DuckDB_are_those_documented(string text, string sql, string? expected, string? expectedOfDuckDB)
    {
        var expression = Expression.Parse(text);
        Scalar result = expression.Evaluate(expression.Columns.Select(_ => Scalar.Missing).ToArray());
        Assert.Equal(expected, result.IsMissing ? null : new Cell(result).ToString());
        Assert.Equal(expectedOfDuckDB, OfDuckDB(sql)?.Replace("Infinity", "∞", StringComparison.Ordinal));
    }

    private static string? OfDuckDB(string sql)
    {
        using var session = Session.ForQueries();
        try
        {
            return session.Table($"SELECT {sql}")[0][0];
        }
        catch (DbException)
        {
            return "refused";
        }
    }

    /// <summary>Two units are allowed for the functions of other mathematical libraries.</summary>
    private static bool Agrees(Scalar result, ExpressionFault fault, string? expected, bool isWhole)
    {
        if (expected is null)
        {
            return result.IsMissing && fault != ExpressionFault.WrongKind;
        }

        return isWhole
            ? result.Kind == CellKind.Whole && result.WholeNumber == Int128.Parse(expected, CultureInfo.InvariantCulture)
            : result.Kind == CellKind.Number && AreNear(result.ToDouble(), double.Parse(expected, CultureInfo.InvariantCulture));
    }

    /// <summary>Doubles of one sign are numbered by their bits; a zero's sign must be the same.</summary>
    private static bool AreNear(double left, double right) =>
        double.IsNegative(left) == double.IsNegative(right) && Math.Abs(BitConverter.DoubleToInt64Bits(left) - BitConverter.DoubleToInt64Bits(right)) <= 2;

    private static Session Opened()
    {
        var session = Session.ForQueries();
        session.Execute("PRAGMA disable_optimizer");
        foreach (string macro in RandomTree.Macros)
        {
            session.Execute(macro);
        }

        return session;
    }

    private static string[] Row(Random random) =>
        [Drawn(random, Wholes), Drawn(random, Wholes), Drawn(random, Numbers), Drawn(random, Numbers), Drawn(random, ["false", "true", "true", "NULL"]), Drawn(random, Times)];

    /// <summary>Draws one of the values; half of those that are missing once more.</summary>
    private static string Drawn(Random random, string[] values) => values[random.Next(values.Length)] is var value && value == "NULL" && random.Next(2) == 0 ? Drawn(random, values) : value;

    private static string Sql(string[] row) =>
        $"({string.Join(", ", RandomTree.Columns.Select((column, i) => column.Type == "TIMESTAMP" ? $"make_timestamp({row[i]}::BIGINT)" : $"'{row[i]}'::{column.Type}".Replace("'NULL'", "NULL", StringComparison.Ordinal)))})";

    private static Scalar Value(string[] row, string name)
    {
        int column = Array.FindIndex(RandomTree.Columns, column => column.Name == name);
        string text = row[column];
        return text == "NULL" ? Scalar.Missing : RandomTree.Columns[column].Type switch
        {
            "HUGEINT" => Scalar.OfWhole(Int128.Parse(text, CultureInfo.InvariantCulture)),
            "DOUBLE" => Scalar.OfNumber(double.Parse(text, CultureInfo.InvariantCulture)),
            "BOOLEAN" => Scalar.OfFlag(text == "true"),
            _ => Scalar.OfTime(long.Parse(text, CultureInfo.InvariantCulture)),
        };
    }
}
