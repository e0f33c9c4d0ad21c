using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using HpcLinReg.Terms;

namespace HpcLinReg;

/// <summary>
/// A formula over numbers and columns, such as <c>ln(height) * "Body Mass (g)" - 2</c>, which is computed for one row at a time.
/// </summary>
/// <remarks>
/// <para>Operators, from weak to strong: <c>+ -</c>; <c>* /</c>; the signs <c>+ -</c> before a value; <c>^</c> or <c>**</c>, which bind to
/// the right. So <c>-x^2</c> is −(x²) and <c>2^3^2</c> is 2⁹. <c>× ÷ −</c> stand for <c>* / -</c>.</para> <para>Functions, in upper or
/// lower case: <c>ln log10 log2 exp sqrt abs sin cos floor ceil</c> of one value; <c>round(x)</c> and <c>round(x, digits)</c>; <c>pow(x,
/// y)</c> or <c>power(x, y)</c>; <c>least</c> and <c>greatest</c> of two values or more; <c>year month day hour dayofweek epoch</c> of a
/// time in UTC (Sunday is 0; epoch is in seconds).</para> <para>A column is a name of letters, digits and underscores, in this very case,
/// or any text in double quotes, in which a double quote is doubled. A number without point and exponent is whole.</para> <para>Whole
/// numbers add, subtract and multiply exactly, in 128 bits; a result that does not fit is reported, never rounded. <c>/</c>, <c>^</c> and
/// the other functions compute in double; <c>exp ln log10 log2 sin cos ^</c> come from <see cref="Math"/>, accurate to about one unit in
/// the last place, and their last bits may differ between platforms. A missing operand, a function outside of its domain, a division by
/// zero and a result beyond the range of double make the value missing. docs/expressions.md has the grammar, the semantics and the
/// differences from SQL.</para> <para>Immutable and safe for use by several threads at once.</para>
/// </remarks>
public sealed class Expression
{
    private readonly ExpressionStep[] _steps;
    private readonly Scalar[] _constants;
    private readonly int _height;

    internal Expression(string text, ImmutableArray<string> columns, ExpressionStep[] steps, Scalar[] constants, int height)
    {
        Text = text;
        Columns = columns;
        _steps = steps;
        _constants = constants;
        _height = height;
    }

    /// <summary>Gets the text as it was written, without white space around it. Parsing it gives the same expression.</summary>
    public string Text { get; }

    /// <summary>Gets the names of the columns in the order of their first use, each once, without quotes.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text, of at most 10,000 characters and 200 levels of nesting.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">
    /// The text is no expression; the message names the position, the text at it and the remedy.
    /// </exception>
    public static Expression Parse(string text) =>
        TryParse(text, out Expression? expression, out string reason) ? expression : throw new FormatException(reason);

    /// <summary>Reads an expression; where the text is none, returns false and the reason.</summary>
    /// <param name="text">The text, of at most 10,000 characters and 200 levels of nesting.</param>
    /// <param name="expression">The expression; null where the text is none.</param>
    /// <param name="reason">The position, the text at it and the remedy; empty where the text is an expression.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static bool TryParse(string text, [NotNullWhen(true)] out Expression? expression, out string reason)
    {
        ArgumentNullException.ThrowIfNull(text);
        expression = new ExpressionParser(text).Parse(out reason);
        return expression is not null;
    }

    /// <summary>Returns <see cref="Text"/>.</summary>
    public override string ToString() => Text;

    /// <summary>Computes the value for one row: a number, a whole number, or missing. Does not allocate.</summary>
    /// <param name="values">One value for each of <see cref="Columns"/>, in their order.</param>
    internal Scalar Evaluate(ReadOnlySpan<Scalar> values) => Evaluate(values, out _);

    /// <summary>Computes the value for one row, and says why it is missing. Does not allocate.</summary>
    /// <param name="values">One value for each of <see cref="Columns"/>, in their order.</param>
    /// <param name="fault">Why there is no value; the first reason in the order of computation, where there are several.</param>
    internal Scalar Evaluate(ReadOnlySpan<Scalar> values, out ExpressionFault fault)
    {
        Debug.Assert(values.Length == Columns.Length, "One value for each column is needed.");
        Span<Scalar> stack = stackalloc Scalar[_height];
        int top = -1;
        foreach (ExpressionStep step in _steps)
        {
            fault = ExpressionFault.None;
            switch (step.Operation)
            {
                case ExpressionOperation.Constant:
                    stack[++top] = _constants[step.Index];
                    break;
                case ExpressionOperation.Column:
                    fault = ExpressionArithmetic.Column(values[step.Index], out stack[++top]);
                    break;
                case >= ExpressionOperation.Add:
                    Scalar right = stack[top--];
                    fault = ExpressionArithmetic.Binary(step.Operation, ref stack[top], right);
                    break;
                case >= ExpressionOperation.Year:
                    fault = ExpressionArithmetic.OfTime(step.Operation, ref stack[top]);
                    break;
                default:
                    fault = ExpressionArithmetic.Unary(step, ref stack[top]);
                    break;
            }

            if (fault != ExpressionFault.None)
            {
                // No operator makes a value out of a missing one, so the steps that remain cannot change the result.
                return Scalar.Missing;
            }
        }

        fault = ExpressionArithmetic.IsNumeric(stack[0]) ? ExpressionFault.None : ExpressionFault.WrongKind;
        return fault == ExpressionFault.None ? stack[0] : Scalar.Missing;
    }
}
