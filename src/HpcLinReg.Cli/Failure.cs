using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli;

/// <summary>Turns exceptions and wrong usage into a message on standard error and an exit code.</summary>
internal static class Failure
{
    internal const int Success = 0;
    internal const int DataCannotAnswer = 1;
    internal const int WrongUsage = 2;
    internal const int Interrupted = 130;

    /// <summary>Runs a command and translates its exceptions.</summary>
    internal static int Guard(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (UsageException exception)
        {
            return Report(exception.Message, WrongUsage);
        }
        catch (DataException exception)
        {
            return Report(exception.Message, DataCannotAnswer);
        }
        catch (OverflowException exception)
        {
            return Report(exception.Message, DataCannotAnswer);
        }
        catch (OperationCanceledException)
        {
            return Report(Stopped(), Interrupted);
        }
        catch (IOException) when (Interruption.Token.IsCancellationRequested)
        {
            return Report(Stopped(), Interrupted);
        }
        catch (IOException exception) when (IsClosedPipe(exception))
        {
            // The reader of the output has closed it, as in `hpclinreg predict … | head`; that is no error.
            return Success;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Report(exception.Message, DataCannotAnswer);
        }
        catch (OutOfMemoryException)
        {
            return Report("there is not enough memory for so many terms; name fewer with --features.", DataCannotAnswer);
        }
#pragma warning disable CA1031 // A person at a command line is not shown a stack trace, whatever went wrong.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Report($"unexpected {exception.GetType().Name}: {exception.Message} This is a defect; please report it with the command.", DataCannotAnswer);
        }
    }

    /// <summary>Reports what is wrong with the command line itself.</summary>
    internal static int Usage(ParseResult parsed)
    {
        CommandResult command = parsed.CommandResult;
        string[] names =
            [.. command.Command.Options.Select(option => option.Name), .. command.Command.Subcommands.Select(other => other.Name)];
        // Of a misspelt command, all that follows is unrecognized too.
        bool isCommand = command.Command is RootCommand && parsed.UnmatchedTokens.Count > 0;
        foreach (ParseError error in isCommand ? parsed.Errors.Where(error => error.Message.Contains($"'{parsed.UnmatchedTokens[0]}'", StringComparison.Ordinal)).Take(1)
            : parsed.Errors)
        {
            string? unknown = parsed.UnmatchedTokens.FirstOrDefault(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));
            Warn($"{error.Message}{(unknown is null ? "" : Suggestion.Question(unknown, names))}");
        }

        List<string> path = [];
        for (SymbolResult? at = command; at is CommandResult { Command: not RootCommand } one; at = at.Parent)
        {
            path.Insert(0, one.Command.Name + " ");
        }

        Console.Error.WriteLine($"See 'hpclinreg {string.Concat(path)}--help'.");
        return WrongUsage;
    }

    /// <summary>Refuses an unknown option, which the parser would otherwise take for the value of an argument.</summary>
    internal static bool RefuseOptions(CommandResult result, params Argument<string?>[] arguments)
    {
        foreach (Argument<string?> argument in arguments)
        {
            if (result.GetResult(argument) is { Tokens: [{ Value: ['-', _, ..] option }, ..] })
            {
                result.AddError($"Unknown option '{option}'; a file of that name is written './{option}'.{Suggestion.Question(option, result.Command.Options.Select(known => known.Name))}");
                return true;
            }
        }

        return false;
    }

    /// <summary>Prints one message to standard error.</summary>
    internal static void Warn(string message) => Console.Error.WriteLine($"hpclinreg: {string.Join('\n', message.Split('\n').Select(Shorten))}");

    /// <summary>A message may quote a name, an expression or a cell of any length.</summary>
    private static string Shorten(string line)
    {
        const int Longest = 2000, Kept = 800;
        return line.Length <= Longest ? line : $"{line[..Kept]} … {line[^Kept..]}";
    }

    /// <summary>Says how far an interrupted reading came.</summary>
    private static string Stopped() => RowProgress.LastRows is > 0 and var rows ? $"stopped after {Counted.Of(rows, "row")}." : "stopped.";

    private static int Report(string message, int exitCode)
    {
        Warn(message);
        return exitCode;
    }

    private static bool IsClosedPipe(IOException exception) =>
        exception.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);
}
