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
    private readonly bool _isBounded;

    private LossLine(ProgressTask? task, bool isBounded) => (_task, _isBounded) = (task, isBounded);

    /// <summary>Runs work beside the line.</summary>
    /// <param name="isBounded">
    /// Whether the user has set the number of steps, which the bar then counts. Otherwise a descent nearly always converges long before its
    /// limit, and the bar counts their logarithm, so that it is seen to move from the first steps on.
    /// </param>
    /// <param name="work">The work.</param>
    internal static T Run<T>(bool isBounded, Func<LossLine, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new LossLine(null, isBounded));
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new LossLine(context.AddTask("reading", maxValue: 1), isBounded)));
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
            task.Value = Share(value);
            task.Description = string.Create(CultureInfo.InvariantCulture, $"step {value.Step:N0}, loss {value.Loss:G6}");
        }
    }

    private double Share(DescentProgress progress) => progress.Steps == 0 ? 0
        : _isBounded ? (double)progress.Step / progress.Steps
        : Math.Log(1 + progress.Step) / Math.Log(1 + progress.Steps);
}
