using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HpcLinReg.Cli.Commands;

/// <summary>The option that names columns whose powers are terms.</summary>
internal static class PolynomialOption
{
    /// <summary>The highest degree of a polynomial, as in the engine.</summary>
    private const int MostDegree = 40;

    /// <summary>Makes the option of a command that fits, or that sums for later fits.</summary>
    internal static Option<string[]> Create(string description) => new("--polynomial") { HelpName = "NAME:K", Description = description };

    /// <summary>Returns the degrees by column.</summary>
    internal static Dictionary<string, int> Of(ParseResult parsed, Option<string[]> option) =>
        (parsed.GetValue(option) ?? []).Select(Power).ToDictionary(power => power.Name, power => power.Degree);

    /// <summary>Refuses what is no column and degree, and a column named twice.</summary>
    internal static void Validate(CommandResult result, Option<string[]> option)
    {
        var seen = new HashSet<string>();
        foreach (string polynomial in result.GetValue(option) ?? [])
        {
            (string name, int degree) = Power(polynomial);
            if (name.Length == 0 || degree is < 1 or > MostDegree)
            {
                result.AddError($"Option '--polynomial' needs NAME:K with a degree K from 1 to {MostDegree}, such as x:3, not '{polynomial}'.");
            }
            else if (!seen.Add(name))
            {
                result.AddError($"Option '--polynomial' names '{name}' twice.");
            }
        }
    }

    /// <summary>The name may contain colons; the degree follows the last one.</summary>
    private static (string Name, int Degree) Power(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int degree)
            ? (text[..colon].Trim(), degree) : ("", 0);
    }
}
