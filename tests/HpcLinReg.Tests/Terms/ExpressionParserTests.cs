using System.Globalization;
using HpcLinReg.Terms;

namespace HpcLinReg.Tests.Terms;

public class ExpressionParserTests
{
    /// <summary>Values are exact in double, so that equality is the right comparison.</summary>
    [Theory]
    [InlineData("2+3*4", 14)]
    [InlineData("(2+3)*4", 20)]
    [InlineData("10-4-3", 3)]
    [InlineData("64/4/2", 8)]
    [InlineData("12/3*2", 8)]
    [InlineData("-2^2", -4)]
    [InlineData("(-2)^2", 4)]
    [InlineData("2^3^2", 512)]
    [InlineData("2**3**2", 512)]
    [InlineData("(2^3)^2", 64)]
    [InlineData("2^-1", 0.5)]
    [InlineData("2^-2^2", 0.0625)]
    [InlineData("2*-3", -6)]
    [InlineData("2--3", 5)]
    [InlineData("- - -3", -3)]
    [InlineData("+-+3", -3)]
    [InlineData("-2*3", -6)]
    [InlineData("2*3^2", 18)]
    [InlineData("1/2^2", 0.25)]
    [InlineData("2^2/8", 0.5)]
    [InlineData("6 × 7 − 8 ÷ 2", 38)]
    [InlineData("1.5", 1.5)]
    [InlineData(".5", 0.5)]
    [InlineData("2.", 2)]
    [InlineData("1e-3 * 1E+3", 1)]
    [InlineData("2.5e2", 250)]
    [InlineData(" \t2\n+\r\n3 ", 5)]
    [InlineData("pow(2, 10)", 1024)]
    [InlineData("POWER(2, 10)", 1024)]
    [InlineData("Sqrt( 16 )", 4)]
    [InlineData("ln(1) + log10(1000) + log2(8) + exp(0)", 7)]
    [InlineData("sin(0) + cos(0)", 1)]
    [InlineData("abs(-3) + floor(-2.5) + ceil(-2.5)", -2)]
    [InlineData("round(2.5) + round(-2.5) + round(0.49999999999999994)", 0)]
    [InlineData("round(1234.5, -2) + round(0.375, 2)", 1200.38)]
    [InlineData("round(1250, -2) + round(-1250, −2) + round(7, 3)", 7)]
    [InlineData("least(3, 1, 2) + greatest(3, 5.5, 2)", 6.5)]
    [InlineData("least(1, greatest(2, least(3, 4)))", 1)]
    public void Parse_a_text_without_columns_has_the_value_of_mathematics(string text, double expected)
    {
        var expression = Expression.Parse(text);
        Assert.Empty(expression.Columns);
        Assert.Equal(expected, expression.Evaluate([]).ToDouble());
    }

    [Theory]
    [InlineData("x", "x")]
    [InlineData("b + a * b - A", "b|a|A")]
    [InlineData("\"Body Mass (g)\" / 2", "Body Mass (g)")]
    [InlineData("\"say \"\"x\"\"\" + \"\"\"\"", "say \"x\"|\"")]
    [InlineData("\"x\" + x", "x")]
    [InlineData("höhe_2 * größe + 面積 + é́ + _a1 + 𝑥", "höhe_2|größe|面積|é́|_a1|𝑥")]
    [InlineData("ln(ln) + year + \"round\" + log", "ln|year|round|log")]
    [InlineData("\"null\" + \"2x\" + \"a.b\"", "null|2x|a.b")]
    [InlineData("e1 + E + pi", "e1|E|pi")]
    public void Columns_are_the_names_in_order_of_first_use_as_they_are_spelled(string text, string expected) =>
        Assert.Equal(expected.Split('|'), Expression.Parse(text).Columns);

