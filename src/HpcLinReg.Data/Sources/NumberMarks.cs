using System.Text.RegularExpressions;

namespace HpcLinReg.Data.Sources;

/// <summary>What numbers of text may have beside digits and a decimal mark: marks between thousands, a currency, a percent sign.</summary>
/// <param name="Thousands">
/// The mark between groups of three digits; a blank stands for those that do not break a line, too; null for none.
/// </param>
/// <param name="Currency">The sign before or behind the number, such as €; null for none.</param>
/// <param name="IsPercent">Whether each number ends in a percent sign and is divided by 100.</param>
internal sealed partial record NumberMarks(char? Thousands, string? Currency, bool IsPercent = false)
{
    /// <summary>Blanks as text has them between a sign and a number.</summary>
    private const string Blanks = @"[\s\x{a0}\x{202f}]*";

    /// <summary>
    /// Returns SQL for the text of a plain number, with a decimal point and without marks; NULL where the cell is no such number. Groups
    /// have three digits each but for the first, and either all thousands are grouped or none.
    /// </summary>
    /// <param name="cell">The cell.</param>
    /// <param name="hasDecimalComma">Whether the decimal mark is a comma.</param>
    internal string Plain(string cell, bool hasDecimalComma)
    {
        string group = Thousands switch { null => "", ' ' => @"[ \x{a0}\x{202f}]", '\'' => @"['\x{2019}]", { } between => Regex.Escape(between.ToString()) };
        string whole = Thousands is null ? @"\d+" : $@"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)";
        string mark = hasDecimalComma ? "," : @"\.";
        string number = $@"(?:{whole}(?:{mark}\d*)?|{mark}\d+){(IsPercent ? "" : @"(?:[eE][+-]?\d+)?")}";
        string sign = Currency is null ? "" : Regex.Escape(Currency).Replace(@"\ ", " ", StringComparison.Ordinal);
        string money = Currency is null ? $"({number})()()" : $@"(?:{sign}{Blanks}([+-]?)({number})|({number}){Blanks}(?:{sign})?)";
        string pattern = Sql.Text($@"^{Blanks}([+-]?){Blanks}{money}{(IsPercent ? $@"{Blanks}%" : "")}{Blanks}$");
        string plain = $@"regexp_replace({cell}, {pattern}, '\1\2\3\4')";
        if (Thousands is not null)
        {
            plain = $"regexp_replace({plain}, {Sql.Text(group)}, '', 'g')";
        }

        if (hasDecimalComma)
        {
            plain = $"replace({plain}, ',', '.')";
        }

        // An exponent divides exactly, where a quotient would be rounded a second time.
        return $"(CASE WHEN regexp_matches({cell}, {pattern}) THEN {plain}{(IsPercent ? " || 'e-2'" : "")} END)";
    }

    /// <summary>Returns 1234.5 as such a number is written, which a model keeps.</summary>
    internal string Example(bool hasDecimalComma) => $"{Currency}1{Thousands}234{(hasDecimalComma ? ',' : '.')}5{(IsPercent ? "%" : "")}";

    /// <summary>Reads what <see cref="Example"/> writes; null marks where it is a plain number with one of the decimal marks.</summary>
    internal static (bool HasDecimalComma, NumberMarks? Marks) Of(string? example)
    {
        if (example is null or CellRule.DecimalComma || Pattern().Match(example) is not { Success: true } match)
        {
            return (example == CellRule.DecimalComma, null);
        }

        string currency = match.Groups["currency"].Value, thousands = match.Groups["thousands"].Value;
        return (match.Groups["mark"].Value == ",",
            new NumberMarks(thousands.Length == 1 ? thousands[0] : null, currency.Length > 0 ? currency : null,
                match.Groups["percent"].Value == "%"));
    }

    [GeneratedRegex(@"^(?<currency>\D*)1(?<thousands>\D?)234(?<mark>[.,])5(?<percent>%?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
