using System.CommandLine;
using System.CommandLine.Completions;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg completion</c>: a script for a shell, which asks the hidden command <c>complete</c> for what can follow.</summary>
internal static class CompletionCommand
{
    private const string Complete = "complete";

    /// <summary>Options whose values are columns of the files, and the character behind a name; none for a name alone.</summary>
    private static readonly Dictionary<string, char?> OfColumns = new()
    {
        ["--target"] = null,
        ["--features"] = ',',
        ["--columns"] = ',',
        ["--weights"] = null,
        ["--frequency-weights"] = null,
        ["--cluster"] = null,
        ["--category"] = null,
        ["--polynomial"] = ':',
        ["--kind"] = '=',
        ["--baseline"] = '=',
    };

    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _hpclinreg() {
                local word
                COMPREPLY=()
                while IFS= read -r word; do
                    COMPREPLY+=("$(printf '%q' "$word")")
                done < <(hpclinreg complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            }
            complete -o default -F _hpclinreg hpclinreg
            """,
        ["zsh"] = """
            #compdef hpclinreg
            _hpclinreg() {
                local -a found
                found=("${(@f)$(hpclinreg complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
                if [[ -n "${found[1]}" ]]; then compadd -a found; else _files; fi
            }
            compdef _hpclinreg hpclinreg
            """,
        ["fish"] = """
            complete -c hpclinreg -a '(hpclinreg complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName hpclinreg -ScriptBlock {
                param($word, $ast, $cursor)
                $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
                if ($word -eq '') { $words += '' }
                hpclinreg complete -- @words 2>$null | ForEach-Object {
                    $text = if ($_ -match '\s') { "'$_'" } else { $_ }
                    [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    private static readonly Argument<string> Shell = new Argument<string>("SHELL") { Description = "The shell: bash, zsh, fish or pwsh." }.AcceptOnlyFromAmong([.. Scripts.Keys]);

    private static readonly Argument<string[]> Words = new("WORDS") { Arity = ArgumentArity.ZeroOrMore };

    internal static Command Create()
    {
        var command = new Command("completion", "Print a script by which a shell completes commands, options and names of columns.") { Shell };
        command.SetAction(parsed => Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(Shell)]));
        return command;
    }

    /// <summary>Returns the command that the scripts call.</summary>
    internal static Command CreateHidden(RootCommand root)
    {
        var command = new Command(Complete, "Print what can follow words.") { Words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (string word in Of(root, parsed.GetValue(Words) ?? []))
            {
                Console.Out.WriteLine(word);
            }
        });
        return command;
    }

    /// <summary>Returns what the last word can become, which may be empty.</summary>
    internal static IEnumerable<string> Of(RootCommand root, string[] words)
    {
        string last = words.Length > 0 ? words[^1] : "";
        Command command = root;
        foreach (string word in words.SkipLast(1))
        {
            command = command.Subcommands.FirstOrDefault(one => one.Name == word) ?? command;
        }

        if (words.Length > 1 && TakesValue(command, words[^2]))
        {
            Option option = Find(command, words[^2])!;
            return OfColumns.TryGetValue(option.Name, out char? end) ? Columns(command, words, last, end)
                : Starting(option.GetCompletions(CompletionContext.Empty).Select(item => item.Label), last);
        }

        return last.StartsWith('-') ? Starting(command.Options.Where(one => !one.Hidden).Select(one => one.Name), last)
            : Starting(command.Subcommands.Where(one => !one.Hidden).Select(one => one.Name)
                .Concat(command.Arguments.SelectMany(argument => argument.GetCompletions(CompletionContext.Empty))
                    .Select(item => item.Label)), last);
    }

    private static Option? Find(Command command, string word) =>
        command.Options.FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    private static bool TakesValue(Command command, string word) =>
        Find(command, word) is { Arity.MaximumNumberOfValues: > 0 } option && option.ValueType != typeof(bool);

    private static IEnumerable<string> Starting(IEnumerable<string> names, string start) =>
        names.Where(name => name.StartsWith(start, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Returns the columns of the first file among the words; of a list those that may follow its last comma.</summary>
    private static string[] Columns(Command command, string[] words, string last, char? end)
    {
        string? file = words.SkipLast(1)
            .Where((word, i) => File.Exists(word) && (i == 0 || !TakesValue(command, words[i - 1]))).LastOrDefault();
        if (file is null)
        {
            return [];
        }

        int comma = end == ',' ? last.LastIndexOf(',') + 1 : 0;
        string before = last[..comma], start = last[comma..].TrimStart();
        before += comma > 0 ? " " : "";
        try
        {
            // The options that say how the file is read are among the words, but for the one that is being written.
            ParseResult parsed = command.Parse([.. words.Skip(command is RootCommand ? 0 : 1).SkipLast(2)]);
            using var source = DataSource.OpenFile(file, ReadingOptions.Of(parsed));
            return [.. source.Columns.Select(column => column.Name)
                .Where(name => name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                .Select(name => $"{before}{name}{(end is ':' or '=' ? end : null)}")];
        }
        catch (Exception exception) when (exception is DataException or UsageException or InvalidOperationException)
        {
            // What cannot be read has no columns to name.
            return [];
        }
    }
}
