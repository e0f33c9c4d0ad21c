using HpcLinReg.Terms;

namespace HpcLinReg.Tests.Terms;

public class ExpressionTests
{
    private static readonly Int128 Most = Int128.MaxValue;

    [Fact]
    public void Differences_of_whole_columns_are_exact_beyond_double()
    {
        Int128 base53 = (Int128)1 << 53;
        Assert.Equal(1, Whole("a - b", base53 + 1, base53));
        Assert.Equal(3, Whole("a - b", ((Int128)1 << 100) + 3, (Int128)1 << 100));
        Assert.Equal(0.5, Number("(a - b) / 2", Scalar.OfWhole(base53 + 1), Scalar.OfWhole(base53)));
        Assert.Equal(long.MaxValue - 1, Whole("a * b + abs(-c) - c - 1", long.MaxValue, 1, 5));
    }

    [Fact]
    public void Operations_that_keep_whole_numbers_keep_every_digit()
    {
        Int128 value = Most - 8;
        Assert.Equal(value, Whole("floor(x)", value));
        Assert.Equal(value, Whole("ceil(x)", value));
        Assert.Equal(value, Whole("round(x)", value));
        Assert.Equal(value, Whole("round(x, 3)", value));
        Assert.Equal(value, Whole("abs(-x)", value));
        Assert.Equal(value, Whole("least(x, y)", value, value + 1));
        Assert.Equal(value + 1, Whole("greatest(x, y)", value, value + 1));
        Assert.Equal(-value, Whole("+(-x)", value));
    }

    [Theory]
    [InlineData("x + 1")]
    [InlineData("-x - 2")]
    [InlineData("-(-x - 1)")]
    [InlineData("abs(-x - 1)")]
    [InlineData("x * 2")]
    [InlineData("x * x")]
    [InlineData("x * -x")]
    [InlineData("(-x - 1) * (-x - 1)")]
    [InlineData("(-x - 1) * -1")]
    [InlineData("x - (-1)")]
    [InlineData("round(x, -1)")]
    [InlineData("round(-x, -1)")]
    [InlineData("(x * 2) * 0.5")]
    public void Whole_numbers_beyond_128_bits_are_reported_and_never_wrapped(string text)
    {
        Scalar result = Expression.Parse(text).Evaluate([Scalar.OfWhole(Most)], out ExpressionFault fault);
        Assert.True(result.IsMissing);
        Assert.Equal(ExpressionFault.WholeOverflow, fault);
    }

    [Fact]
    public void Products_of_whole_numbers_are_exact_or_refused_like_those_of_big_integers()
    {
        var random = new Random(71);
        var expression = Expression.Parse("x * y");
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Int128 x = Drawn(random), y = Drawn(random);
            System.Numerics.BigInteger exact = (System.Numerics.BigInteger)x * y;
            Scalar product = expression.Evaluate([Scalar.OfWhole(x), Scalar.OfWhole(y)], out ExpressionFault fault);
            bool fits = exact >= Int128.MinValue && exact <= Int128.MaxValue;
            Assert.Equal(fits ? ExpressionFault.None : ExpressionFault.WholeOverflow, fault);
            Assert.True(!fits || product.WholeNumber == (Int128)exact, $"{x} * {y}");
            refused += fits ? 0 : 1;
        }

        Assert.InRange(refused, 2_000, 18_000);
        Assert.Equal(Int128.MinValue, Whole("x * y", Int128.MinValue, 1));
        Assert.Equal(Int128.MinValue, Whole("x * y", -((Int128)1 << 64), (Int128)1 << 63));

