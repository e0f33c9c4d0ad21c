using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Data;

namespace HpcLinReg.Cli;

/// <summary>What ends a command early, as a message on standard error and an exit code.</summary>
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
            return Report("stopped.", Interrupted);
        }
        catch (IOException) when (Interruption.Token.IsCancellationRequested)
        {
            return Report("stopped.", Interrupted);
        }
        catch (IOException exception) when (IsClosedPipe(exception))
        {
            // The reader of our output has seen enough, as in `hpclinreg predict … | head`: nobody is left to tell.
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
        foreach (ParseError error in parsed.Errors)
        {
            Warn(error.Message);
        }

        CommandResult command = parsed.CommandResult;
        Console.Error.WriteLine($"See 'hpclinreg {(command.Command is RootCommand ? "" : command.Command.Name + " ")}--help'.");
        return WrongUsage;
    }

    /// <summary>Refuses an unknown option, which the parser would otherwise take for the value of an argument.</summary>
    internal static bool RefuseOptions(CommandResult result, params Argument<string?>[] arguments)
    {
        foreach (Argument<string?> argument in arguments)
        {
            if (result.GetResult(argument) is { Tokens: [{ Value: ['-', _, ..] option }, ..] })
            {
                result.AddError($"Unknown option '{option}'; a file of that name is written './{option}'.");
                return true;
            }
        }

        return false;
    }

    /// <summary>Prints one message to standard error.</summary>
    internal static void Warn(string message) => Console.Error.WriteLine($"hpclinreg: {message}");

    private static int Report(string message, int exitCode)
    {
        Warn(message);
        return exitCode;
    }

    private static bool IsClosedPipe(IOException exception) =>
        exception.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);
}
