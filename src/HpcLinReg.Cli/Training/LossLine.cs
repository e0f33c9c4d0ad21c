using System.Globalization;
using Spectre.Console;

namespace HpcLinReg.Cli.Training;

/// <summary>
/// A line on standard error that shows how far reading and descent have come: only at a terminal. Reports are cheap: the line is
/// drawn by a timer of its own.
/// </summary>
internal sealed class LossLine : IProgress<long>, IProgress<DescentProgress>
{
    private readonly ProgressTask? _task;

    private LossLine(ProgressTask? task) => _task = task;

    /// <summary>Runs work beside the line.</summary>
    internal static T Run<T>(Func<LossLine, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new LossLine(null));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new LossLine(context.AddTask("reading", maxValue: 1))));
    }

    public void Report(long value)
    {
        if (_task is { Value: 0 } task)
        {
            task.Description = string.Create(CultureInfo.InvariantCulture, $"reading: {value:N0} rows");
        }
    }

    public void Report(DescentProgress value)
    {
        if (_task is { } task)
        {
            task.Value = value.Steps > 0 ? (double)value.Step / value.Steps : 0;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"step {value.Step:N0}, loss {value.Loss:G6}");
        }
    }
}
