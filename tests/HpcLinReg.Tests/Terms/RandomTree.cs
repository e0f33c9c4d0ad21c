using System.Globalization;

namespace HpcLinReg.Tests.Terms;

/// <summary>A random expression, written once in the grammar of expressions with the fewest parentheses and once in SQL with all of them.</summary>
/// <remarks>
/// The SQL calls macros where docs/expressions.md states a difference from DuckDB: <c>fin</c> makes NULL of infinities and NaN, <c>num</c> converts a whole number to the nearest
/// double, <c>least2</c> and <c>greatest2</c> keep NULL, <c>tens</c> rounds a whole number without wrapping,
/// <c>round2</c> keeps numbers near the largest double. All else is DuckDB's own.
/// </remarks>
/// <param name="Text">The text in the grammar of expressions.</param>
/// <param name="Sql">The text in SQL.</param>
/// <param name="IsWhole">Whether the value is a whole number, if there is one.</param>
/// <param name="Strength">How strongly the outermost operator binds: 1 sums, 2 products, 3 signs, 4 powers, 5 everything that has an end of its own.</param>
internal sealed record RandomTree(string Text, string Sql, bool IsWhole, int Strength)
{
    /// <summary>The columns that trees use, and their types in SQL.</summary>
    internal static readonly (string Name, string Type)[] Columns =
        [("w", "HUGEINT"), ("v", "HUGEINT"), ("x", "DOUBLE"), ("y", "DOUBLE"), ("f", "BOOLEAN"), ("t", "TIMESTAMP")];

    internal static readonly string[] Macros =
    [
        "CREATE MACRO fin(a) AS list_filter([a], lambda e: isfinite(e))[1]",
        "CREATE MACRO num(a) AS CAST(CAST(a AS VARCHAR) AS DOUBLE)",
        "CREATE MACRO least2(a, b) AS list_transform([[a, b]], lambda e: CASE WHEN e[1] IS NOT NULL AND e[2] IS NOT NULL THEN least(e[1], e[2]) END)[1]",
        "CREATE MACRO greatest2(a, b) AS list_transform([[a, b]], lambda e: CASE WHEN e[1] IS NOT NULL AND e[2] IS NOT NULL THEN greatest(e[1], e[2]) END)[1]",
        "CREATE MACRO round2(a, n) AS list_transform([a], lambda e: CASE WHEN abs(e) > 1e300 AND round(e, n) = 0 THEN e ELSE round(e, n) END)[1]",
        "CREATE MACRO tens(a, u) AS list_transform([a], lambda e: e - e % u + CASE WHEN 2 * abs(e % u) < u THEN 0::HUGEINT WHEN e < 0 THEN -u ELSE u END)[1]",
    ];

    private static readonly string[] Wholes = ["0", "1", "2", "3", "7", "10", "4503599627370497", "9007199254740993", "170141183460469231731687303715884105727"];
    private static readonly string[] Numbers = ["0.0", "0.5", "1.5", "2.5", "1e-3", "0.1", "3.14159", "1e22", "5e-324", "1.7e308", "709.5"];
    private static readonly string[] Functions = ["ln", "log10", "log2", "exp", "sqrt", "sin", "cos"];
    private static readonly string[] Parts = ["year", "month", "day", "hour", "dayofweek", "epoch"];

    private string Number => IsWhole ? $"num({Sql})" : Sql;

