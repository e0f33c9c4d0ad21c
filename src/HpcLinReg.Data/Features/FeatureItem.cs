using System.Text.RegularExpressions;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>
/// Takes one item of a list of features apart: its name after AS, the parts of an interaction, and columns as the source spells them.
/// </summary>
internal static partial class FeatureItem
{
    /// <summary>Splits <c>expression AS name</c>.</summary>
    /// <returns>The expression, and the name; null without one.</returns>
    internal static (string Text, string? Alias) SplitAlias(string item)
    {
        Match match = Alias().Match(item);
        return match.Success ? (match.Groups["text"].Value.Trim(), Unquoted(match.Groups["name"].Value)) : (item, null);
    }

    /// <summary>Splits <c>a:b</c> at colons outside of quotes and parentheses; a cast <c>x::double</c> is not split.</summary>
    internal static IReadOnlyList<string> SplitInteraction(string text)
    {
        List<string> parts = [];
        int start = 0, depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '\'' or '"')
            {
                int close = text.IndexOf(c, i + 1);
                i = close < 0 ? text.Length : close;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or ']' or '}')
            {
                depth--;
            }
            else if (c == ':' && depth == 0)
            {
                if (i + 1 < text.Length && text[i + 1] is ':' or '=')
                {
                    return [text];
                }

                parts.Add(text[start..i].Trim());
                start = i + 1;
            }
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    /// <summary>
    /// Writes the columns of an expression as the source spells them, in quotes where they are no plain names: <c>sepal.length</c> is
    /// <c>"Sepal.Length"</c> where that is the column.
    /// </summary>
    internal static string WithExactNames(string text, IReadOnlyList<string> columns) => Token().Replace(text, token =>
    {
        if (token.Value.StartsWith('\'') || token.Groups["call"].Success)
        {
            return token.Value;
        }

        string name = Unquoted(token.Value);
        int column = ColumnNames.Find(columns, name);
        return column < 0 || (columns[column] == token.Value && !name.Contains('.', StringComparison.Ordinal)) ? token.Value
            : Sql.Identifier(columns[column]);
    });

    /// <summary>Returns whether a text is a plain name, which can only be a column's.</summary>
    internal static bool IsName(string text) => PlainName().IsMatch(text);

    private static string Unquoted(string name) => name.StartsWith('"') ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name;

    [GeneratedRegex("""^(?<text>.+)\sAS\s+(?<name>"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_]*)\s*$""", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Alias();

    [GeneratedRegex("""^[\p{L}_][\p{L}\p{N}_]*$""", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();

    [GeneratedRegex("""'(?:[^']|'')*'|"(?:[^"]|"")*"|(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_.]*(?<call>(?=\s*\())?""", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