        static Int128 Drawn(Random random) => (Int128)new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(128);
    }

    [Fact]
    public void Whole_numbers_become_the_nearest_double()
    {
        var random = new Random(72);
        for (int i = 0; i < 20_000; i++)
        {
            Int128 value = (Int128)new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64() & (i % 2 == 0 ? ulong.MaxValue : 1)) >> random.Next(128);
            double expected = double.Parse(value.ToString(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(expected, Number("x * 1.0", Scalar.OfWhole(value)));
        }
    }

    [Theory]
    [InlineData("ln(x)", 0)]
    [InlineData("ln(x)", -1)]
    [InlineData("log10(-x)", 0)]
    [InlineData("log2(x)", 0)]
    [InlineData("sqrt(x)", -1e-300)]
    [InlineData("1 / x", 0)]
    [InlineData("1.0 / -x", 0)]
    [InlineData("x / x", 0)]
    [InlineData("x ^ -1", 0)]
    [InlineData("x ^ 0.5", -1)]
    [InlineData("x ^ 2", 1e200)]
    [InlineData("exp(x)", 710)]
    [InlineData("x * 10", 1e308)]
    [InlineData("x + x", 1.7e308)]
    [InlineData("-x - x", 1.7e308)]
    [InlineData("x / 0.1", 1.7e308)]
    [InlineData("0 * exp(x)", 1000)]
    [InlineData("1 / (x * 10)", 1e308)]
    [InlineData("least(1, ln(x))", 0)]
    public void Results_that_are_not_defined_or_exceed_double_are_missing(string text, double x)
    {
        Scalar result = Expression.Parse(text).Evaluate([Scalar.OfNumber(x)], out ExpressionFault fault);
        Assert.True(result.IsMissing);
        Assert.Equal(ExpressionFault.NotDefined, fault);
    }

    [Theory]
    [InlineData("x + 1")]
    [InlineData("1 - x")]
    [InlineData("x ^ 0")]
    [InlineData("0 * x")]
    [InlineData("-x")]
    [InlineData("abs(x)")]
    [InlineData("least(x, 1)")]
    [InlineData("greatest(1, 2, x)")]
    [InlineData("year(x)")]
    [InlineData("ln(0) + x", ExpressionFault.NotDefined)]
    [InlineData("x + ln(0)")]
    public void A_missing_value_stays_missing(string text, object? expected = null)
    {
        Scalar result = Expression.Parse(text).Evaluate([Scalar.Missing], out ExpressionFault fault);
        Assert.True(result.IsMissing);
        Assert.Equal(expected ?? ExpressionFault.Missing, fault);
    }

    [Fact]
    public void Negative_zero_keeps_its_sign()
    {
        Assert.Equal(0L, Bits("-x", 0.0) ^ long.MinValue);
        Assert.Equal(0L, Bits("sqrt(x)", -0.0) ^ long.MinValue);
        Assert.Equal(0L, Bits("ceil(x)", -0.5) ^ long.MinValue);
        Assert.Equal(0L, Bits("round(x)", -0.2) ^ long.MinValue);
        Assert.Equal(0L, Bits("abs(x)", -0.0));
        Assert.Equal(0L, Bits("x + 0.0", -0.0));
        Assert.Equal(0L, Bits("greatest(x, -x)", 0.0));
        Assert.Equal(0L, Bits("least(x, -x)", 0.0));
        Assert.Equal(0L, Bits("exp(x)", -800));
        Assert.Equal(CellKind.Whole, Expression.Parse("-0").Evaluate([]).Kind);

        static long Bits(string text, double x) => BitConverter.DoubleToInt64Bits(Number(text, Scalar.OfNumber(x)));
    }

    [Fact]
    public void Kinds_of_results_are_whole_where_all_operands_are()
    {
        Scalar whole = Scalar.OfWhole(5), number = Scalar.OfNumber(5);
        foreach (string text in new[] { "x + y", "x - y", "x * y", "least(x, y)", "greatest(x, y)" })
        {
            var expression = Expression.Parse(text);
            Assert.Equal(CellKind.Whole, expression.Evaluate([whole, whole]).Kind);
            Assert.Equal(CellKind.Number, expression.Evaluate([whole, number]).Kind);
            Assert.Equal(CellKind.Number, expression.Evaluate([number, whole]).Kind);
        }

        Assert.Equal(CellKind.Number, Expression.Parse("x / y").Evaluate([whole, whole]).Kind);
        Assert.Equal(CellKind.Number, Expression.Parse("x ^ y").Evaluate([whole, whole]).Kind);
        Assert.Equal(CellKind.Number, Expression.Parse("floor(x)").Evaluate([number]).Kind);
        Assert.Equal(CellKind.Number, Expression.Parse("sqrt(x)").Evaluate([whole]).Kind);
    }

    [Fact]
    public void Flags_are_the_whole_numbers_0_and_1()
    {
        Assert.Equal(2, Expression.Parse("x + x").Evaluate([Scalar.OfFlag(true)]).WholeNumber);
        Scalar alone = Expression.Parse("x").Evaluate([Scalar.OfFlag(false)]);
        Assert.Equal((CellKind.Whole, (Int128)0), (alone.Kind, alone.WholeNumber));
    }

    [Theory]
    [InlineData("x + 1")]
    [InlineData("1 * x")]
    [InlineData("-x")]
    [InlineData("x")]
    [InlineData("+x")]
    [InlineData("sin(x)")]
    [InlineData("least(x, x)")]
    [InlineData("x - x")]
    [InlineData("year(-x)")]
    [InlineData("year(year(x))")]
    public void Times_outside_of_the_functions_of_a_time_are_of_the_wrong_kind(string text)
    {
        Assert.True(Expression.Parse(text).Evaluate([Scalar.OfTime(0)], out ExpressionFault fault).IsMissing);
        Assert.Equal(ExpressionFault.WrongKind, fault);
    }

    [Theory]
    [InlineData("year(x)")]
    [InlineData("epoch(x)")]
    [InlineData("hour(x + 1)")]
    public void Numbers_in_the_functions_of_a_time_are_of_the_wrong_kind(string text)
    {
        foreach (Scalar x in new[] { Scalar.OfNumber(1), Scalar.OfWhole(1), Scalar.OfFlag(true) })
        {
            Assert.True(Expression.Parse(text).Evaluate([x], out ExpressionFault fault).IsMissing);
            Assert.Equal(ExpressionFault.WrongKind, fault);
        }
    }

    [Fact]
    public void Parts_of_times_are_those_of_the_calendar()
    {
        var random = new Random(73);
        for (int i = 0; i < 10_000; i++)
        {
            var time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc);
            time = time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
            long microseconds = (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            var x = Scalar.OfTime(microseconds);
            Assert.Equal(
                (time.Year, time.Month, time.Day, time.Hour, (int)time.DayOfWeek),
                ((int)Part("year(x)"), (int)Part("month(x)"), (int)Part("day(x)"), (int)Part("hour(x)"), (int)Part("dayofweek(x)")));
            Assert.Equal(microseconds / 1e6, Number("epoch(x)", x));

            Int128 Part(string text) => Expression.Parse(text).Evaluate([x]).WholeNumber;
        }
    }

    [Theory]
    [InlineData(long.MaxValue, 294247, 1, 10, 4, 0)]
    [InlineData(-9223372022400000000, -290308, 12, 22, 0, 1)]
    [InlineData(-62167219200000001, -1, 12, 31, 23, 5)]
    [InlineData(-1, 1969, 12, 31, 23, 3)]
    [InlineData(951782400000000, 2000, 2, 29, 0, 2)]
    public void Parts_of_times_beyond_those_of_NET_are_DuckDBs(long microseconds, int year, int month, int day, int hour, int dayOfWeek)
    {
        string[] texts = ["year(x)", "month(x)", "day(x)", "hour(x)", "dayofweek(x)"];
        Assert.Equal([year, month, day, hour, dayOfWeek], texts.Select(text => (int)Expression.Parse(text).Evaluate([Scalar.OfTime(microseconds)]).WholeNumber));
    }

    [Fact]
    public void Evaluate_does_not_allocate()
    {
        var expression = Expression.Parse("ln(abs(a)) * (b - 3) ^ 2 + least(a, b, c) - round(a / 7, 2) + b * b + year(t)");
        Scalar[] values = [Scalar.OfNumber(2.5), Scalar.OfWhole(17), Scalar.OfFlag(true), Scalar.OfTime(1)];
        Assert.Equal(CellKind.Number, expression.Evaluate(values).Kind);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _ = expression.Evaluate(values, out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static Int128 Whole(string text, params ReadOnlySpan<Int128> values)
    {
        var scalars = new Scalar[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            scalars[i] = Scalar.OfWhole(values[i]);
        }

        Scalar result = Expression.Parse(text).Evaluate(scalars, out ExpressionFault fault);
        Assert.Equal((CellKind.Whole, ExpressionFault.None), (result.Kind, fault));
        return result.WholeNumber;
    }

    private static double Number(string text, params ReadOnlySpan<Scalar> values)
    {
        Scalar result = Expression.Parse(text).Evaluate(values, out ExpressionFault fault);
        Assert.Equal((CellKind.Number, ExpressionFault.None), (result.Kind, fault));
        return result.ToDouble();
    }
}
