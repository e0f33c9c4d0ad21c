using System.CommandLine;
using System.CommandLine.Help;
using HpcLinReg.Cli.Commands;

namespace HpcLinReg.Cli;

/// <summary>The tool <c>hpclinreg</c>. Results go to standard output, everything else to standard error.</summary>
internal static class Program
{
    /// <summary>Returns all commands.</summary>
    internal static RootCommand CreateRoot()
    {
        var root = new RootCommand("Linear regression on CSV, Parquet, JSON and SQL. With no file, fit uses the built-in Longley data.")
        {
            FitCommand.Create(),
            SummaryCommand.Create(),
            PlotCommand.Create(),
            CompareCommand.Create(),
            PredictCommand.Create(),
            PlanCommand.Create(),
            ScanCommand.Create(),
            MomentsCommand.Create(),
            MergeCommand.Create(),
            TrainCommand.Create(),
            SchemaCommand.Create(),
            CheckCommand.Create(),
            ChapterCommand.Create(),
            InfoCommand.Create(),
            BenchCommand.Create(),
            SelfTestCommand.Create(),
            LabsCommand.Create(),
            ServeCommand.Create(),
            ClusterCommand.Create(),
            CompletionCommand.Create(),
        };

        foreach (Command command in root.Subcommands)
        {
            RepeatedOptions.Refuse(command);
        }

        root.Add(CompletionCommand.CreateHidden(root));
        return root;
    }

    internal static int Main(string[] arguments)
    {
        RootCommand root = CreateRoot();

        // A name may begin with @; the parser would read arguments from a file of that name.
        ParseResult parsed;
        try
        {
            parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        }
        catch (InvalidOperationException exception)
        {
            // A check of a command asks for the value of an option that has none, because its own check failed: the message is that one's.
            Failure.Warn(exception.Message);
            return Failure.WrongUsage;
        }

        if (parsed.Errors.Count > 0)
        {
            return Failure.Usage(parsed);
        }

        using var interruption = new Interruption();
        int code = Failure.Guard(() => parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        }));
        if (parsed.Action is HelpAction && Examples.Of(parsed.CommandResult.Command) is { } example)
        {
            Console.Out.WriteLine($"Example:\n  {example}\n");
        }

        return code;
    }
}