    [Theory]
    [InlineData("", 1, "write a number, a column, a function or '('")]
    [InlineData("   ", 4, "the expression ends")]
    [InlineData("x +", 4, "the expression ends")]
    [InlineData("(x", 1, "add ')'")]
    [InlineData("x)", 2, "closes no parenthesis")]
    [InlineData("()", 2, "')' stands there")]
    [InlineData("x y", 3, "'y' stands there")]
    [InlineData("* x", 1, "'*' stands there")]
    [InlineData("x ** ** y", 6, "'*' stands there")]
    [InlineData("x // y", 4, "'/' stands there")]
    [InlineData("2x", 2, "2 * x")]
    [InlineData("2 x", 3, "'x' stands there")]
    [InlineData("0x1F", 2, "'x1F' follows a number directly")]
    [InlineData("1_000", 2, "'_000' follows a number directly")]
    [InlineData("1e", 2, "'e' follows a number directly")]
    [InlineData("1e+", 2, "'e' follows a number directly")]
    [InlineData("1.2.3", 4, "'.' follows a number directly")]
    [InlineData("1,5", 2, "decimals of a number follow a point")]
    [InlineData("x²", 2, "x^2")]
    [InlineData("a.b", 2, "goes in double quotes")]
    [InlineData(".", 1, "'.' stands there")]
    [InlineData("x % 2", 3, "not in the grammar")]
    [InlineData("x > 2", 3, "not in the grammar")]
    [InlineData("x::DOUBLE", 2, "not in the grammar")]
    [InlineData("'x'", 1, "columns are quoted with \"")]
    [InlineData("CASE WHEN x > 1 THEN 1 END", 6, "'WHEN' stands there")]
    [InlineData("x IS NULL", 3, "'IS' stands there")]
    [InlineData("coalesce(x, 0)", 1, "there is no function 'coalesce'")]
    [InlineData("\"ln\"(x)", 5, "'(' stands there")]
    [InlineData("2(x)", 2, "'(' stands there")]
    [InlineData("x + null", 5, "is a value of SQL")]
    [InlineData("True", 1, "is a value of SQL")]
    [InlineData("epoch(current_timestamp)", 7, "is a value of SQL")]
    [InlineData("\"x", 1, "close it with a double quote")]
    [InlineData("\"x\"\"", 1, "close it with a double quote")]
    [InlineData("\"\"", 1, "is empty")]
    [InlineData("ln()", 4, "')' stands there")]
    [InlineData("ln(x, 2)", 6, "ln takes 1 argument;")]
    [InlineData("pow(x)", 6, "pow takes 2 arguments;")]
    [InlineData("pow(x, 2, 3)", 10, "pow takes 2 arguments;")]
    [InlineData("least(x)", 8, "least takes 2 arguments or more;")]
    [InlineData("round(x, 2, 3)", 12, "round takes 1 or 2 arguments;")]
    [InlineData("round(x, y)", 10, "from -22 to 22")]
    [InlineData("round(x, 23)", 10, "from -22 to 22")]
    [InlineData("round(x, 99999999999)", 10, "from -22 to 22")]
    [InlineData("round(x, -)", 10, "from -22 to 22")]
    [InlineData("1 + 170141183460469231731687303715884105728", 5, "exceeds 128 bits")]
    [InlineData("1e309", 1, "outside of the range of double")]
    [InlineData("0.1e-400", 1, "outside of the range of double")]
    [InlineData("x\0", 2, "' ' stands there")]
    public void TryParse_what_is_not_in_the_grammar_names_the_position_and_what_to_do(string text, int position, string contained)
    {
        Assert.False(Expression.TryParse(text, out Expression? expression, out string reason));
        Assert.Null(expression);
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"At character {position} of the expression '"), reason, StringComparison.Ordinal);
        Assert.Contains(contained, reason, StringComparison.Ordinal);
        Assert.EndsWith(".", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(reason, char.IsControl);
        Assert.Equal(reason, Assert.Throws<FormatException>(() => Expression.Parse(text)).Message);
    }

    [Theory]
    [InlineData("log(x)")]
    [InlineData("1 + LOG (x)")]
    [InlineData("log(2, x)")]
    public void Log_is_refused_and_both_spellings_are_shown(string text)
    {
        Assert.False(Expression.TryParse(text, out _, out string reason));
        Assert.Contains("ln(x)", reason, StringComparison.Ordinal);
        Assert.Contains("log10(x)", reason, StringComparison.Ordinal);
    }

    /// <summary>Attributes are stored as UTF-8 and cannot hold half a character.</summary>
    [Fact]
    public void Half_a_Unicode_character_is_refused_and_not_shown()
    {
        foreach ((string text, int position) in new[] { ("x + \ud800", 5), ("\"a\udc00\"", 3), ("x\udbff", 2) })
        {
            Assert.False(Expression.TryParse(text, out _, out string reason));
            Assert.StartsWith($"At character {position} of ", reason, StringComparison.Ordinal);
            Assert.Contains("half of a Unicode character", reason, StringComparison.Ordinal);
            Assert.DoesNotContain(reason, char.IsSurrogate);
        }
    }

    [Fact]
    public void Zero_is_read_however_it_is_written()
    {
        Assert.Equal(0, Expression.Parse("0.000").Evaluate([]).ToDouble());
        Assert.Equal(0, Expression.Parse("0e999").Evaluate([]).ToDouble());
        Assert.Equal(0, Expression.Parse("000").Evaluate([]).WholeNumber);
    }

    [Fact]
    public void Numbers_without_point_and_exponent_are_whole()
    {
        Assert.Equal(CellKind.Whole, Expression.Parse("7").Evaluate([]).Kind);
        Assert.Equal(CellKind.Number, Expression.Parse("7.").Evaluate([]).Kind);
        Assert.Equal(CellKind.Number, Expression.Parse("7e0").Evaluate([]).Kind);
        Assert.Equal(Int128.MaxValue, Expression.Parse("170141183460469231731687303715884105727").Evaluate([]).WholeNumber);
        Assert.Equal(Int128.MinValue, Expression.Parse("-170141183460469231731687303715884105727 - 1").Evaluate([]).WholeNumber);
    }

    [Fact]
    public void Text_is_as_written_without_white_space_around_it()
    {
        var expression = Expression.Parse("  Ln( x )  ** 2\n");
        Assert.Equal("Ln( x )  ** 2", expression.Text);
        Assert.Equal(expression.Text, expression.ToString());
        Assert.Equal(expression.Text, Expression.Parse(expression.Text).Text);
    }

    [Fact]
    public void A_long_text_is_shown_around_the_position_only()
    {
        string text = string.Join(" + ", Enumerable.Repeat("column", 500));
        Assert.False(Expression.TryParse(text + " ? " + text, out _, out string reason));
        Assert.InRange(reason.Length, 60, 250);
        Assert.Contains("? column + column", reason, StringComparison.Ordinal);
        Assert.Contains("…", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", "x", ")")]
    [InlineData("ln(", "x", ")")]
    [InlineData("2^", "x", "")]
    [InlineData("least(1, ", "x", ")")]
    [InlineData("-2^(", "x", ")")]
    public void Nesting_is_bounded(string open, string inner, string close)
    {
        string Nested(int levels) => string.Concat(Enumerable.Repeat(open, levels)) + inner + string.Concat(Enumerable.Repeat(close, levels));

        Assert.True(Expression.TryParse(Nested(100), out Expression? expression, out string reason), reason);
        Assert.False(expression.Evaluate([Scalar.OfNumber(0.5)], out ExpressionFault fault).IsMissing && fault == ExpressionFault.None);
        Assert.False(Expression.TryParse(Nested(201), out _, out reason));
        Assert.Contains("more than 200 levels deep", reason, StringComparison.Ordinal);
        Assert.False(Expression.TryParse(Nested(100_000), out _, out reason));
        Assert.Contains("10,000 are read", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_next_to_each_other_does_not_count() =>
        Assert.Equal(1000, (double)Expression.Parse(string.Join('+', Enumerable.Repeat("((1))^1", 1000))).Evaluate([]).ToDouble());

    [Fact]
    public void Rows_of_signs_are_read_and_an_even_number_cancels() =>
        Assert.Equal(3, Expression.Parse(new string('-', 9_998) + "3").Evaluate([]).WholeNumber);

    [Fact]
    public void A_megabyte_is_refused_at_once()
    {
        Assert.False(Expression.TryParse(new string('1', 1 << 20), out _, out string reason));
        Assert.Contains("1,048,576 characters", reason, StringComparison.Ordinal);
        Assert.False(Expression.TryParse(new string('(', 1 << 20), out _, out _));
        Assert.True(Expression.TryParse(string.Join('+', Enumerable.Range(1000, 1600).Select(i => $"x{i}")), out Expression? most, out reason), reason);
        Assert.Equal(1600, most.Columns.Length);
    }

    [Fact]
    public void Null_is_an_argument_error()
    {
        Assert.Throws<ArgumentNullException>(() => Expression.Parse(null!));
        Assert.Throws<ArgumentNullException>(() => Expression.TryParse(null!, out _, out _));
    }
}
