using System.Buffers;
using System.Globalization;
using System.Text;

namespace HpcLinReg.Terms;

/// <summary>The numbers and names of a text, and the reasons why it is no expression.</summary>
internal sealed partial class ExpressionParser
{
    /// <summary>How much of a long text a reason shows.</summary>
    private const int ShownCharacters = 60;

    private bool Number()
    {
        int start = _position;
        SkipDigits();
        bool isWhole = true;
        if (_position < _text.Length && _text[_position] == '.')
        {
            isWhole = false;
            _position++;
            SkipDigits();
        }

        int mantissaEnd = _position;
        if (_position < _text.Length && _text[_position] is 'e' or 'E')
        {
            _position++;
            if (_position < _text.Length && _text[_position] is '+' or '-')
            {
                _position++;
            }

            int exponent = _position;
            SkipDigits();
            // Without digits the letter is none of the number's, and the check below refuses it.
            (isWhole, _position) = _position > exponent ? (false, _position) : (isWhole, mantissaEnd);
        }

        int end = _position;
        SkipName();
        if (_position > end || (end < _text.Length && _text[end] == '.'))
        {
            return Fail(end, $"'{Shown(end)}' follows a number directly", "put an operator between them, as in 2 * x, or a column's name in double quotes");
        }

        ReadOnlySpan<char> digits = _text.AsSpan(start, end - start);
        if (isWhole)
        {
            return Int128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out Int128 whole)
                ? Constant(Scalar.OfWhole(whole))
                : Fail(start, "this whole number exceeds 128 bits", "write it with an exponent, such as 1e40, which is read in double precision");
        }

        double value = double.Parse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        bool isLost = value == 0 && _text.AsSpan(start, mantissaEnd - start).ContainsAnyInRange('1', '9');
        return double.IsFinite(value) && !isLost
            ? Constant(Scalar.OfNumber(value))
            : Fail(start, "this number lies outside of the range of double", "write one between 5e-324 and 1.79e308");
    }

    /// <summary>Reads the digits of <c>round(x, digits)</c>.</summary>
    private bool Digits(out int digits)
    {
        SkipSpace();
        int start = _position;
        bool isNegative = TakesMinus();
        int first = _position;
        SkipDigits();
        bool isUsable = int.TryParse(_text.AsSpan(first, _position - first), NumberStyles.None, CultureInfo.InvariantCulture, out digits)
            && digits <= ExpressionArithmetic.MostDigits;
        digits = isNegative ? -digits : digits;
        return isUsable || Fail(
            start,
            "the digits that round keeps are a whole number written out",
            $"write one from -{ExpressionArithmetic.MostDigits} to {ExpressionArithmetic.MostDigits}");
    }

    private bool QuotedColumn(int start)
    {
        var name = new StringBuilder();
        while (true)
        {
            int end = _text.IndexOf('"', _position);
            if (end < 0)
            {
                return Fail(start, "the quoted name has no end", "close it with a double quote");
            }

            name.Append(_text, _position, end - _position);
            _position = end + 1;
            if (!Takes('"'))
            {
                return name.Length > 0 ? Column(name.ToString()) : Fail(start, "the name between the quotes is empty", "write the column's name");
            }

            name.Append('"');
        }
    }

    private bool Column(string name)
    {
        if (!_columnIndices.TryGetValue(name, out int index))
        {
            index = _columns.Count;
            _columns.Add(name);
            _columnIndices.Add(name, index);
        }

        Write(ExpressionOperation.Column, index, operands: 0);
        return true;
    }

    private bool Constant(Scalar value)
    {
        Write(ExpressionOperation.Constant, _constants.Count, operands: 0);
        _constants.Add(value);
        return true;
    }

    /// <summary>
    /// Skips a letter or underscore, and letters, marks, digits and underscores after it; nothing where no letter or underscore comes
    /// first.
    /// </summary>
    private void SkipName()
    {
        int start = _position;
        while (_position < _text.Length)
        {
            var rune = Rune.GetRuneAt(_text, _position);
            bool isLetter = rune.Value == '_' || Rune.IsLetter(rune);
            bool isLaterOnly = Rune.GetUnicodeCategory(
                rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            if (!isLetter && (!isLaterOnly || _position == start))
            {
                return;
            }

            _position += rune.Utf16SequenceLength;
        }
    }

    private void SkipDigits()
    {
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position]))
        {
            _position++;
        }
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private bool Takes(char sign)
    {
        bool isThere = _position < _text.Length && _text[_position] == sign;
        _position += isThere ? 1 : 0;
        return isThere;
    }

    private bool TakesMinus() => Takes('-') || Takes('−');

    private bool TakesPowerStars()
    {
        bool isThere = _text.AsSpan(_position).StartsWith("**");
        _position += isThere ? 2 : 0;
        return isThere;
    }

    private bool TakesComma()
    {
        SkipSpace();
        return Takes(',');
    }

    private bool Closes(int open)
    {
        SkipSpace();
        return Takes(')') || (_position == _text.Length ? Fail(open, "the parenthesis is not closed", "add ')'") : FailAtUnexpected("an operator (+ - * / ^) or ')'"));
    }

    private bool FailAtUnexpected(string expected)
    {
        if (_position == _text.Length)
        {
            return Fail(_position, "the expression ends", $"write {expected}");
        }

        string hint = _text[_position] switch
        {
            '²' or '³' => "; powers are written x^2",
            ',' => "; the decimals of a number follow a point",
            '\'' => "; columns are quoted with \"",
            '%' or '<' or '>' or '=' or '!' or '|' or '&' or ':' => "; operators other than + - * / ^ are not in the grammar",
            '.' => "; a column with a point in its name goes in double quotes",
            _ => "",
        };
        return Fail(_position, $"'{Shown(_position)}' stands there", $"write {expected}{hint}");
    }

    /// <summary>Keeps the reason, and returns false.</summary>
    private bool Fail(int position, string what, string todo)
    {
        int first = _text.Length <= ShownCharacters ? 0 : Math.Clamp(position - (ShownCharacters / 2), 0, _text.Length - ShownCharacters);
        string excerpt = Printable(_text.AsSpan(first, Math.Min(ShownCharacters, _text.Length)));
        string before = first > 0 ? "…" : "", after = first + ShownCharacters < _text.Length ? "…" : "";
        _reason = string.Create(CultureInfo.InvariantCulture, $"At character {position + 1} of the expression '{before}{excerpt}{after}': {what}; {todo}.");
        return false;
    }

    /// <summary>Returns the name or the character at a position.</summary>
    private string Shown(int position)
    {
        _position = position;
        SkipName();
        int length = Math.Max(_position - position, Rune.TryGetRuneAt(_text, position, out Rune rune) ? rune.Utf16SequenceLength : 1);
        return Printable(_text.AsSpan(position, Math.Min(length, ShownCharacters)));
    }

    /// <summary>
    /// Returns a part of the text, with a space for each control character and nothing for half a Unicode character at its ends.
    /// </summary>
    private static string Printable(ReadOnlySpan<char> part)
    {
        var shown = new StringBuilder(part.Length);
        while (!part.IsEmpty)
        {
            bool isWhole = Rune.DecodeFromUtf16(part, out Rune rune, out int length) == OperationStatus.Done;
            shown.Append(!isWhole ? "" : Rune.IsControl(rune) ? " " : rune.ToString());
            part = part[length..];
        }

        return shown.ToString();
    }
}
