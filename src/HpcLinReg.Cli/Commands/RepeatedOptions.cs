using System.CommandLine;
using System.CommandLine.Parsing;

namespace HpcLinReg.Cli.Commands;

/// <summary>An option with one value that is given more than once is wrong usage: which value is meant cannot be known.</summary>
internal static class RepeatedOptions
{
    /// <summary>Adds the rule before the command's own, which ask for the values and would throw.</summary>
    internal static void Refuse(Command command)
    {
        Action<CommandResult>[] rules = [.. command.Validators];
        command.Validators.Clear();
        command.Validators.Add(result =>
        {
            OptionResult[] repeated = [.. result.Children.OfType<OptionResult>()
                .Where(option => option.Option.Arity.MaximumNumberOfValues == 1 && option.Tokens.Count > 1)];
            foreach (OptionResult option in repeated)
            {
                result.AddError($"Option '{option.Option.Name}' is given {option.Tokens.Count} times, with {string.Join(" and ", option.Tokens.Select(token => $"'{token.Value}'"))}; give it once.");
            }

            foreach (Action<CommandResult> rule in repeated.Length == 0 ? rules : [])
            {
                rule(result);
            }
        });
    }
}
