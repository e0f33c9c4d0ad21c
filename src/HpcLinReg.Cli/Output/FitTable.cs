using System.Globalization;
using HpcLinReg.Statistics;
using Spectre.Console;

namespace HpcLinReg.Cli.Output;

/// <summary>The summary of a model for a person to read.</summary>
internal static class FitTable
{
    /// <summary>Columns assumed when output is not a terminal, so that no line is broken.</summary>
    private const int RedirectedWidth = 100_000;

    private static readonly Dictionary<LineStyle, Style> Styles = new()
    {
        [LineStyle.Plain] = Style.Plain,
        [LineStyle.Title] = new Style(decoration: Decoration.Bold),
        [LineStyle.Header] = new Style(Color.Grey),
        [LineStyle.Strong] = new Style(Color.Green),
        [LineStyle.Note] = new Style(decoration: Decoration.Italic),
    };

    /// <summary>Writes the table; colours where the output is a terminal that has them.</summary>
    internal static void Write(IEnumerable<SummaryLine> lines)
    {
        IAnsiConsole console = Console();
        foreach (SummaryLine line in lines)
        {
            console.Write(line.Text, Styles[line.Style]);
            console.WriteLine();
        }
    }

    /// <summary>Standard output; where it is no terminal, lines are neither broken nor padded.</summary>
    internal static IAnsiConsole Console()
    {
        if (!System.Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            Out = new AnsiConsoleOutput(new UnpaddedWriter(System.Console.Out))
        });
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    /// <summary>Ten digits: about what a fit of moderate condition has.</summary>
    internal static string Number(double value) => double.IsFinite(value) ? value.ToString("G10", CultureInfo.InvariantCulture) : "not defined";
}
