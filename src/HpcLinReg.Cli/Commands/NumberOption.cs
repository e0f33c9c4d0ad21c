using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace HpcLinReg.Cli.Commands;

/// <summary>Options whose value is a number with a rule; a wrong one is named with the rule.</summary>
internal static class NumberOption
{
    internal static Option<double?> Real(string name, string help, string description, string rule, Func<double, bool> isRight) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = argument =>
        {
            string text = Text(argument);
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                && isRight(value))
            {
                return value;
            }

            argument.AddError($"Option '{name}' needs {rule}, not '{text}'.");
            return null;
        },
    };

    internal static Option<int?> Whole(string name, string help, string description, int least) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = argument =>
        {
            string text = Text(argument);
            if (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) && value >= least)
            {
                return value;
            }

            argument.AddError($"Option '{name}' needs a whole number of at least {least}, not '{text}'.");
            return null;
        },
    };

    private static string Text(ArgumentResult argument) => argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
}