    /// <summary>Draws a tree.</summary>
    /// <param name="random">The source of randomness.</param>
    /// <param name="levels">The most levels of operators and functions.</param>
    internal static RandomTree Draw(Random random, int levels)
    {
        if (levels == 0 || random.Next(8) == 0)
        {
            return Leaf(random);
        }

        RandomTree a = Draw(random, levels - 1);
        switch (random.Next(14))
        {
            case 0 or 1:
                return Sum(random, a, Draw(random, levels - 1), random.Next(2) == 0 ? "+" : "-");
            case 2 or 3:
                RandomTree factor = Draw(random, levels - 1);
                string product = a.IsWhole && factor.IsWhole ? $"({a.Sql} * {factor.Sql})" : $"fin({a.Number} * {factor.Number})";
                return new($"{a.At(2)}{Space(random)}*{Space(random)}{factor.At(3)}", product, a.IsWhole && factor.IsWhole, 2);
            case 4:
                RandomTree divisor = Draw(random, levels - 1);
                return new($"{a.At(2)}{Space(random)}/{Space(random)}{divisor.At(3)}", $"fin({a.Number} / {divisor.Number})", false, 2);
            case 5:
                RandomTree exponent = Draw(random, levels - 1);
                string sql = $"fin(pow({a.Number}, {exponent.Number}))";
                return random.Next(3) switch
                {
                    0 => new($"pow({a.Text}, {exponent.Text})", sql, false, 5),
                    1 => new($"{a.At(5)}^{exponent.At(3)}", sql, false, 4),
                    _ => new($"{a.At(5)} ** {exponent.At(3)}", sql, false, 4),
                };
            case 6 or 7:
                return new($"-{Space(random)}{a.At(3)}", $"(-{a.Sql})", a.IsWhole, 3);
            case 8:
                RandomTree other = Draw(random, levels - 1);
                string choice = random.Next(2) == 0 ? "least" : "greatest";
                bool isWhole = a.IsWhole && other.IsWhole;
                return new($"{Cased(random, choice)}({a.Text}, {other.Text})", isWhole ? $"{choice}2({a.Sql}, {other.Sql})" : $"{choice}2({a.Number}, {other.Number})", isWhole, 5);
            case 9:
                return new($"{Cased(random, "abs")}({a.Text})", $"abs({a.Sql})", a.IsWhole, 5);
            case 10:
                string direction = random.Next(2) == 0 ? "floor" : "ceil";
                return new($"{direction}({a.Text})", a.IsWhole ? a.Sql : $"{direction}({a.Sql})", a.IsWhole, 5);
            case 11:
                return Round(a, random.Next(-6, 7));
            default:
                string function = Functions[random.Next(Functions.Length)];
                return new($"{Cased(random, function)}({a.Text})", $"fin({function}({a.Number}))", false, 5);
        }
    }

    private static RandomTree Leaf(Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                string whole = Wholes[random.Next(Wholes.Length)];
                return new(whole, $"{whole}::HUGEINT", true, 5);
            case 1:
                string number = Numbers[random.Next(Numbers.Length)];
                return new(number, number.Contains('e', StringComparison.Ordinal) ? $"{number}::DOUBLE" : $"{number}e0", false, 5);
            case 2:
                string part = Parts[random.Next(Parts.Length)];
                return part == "epoch" ? new($"{part}(t)", $"{part}(t)", false, 5) : new($"{Cased(random, part)}(t)", $"{part}(t)::HUGEINT", true, 5);
            case 3:
                return new("\"f\"", "f::HUGEINT", true, 5);
            default:
                int column = random.Next(4);
                return new(Columns[column].Name, Columns[column].Name, column < 2, 5);
        }
    }

    private static RandomTree Sum(Random random, RandomTree a, RandomTree b, string sign)
    {
        bool isWhole = a.IsWhole && b.IsWhole;
        return new($"{a.At(1)}{Space(random)}{sign}{Space(random)}{b.At(2)}", isWhole ? $"({a.Sql} {sign} {b.Sql})" : $"fin({a.Number} {sign} {b.Number})", isWhole, 1);
    }

    private static RandomTree Round(RandomTree a, int digits)
    {
        string unit = string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Pow(10, Math.Max(0, -digits))}::HUGEINT");
        return (digits, a.IsWhole) switch
        {
            (0, true) => new($"round({a.Text})", a.Sql, true, 5),
            (0, false) => new($"round({a.Text})", $"round({a.Sql})", false, 5),
            (_, true) when digits > 0 => new($"round({a.Text}, {digits})", $"round({a.Sql}, {digits})", true, 5),
            (_, true) => new($"round({a.Text}, {digits})", $"tens({a.Sql}, {unit})", true, 5),
            _ => new($"round({a.Text}, {digits})", $"round2({a.Sql}, {digits})", false, 5),
        };
    }

    /// <summary>Returns the text for a place that takes operators of at least a strength.</summary>
    private string At(int strength) => Strength >= strength ? Text : $"({Text})";

    private static string Space(Random random) => random.Next(3) == 0 ? " " : "";

    private static string Cased(Random random, string name) => random.Next(4) == 0 ? name.ToUpperInvariant() : name;
}
