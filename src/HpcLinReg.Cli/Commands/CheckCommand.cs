using System.CommandLine;
using System.Globalization;
using HpcLinReg.Cli.Output;
using HpcLinReg.Cli.Training;
using HpcLinReg.Data;
using Spectre.Console;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg check</c>.</summary>
internal static class CheckCommand
{
    /// <summary>The largest relative error that the chapter allows a gradient.</summary>
    private const double GradientBound = 1e-5;

    /// <summary>The distance at which a descent calls itself converged; its agreement with the closed form must be as close.</summary>
    private const double AgreementBound = 1e-8;

    /// <summary>A descent that has not converged says how far it is from the minimum; that must be right to this factor.</summary>
    private const double DistanceFactor = 10;

    internal static Command Create()
    {
        var command = new Command("check", "Check gradient and descent on your data: differences against the gradient, descent against the closed form.");
        SourceOptions.AddTo(command);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using DataSource source = SourceOptions.Open(parsed);
        OutputOption.RequireApart(parsed, source.Files);
        FitRequest request = SourceOptions.Request(parsed);
        IReadOnlyList<Outcome> outcomes = LossLine.Run(isBounded: false, line =>
        {
            var rows = TrainingRows.Read(DataRows.Of(source, request, line, Interruption.Token), stream: false);
            return Check(rows, request, line);
        });
        IAnsiConsole console = FitTable.Console();
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn("Check").AddColumn("Found").AddColumn("Asked");
        foreach (Outcome outcome in outcomes)
        {
            table.AddRow(new Text(outcome.Passed switch { true => "✓", false => "✗", null => "–" }), new Text(outcome.Name),
                new Text(outcome.Found), new Text(outcome.Asked));
        }

        console.Write(table);
        return outcomes.Any(outcome => outcome.Passed == false) ? Failure.DataCannotAnswer : Failure.Success;
    }

    private static List<Outcome> Check(TrainingRows rows, FitRequest request, LossLine line)
    {
        if (!rows.Training.IsHeld)
        {
            throw new DataException("The gradient is checked in memory, and there are more than a quarter of a gigabyte of rows; check a sample, such as --sql \"SELECT * FROM 'file' LIMIT 100000\".");
        }

        Fit closedForm = Interruptible.Run(() => DataFit.Run(rows.Source), Interruption.Token).Fit;
        var options = new GradientDescentOptions
        {
            Intercept = request.Intercept,
            Ridge = request.Ridge,
            Tolerance = AgreementBound,
            Progress = line
        };
        try
        {
            DescentResult conjugate = rows.Training.Descend(new DescentOptions
            {
                Intercept = request.Intercept,
                Ridge = request.Ridge,
                Tolerance = AgreementBound,
                Progress = line
            }, Interruption.Token);
            DescentResult plain = rows.Training.Descend(options, Interruption.Token);
            Interruption.Token.ThrowIfCancellationRequested();
            return
            [
                Gradient(rows),
                Compare("conjugate gradients against the closed form", conjugate, closedForm),
                Compare("gradient descent against the closed form", plain, closedForm),
                Falls(plain),
            ];
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new DataException(exception.Message, exception);
        }
    }

    private static Outcome Gradient(TrainingRows rows)
    {
        GradientCheckResult check =
            GradientCheck.Compare(rows.Training.X, rows.Training.Y, new double[rows.Source.Terms.Length], 0, Interruption.Token);
        string where = check.Parameter < rows.Source.Terms.Length ? rows.Source.Terms[check.Parameter].Name : "(Intercept)";
        string unresolved = check.Unresolved > 0 ? $"; {check.Unresolved} too small beside the loss to tell" : "";
        return new Outcome(
            "gradient against central differences", string.Create(CultureInfo.InvariantCulture, $"worst relative error {check.WorstRelativeError:G3}, at {where}{unresolved}"), $"below {GradientBound:G1}", check.WorstRelativeError < GradientBound);
    }

    private static Outcome Compare(string name, DescentResult result, Fit closedForm)
    {
        double difference = Agreement.Difference(closedForm, result.Model);
        string found = string.Create(CultureInfo.InvariantCulture, $"{result.Stop} after {Counted.Of(result.Steps, "step")}, largest difference {difference:G3}");
        if (double.IsNaN(difference))
        {
            return new Outcome(name, found, "no aliased terms", null);
        }

        // The closed form has its own error bound.
        double closedFormError = Math.Pow(10, -closedForm.Certificate.Digits);
        if (result.Stop == StopReason.Converged)
        {
            return new Outcome(name, found, $"below {AgreementBound:G1} when converged", difference <= AgreementBound + closedFormError);
        }

        // Not to converge is no pass, and no failure while the descent says how far it got. A closed form of few digits cannot tell.
        bool isKnown = double.IsFinite(result.Distance) && difference > DistanceFactor * closedFormError;
        bool isRight = difference <= DistanceFactor * result.Distance && result.Distance <= DistanceFactor * difference;
        bool failed = result.Stop == StopReason.Diverged || (isKnown && !isRight);
        return new Outcome(
            name, string.Create(CultureInfo.InvariantCulture, $"{found}, estimated as {result.Distance:G3}"), $"converged; else the estimate right within a factor of {DistanceFactor}", failed ? false : null);
    }

    private static Outcome Falls(DescentResult result)
    {
        LossPoint[] points = [.. result.History.Points];
        bool falls = points.Zip(points.Skip(1)).All(pair => pair.Second.Loss <= pair.First.Loss * (1 + 1e-12));
        return new Outcome("the loss never rises at the default rate", string.Create(CultureInfo.InvariantCulture, $"{points[0].Loss:G6} to {points[^1].Loss:G6}"), "falls", falls);
    }

    /// <summary>A check; whether it passed, or null when it does not apply.</summary>
    private sealed record Outcome(string Name, string Found, string Asked, bool? Passed);
}
