using System.CommandLine;
using System.Globalization;
using HpcLinReg.Cli.Chapter;
using HpcLinReg.Cli.Output;
using HpcLinReg.Cli.Plots;
using Spectre.Console;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg chapter</c>.</summary>
internal static class ChapterCommand
{
    private const int BarLength = 40;
    private static readonly long[] Shown = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

    private static readonly Option<int?> Seed = NumberOption.Whole("--seed", "S", "The seed of the data. Default: 42.", int.MinValue);

    private static readonly Option<string?> Plot = PlotOptions.File("--plot", "FILE", "Draw losses of four rates, and a way down on the contours.");

    internal static Command Create()
    {
        var command = new Command("chapter", "The chapter on linear regression as one run: shapes, gradient, descent, closed form, every number asserted.") { Seed, Plot };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        OutputOption.RequireApart(parsed, [], Plot);
        var run = new ChapterRun(parsed.GetValue(Seed) ?? 42);
        IAnsiConsole console = FitTable.Console();
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn("The chapter says").AddColumn("This run");
        Finding[] findings = [.. run.Findings()];
        foreach (Finding finding in findings)
        {
            table.AddRow(new Text(finding.Holds ? "✓" : "✗"), new Text(finding.Statement), new Text(finding.Found));
        }

        console.Write(table);
        console.WriteLine("The loss falls (bars on a logarithmic scale, above the least loss):");
        foreach (string line in Bars(run.Descent.History))
        {
            console.WriteLine(line);
        }

        if (parsed.GetValue(Plot) is { } path)
        {
            PictureFile.Write(ChapterPicture.Draw(run), path);
        }

        int wrong = findings.Count(finding => !finding.Holds);
        console.WriteLine(wrong == 0 ? $"All {findings.Length} statements hold." : $"{wrong} of {findings.Length} statements do not hold.");
        return wrong == 0 ? Failure.Success : Failure.DataCannotAnswer;
    }

    /// <summary>Close together where the loss falls fast.</summary>
    private static IEnumerable<string> Bars(LossHistory history)
    {
        double least = history.Best.Loss;
        LossPoint[] shown = [.. history.Points.Where(point => Shown.Contains(point.Step) && point.Loss > least)];
        double top = Math.Log10(shown[0].Loss - least);
        double bottom = Math.Log10(shown[^1].Loss - least);
        foreach (LossPoint point in shown)
        {
            double share = top > bottom ? (Math.Log10(point.Loss - least) - bottom) / (top - bottom) : 1;
            yield return string.Create(CultureInfo.InvariantCulture, $"step {point.Step,3}  {point.Loss,12:F8}  {new string('█', 1 + (int)(share * BarLength))}");
        }
    }
}
