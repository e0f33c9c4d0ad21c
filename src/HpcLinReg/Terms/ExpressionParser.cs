using System.Globalization;
using System.Text;

namespace HpcLinReg.Terms;

/// <summary>
/// Reads an expression by recursive descent, a method for each level of the grammar, and writes its steps in postfix order.
/// </summary>
/// <remarks>
/// <code>
/// sum     = product { ("+" | "-") product }
/// product = signed { ("*" | "/") signed }
/// signed  = { "+" | "-" } power
/// power   = primary [ ("^" | "**") signed ]
/// primary = number | column | function "(" sum { "," sum } ")" | "(" sum ")"
/// </code>
/// The length of the text bounds the number of steps, and the levels of nesting bound the recursion, so that no text takes long or
/// overflows the stack. Each method returns false after the first error, whose reason is kept.
/// </remarks>
internal sealed partial class ExpressionParser(string text)
{
    internal const int MostCharacters = 10_000, MostLevels = 200;

    private readonly string _text = text;
    private readonly List<ExpressionStep> _steps = [];
    private readonly List<Scalar> _constants = [];
    private readonly List<string> _columns = [];
    private readonly Dictionary<string, int> _columnIndices = new(StringComparer.Ordinal);
    private string _reason = "";
    private int _position, _level, _height, _greatestHeight;

    /// <summary>Returns the expression; null and the reason where the text is none.</summary>
    internal Expression? Parse(out string reason)
    {
        bool isExpression = HasUsableText() && Sum() && Ends();
        reason = _reason;
        return isExpression ? new Expression(_text.Trim(), [.. _columns], [.. _steps], [.. _constants], _greatestHeight) : null;
    }

    private bool HasUsableText()
    {
        if (_text.Length > MostCharacters)
        {
            _reason = string.Create(CultureInfo.InvariantCulture, $"The expression has {_text.Length:N0} characters, and at most {MostCharacters:N0} are read; divide it into several terms.");
            return false;
        }

        for (int i = 0; i < _text.Length; i += Rune.TryGetRuneAt(_text, i, out Rune rune) ? rune.Utf16SequenceLength : 1)
        {
            if (!Rune.TryGetRuneAt(_text, i, out _))
            {
                return Fail(i, "there is half of a Unicode character", "write the whole character");
            }
        }

        return true;
    }

    private bool Ends()
    {
        SkipSpace();
        if (_position == _text.Length)
        {
            return true;
        }

        return _text[_position] == ')' ? Fail(_position, "')' closes no parenthesis", "remove it, or open one before") : FailAtUnexpected("an operator (+ - * / ^) or the end");
    }

    private bool Sum()
    {
        if (!Product())
        {
            return false;
        }

        while (true)
        {
            SkipSpace();
            ExpressionOperation operation;
            if (Takes('+'))
            {
                operation = ExpressionOperation.Add;
            }
            else if (TakesMinus())
            {
                operation = ExpressionOperation.Subtract;
            }
            else
            {
                return true;
            }

            if (!Product())
            {
                return false;
            }

            Write(operation, 0, operands: 2);
        }
    }

    private bool Product()
    {
        if (!Signed())
        {
            return false;
        }

        while (true)
        {
            SkipSpace();
            ExpressionOperation operation;
            if (Takes('*') || Takes('×'))
            {
                operation = ExpressionOperation.Multiply;
            }
            else if (Takes('/') || Takes('÷'))
            {
                operation = ExpressionOperation.Divide;
            }
            else
            {
                return true;
            }

            if (!Signed())
            {
                return false;
            }

            Write(operation, 0, operands: 2);
        }
    }

    private bool Signed()
    {
        // A loop, and no recursion: a row of signs needs no stack, and an even number of minus signs cancels only in value, not in
        // overflow.
        int minuses = 0;
        while (true)
        {
            SkipSpace();
            if (TakesMinus())
            {
                minuses++;
            }
            else if (!Takes('+'))
            {
                break;
            }
        }

        if (!Power())
        {
            return false;
        }

        for (int i = 0; i < minuses; i++)
        {
            Write(ExpressionOperation.Negate, 0, operands: 1);
        }

        return true;
    }

    private bool Power()
    {
        if (!Primary())
        {
            return false;
        }

        SkipSpace();
        int start = _position;
        if (!Takes('^') && !TakesPowerStars())
        {
            return true;
        }

        if (!Enters(start) || !Signed())
        {
            return false;
        }

        _level--;
        Write(ExpressionOperation.Power, 0, operands: 2);
        return true;
    }

    private bool Primary()
    {
        SkipSpace();
        int start = _position;
        if (start < _text.Length
            && (char.IsAsciiDigit(_text[start])
                || (_text[start] == '.' && start + 1 < _text.Length && char.IsAsciiDigit(_text[start + 1]))))
        {
            return Number();
        }

        if (Takes('"'))
        {
            return QuotedColumn(start);
        }

        if (Takes('('))
        {
            if (!Enters(start) || !Sum() || !Closes(start))
            {
                return false;
            }

            _level--;
            return true;
        }

        SkipName();
        return _position > start ? ColumnOrFunction(start) : FailAtUnexpected("a number, a column, a function or '('");
    }

    private bool ColumnOrFunction(int start)
    {
        string name = _text[start.._position];
        SkipSpace();
        if (_position < _text.Length && _text[_position] == '(')
        {
            return Function(start, name);
        }

        return ExpressionFunctions.IsValueOfSql(name)
            ? Fail(start, $"'{name}' is a value of SQL", $"put it in double quotes where it is a column: \"{name}\"")
            : Column(name);
    }

    private bool Function(int start, string name)
    {
        if (name.Equals("log", StringComparison.OrdinalIgnoreCase))
        {
            return Fail(start, "log means the natural logarithm in some places and base 10 in others", "write ln(x) or log10(x)");
        }

        if (!ExpressionFunctions.TryFind(name, out (ExpressionOperation Operation, int Fewest, int Most) function))
        {
            return Fail(start, $"there is no function '{name}'", $"the functions are {ExpressionFunctions.Listed}");
        }

        int open = _position++;
        if (!Enters(open) || !Sum())
        {
            return false;
        }

        int arguments = 1, digits = 0;
        while (arguments < function.Most && TakesComma())
        {
            arguments++;
            bool isRound = function.Operation == ExpressionOperation.Round;
            if (isRound ? !Digits(out digits) : !Sum())
            {
                return false;
            }

            if (!isRound)
            {
                Write(function.Operation, 0, operands: 2);
            }
        }

        if (arguments < function.Fewest || TakesComma())
        {
            return Fail(_position, $"{name} takes {Count(function.Fewest, function.Most)}", "check the commas; the decimals of a number follow a point");
        }

        if (!Closes(open))
        {
            return false;
        }

        _level--;
        if (function.Fewest == 1)
        {
            Write(function.Operation, digits, operands: 1);
        }

        return true;
    }

    private static string Count(int fewest, int most) =>
        most == int.MaxValue ? $"{fewest} arguments or more" : most > fewest ? $"{fewest} or {most} arguments" : most == 1 ? "1 argument" : $"{most} arguments";

    /// <summary>Adds a step, and follows the height of the stack at evaluation.</summary>
    private void Write(ExpressionOperation operation, int index, int operands)
    {
        _steps.Add(new ExpressionStep(operation, index));
        _height += 1 - operands;
        _greatestHeight = Math.Max(_greatestHeight, _height);
    }

    private bool Enters(int start) =>
        ++_level <= MostLevels || Fail(start, $"parentheses, functions and powers are nested more than {MostLevels} levels deep", "divide the expression into several terms");
}
