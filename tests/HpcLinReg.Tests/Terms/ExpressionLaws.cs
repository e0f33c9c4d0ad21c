using System.Text;
using HpcLinReg.Terms;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Terms;

public class ExpressionLaws
{
    private static readonly string[] Tokens =
        ["x", "y", "\"a b\"", "\"", "é", "²", "_", "1", "2.5", "1e3", "1e", ".", "0x", "+", "-", "*", "/", "^", "**", "×", "÷", "−", "(", ")", ",", " ", "\n", "ln(", "Pow(", "least(",
         "round(", "log(", "year(", "foo(", "'", "%", "CASE", "\0", "\ud83d", "\udcc8", "📈", "99999999999999999999999999999999999999999", "1e999"];

    /// <summary>Texts of tokens, some without sense, and expressions with a few characters changed.</summary>
    [Law(MaxTest = 2000)]
    public void Any_text_is_an_expression_or_is_refused_with_a_reason(Seed seed, bool isChanged)
    {
        var random = new Random(seed);
        string text = isChanged ? Changed(random, RandomTree.Draw(random, random.Next(1, 5)).Text) : string.Concat(random.GetItems(Tokens, random.Next(1, 12)));
        if (!Expression.TryParse(text, out Expression? expression, out string reason))
        {
            Assert.Null(expression);
            Assert.Matches(@"^At character \d+ of the expression '(?s:.*)': .+; .+\.$", reason);
            return;
        }

        Assert.Empty(reason);
        Assert.Equal(text.Trim(), expression.Text);
        SameValues(random, expression, Expression.Parse(expression.Text));
    }

    [Law(MaxTest = 300)]
    public void White_space_around_a_whole_expression_and_its_parentheses_change_no_value(Seed seed)
    {
        var random = new Random(seed);
        string text = RandomTree.Draw(random, random.Next(1, 6)).Text;
        SameValues(random, Expression.Parse(text), Expression.Parse($"\t((\n{text.Replace("(", "( ", StringComparison.Ordinal).Replace(")", " )", StringComparison.Ordinal)}) ) "));
    }

    [Law(MaxTest = 300)]
    public void A_value_is_a_number_or_missing_with_a_reason_whatever_the_columns_hold(Seed seed)
    {
        var random = new Random(seed);
        var expression = Expression.Parse(RandomTree.Draw(random, random.Next(1, 6)).Text);
        for (int i = 0; i < 20; i++)
        {
            Scalar[] values = Drawn(random, expression);
            Scalar result = expression.Evaluate(values, out ExpressionFault fault);
            Assert.True(result.Kind is CellKind.Number or CellKind.Whole or CellKind.Missing);
            Assert.Equal(result.IsMissing, fault != ExpressionFault.None);
            Assert.True(result.IsMissing || double.IsFinite(result.ToDouble()));
            Assert.True(result.IsMissing || !values.Any(value => value.IsMissing));
        }
    }

    private static void SameValues(Random random, Expression left, Expression right)
    {
        Assert.Equal(left.Columns, right.Columns);
        for (int i = 0; i < 5; i++)
        {
            Scalar[] values = Drawn(random, left);
            Scalar first = left.Evaluate(values, out ExpressionFault fault), second = right.Evaluate(values, out ExpressionFault otherFault);
            Assert.Equal((first.Kind, first.WholeNumber, fault), (second.Kind, second.WholeNumber, otherFault));
        }
    }

    private static string Changed(Random random, string text)
    {
        var changed = new StringBuilder(text);
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            int place = random.Next(changed.Length);
            if (random.Next(3) > 0 && changed.Length > 1)
            {
                changed.Remove(place, 1);
            }
            else
            {
                changed.Insert(place, Tokens[random.Next(Tokens.Length)]);
            }
        }

        return changed.ToString();
    }

    private static Scalar[] Drawn(Random random, Expression expression) => [.. expression.Columns.Select(_ => random.Next(12) switch
    {
        0 => Scalar.Missing,
        1 => Scalar.OfFlag(random.Next(2) == 0),
        2 => Scalar.OfTime(random.NextInt64(long.MinValue, long.MaxValue)),
        3 => Scalar.OfNumber(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))),
        4 => Scalar.OfWhole((Int128)new UInt128((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64()) >> random.Next(128)),
        < 8 => Scalar.OfWhole(random.Next(-9, 10)),
        _ => Scalar.OfNumber((random.NextDouble() - 0.5) * 10),
    })];
}
