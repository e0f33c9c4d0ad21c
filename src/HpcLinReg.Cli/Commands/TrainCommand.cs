using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.Output;
using HpcLinReg.Cli.Plots;
using HpcLinReg.Cli.Training;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg train</c>.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> Method = new Option<string>("--method")
    {
        Description = "Gradient descent, by mini-batches, or conjugate gradients.",
        DefaultValueFactory = _ => "gd",
    }.AcceptOnlyFromAmong("gd", "sgd", "cg");

    private static readonly Option<double?> Rate = NumberOption.Real("--rate", "R", "The learning rate, used as given. Default: from the data, half of the largest stable one.", "a positive number", rate => rate > 0);

    private static readonly Option<int?> Steps = NumberOption.Whole("--steps", "N", "Steps at most. Default: 40000 for gd, 10 for each coefficient for cg, all epochs for sgd.", 0);

    private static readonly Option<int?> Batch = NumberOption.Whole("--batch", "B", "sgd: rows of a mini-batch. Default: 32.", 1);

    private static readonly Option<int?> Epochs = NumberOption.Whole("--epochs", "E", "sgd: how often the rows are gone over at most. Default: as many as read a billion cells, from 20 to 40000.", 0);

    private static readonly Option<double?> Momentum = NumberOption.Real("--momentum", "M", "gd and sgd: momentum. Default: 0.", "a number from 0 to below 1", momentum => momentum is >= 0 and < 1);

    private static readonly Option<bool> Nesterov = new("--nesterov") { Description = "Nesterov's momentum instead of the heavy ball's." };

    private static readonly Option<string?> Schedule = new Option<string?>("--schedule")
    {
        Description = "How the rate falls with the steps t: rate/(1 + t/T) for inverse-time, with T from the data for sgd and 100 for gd. Default: constant for gd, inverse-time for sgd.",
    }.AcceptOnlyFromAmong("constant", "inverse-time", "cosine");

    private static readonly Option<int?> Seed = NumberOption.Whole("--seed", "S", "The seed of --holdout and of the shuffling of sgd. Default: 0.", int.MinValue);

    private static readonly Option<int?> Window = NumberOption.Whole("--window", "W", "sgd: rows are shuffled within each W. Default: as many as 8 MiB hold, 2048 to 65536.", 1);

    private static readonly Option<double?> Tolerance = NumberOption.Real("--tolerance", "T", "Converged when every coefficient is this near to the minimum's, as a share of it. Default: 1e-8; sgd: 1e-3.", "a number from 0 to below 1", tolerance => tolerance is >= 0 and < 1);

    private static readonly Option<bool> NoStandardize = new("--no-standardize") { Description = "Descend on the columns as they are." };

    private static readonly Option<double?> Share = NumberOption.Real("--holdout", "SHARE", "Hold out a share of the rows, chosen at random by --seed, and show their loss and R² too.", "a share above 0 and below 1", share => share is > 0 and < 1);

    private static readonly Option<string?> Out = OutputOption.Create("--out", "MODEL", "Write the model to this file, for predict; without what intervals need.");

    private static readonly Option<bool> Stream = new("--stream") { Description = "Read the rows again for every pass, even when they would fit in memory." };

    private static readonly Option<string?> Plot = PlotOptions.File("--plot", "FILE", "Draw the loss above the least one by step, as SVG or PNG by the file's ending.");

    private static readonly Option<string?> Compare = new("--compare") { HelpName = "R,R,…", Description = "Further rates to draw beside, for gd and sgd." };

    private static readonly Option<string?> Path = PlotOptions.File("--plot-path", "FILE", "Draw the way down on the loss's contours; for two coefficients.");

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    internal static Command Create()
    {
        var command = new Command("train", "Fit by descent: watch the loss fall.")
        {
            Method, Rate, Steps, Batch, Epochs, Momentum, Nesterov, Schedule, Seed, Window, Tolerance, NoStandardize, Share,
            WeightOptions.Weights, WeightOptions.FrequencyWeights, Stream, Plot, Compare, Path, Out, Json,
        };
        SourceOptions.AddTo(command);
        command.Validators.Add(Validate);
        command.Validators.Add(WeightOptions.Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        string method = result.GetValue(Method) ?? "gd";
        (Option Option, string[] Methods)[] limits =
        [
            (Rate, ["gd", "sgd"]), (Momentum, ["gd", "sgd"]), (Nesterov, ["gd", "sgd"]), (Schedule, ["gd", "sgd"]), (Compare, ["gd", "sgd"]),
            (Batch, ["sgd"]), (Epochs, ["sgd"]), (Window, ["sgd"]),
        ];
        foreach ((Option option, string[] methods) in limits)
        {
            if (result.GetResult(option) is { Implicit: false } && !methods.Contains(method))
            {
                result.AddError($"Option '{option.Name}' is for --method {string.Join(" and ", methods)}, not {method}.");
            }
        }

        if (result.GetResult(Seed) is { Implicit: false } && method != "sgd" && result.GetValue(Share) is null)
        {
            result.AddError($"Option '--seed' is for --method sgd and for --holdout, not {method} without it.");
        }

        if (result.GetValue(Compare) is { } compare && Rates(compare) is null)
        {
            result.AddError($"Option '--compare' needs positive numbers separated by commas, not '{compare}'.");
        }

        if (result.GetValue(Compare) is not null && result.GetValue(Plot) is null)
        {
            result.AddError("Option '--compare' draws further curves; give '--plot' too.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        using DataSource source = SourceOptions.Open(parsed);
        OutputOption.RequireApart(parsed, source.Files, Plot, Path, Out);
        List<(double Weight, double Other)> way = [];
        DescentOptions options = Options(parsed);
        List<LossCurve> compared = [];
        Holdout? holdout = parsed.GetValue(Share) is { } share ? new Holdout(share, parsed.GetValue(Seed) ?? 0) : null;
        bool isBounded = parsed.GetValue(Steps) is not null || parsed.GetValue(Epochs) is not null;
        TrainingResult training = LossLine.Run(isBounded, line =>
        {
            var read = TrainingRows.Read(DataRows.Of(source, WeightOptions.With(SourceOptions.Request(parsed), parsed), line,
                Interruption.Token), parsed.GetValue(Stream), holdout);
            RequirePath(parsed, read.Source, options);
            ValidationLoss? validation = read.HeldOut is { } part ? new ValidationLoss(part, Interruption.Token) : null;
            void Follow(in DescentStep step)
            {
                validation?.Follow(step);
                if (parsed.GetValue(Path) is not null)
                {
                    way.Add((step.Weights[0], options.Intercept ? step.Intercept : step.Weights[1]));
                }
            }

            bool isFollowed = validation is not null || parsed.GetValue(Path) is not null;
            DescentResult main = Descend(read, holdout, options with { Progress = line, OnStep = isFollowed ? Follow : null });
            foreach (double rate in parsed.GetValue(Compare) is { } compare ? Rates(compare)! : [])
            {
                compared.Add(LossCurve.Of(Descend(read, holdout, (GradientDescentOptions)options with { Rate = rate, Progress = line }),
                    rate));
            }

            return TrainingResult.Of(read, main, holdout, validation, options);
        });
        DescentResult result = training.Descent;
        bool cancelled = result.Stop == StopReason.Cancelled;
        string? tooDear = "it was cancelled";
        Fit? closedForm = cancelled ? null : training.Rows.ClosedForm(result.RowCount, out tooDear);
        Write(parsed, training, closedForm, compared, way);
        Warn(training.Rows.Source, result, parsed.GetValue(Out) is not null,
            parsed.GetValue(Plot) is not null || parsed.GetValue(Path) is not null);
        if (parsed.GetValue(Json))
        {
            TrainJson.Write(training, closedForm, SourceOptions.Describe(parsed), Console.OpenStandardOutput());
        }
        else
        {
            TrainTable.Write(training, closedForm, tooDear, SourceOptions.Describe(parsed));
        }

        return cancelled ? Failure.Interrupted : result.Stop == StopReason.Diverged ? Failure.DataCannotAnswer : Failure.Success;
    }

    /// <summary>Writes pictures and the model. A descent that was cancelled leaves no file, and one that diverged no model.</summary>
    private static void Write(ParseResult parsed, TrainingResult training, Fit? closedForm, List<LossCurve> compared,
        List<(double Weight, double Other)> way)
    {
        DescentResult result = training.Descent;
        if (result.Stop == StopReason.Cancelled)
        {
            return;
        }

        if (parsed.GetValue(Plot) is { } plot)
        {
            IEnumerable<LossCurve> validation = training.Validation is { } losses ? [LossCurve.Of(losses)] : [];
            PictureFile.Write(LossPlot.Draw([LossCurve.Of(result, result.Rate), .. validation, .. compared], Least(training, closedForm)),
                plot);
        }

        if (parsed.GetValue(Path) is { } path && closedForm is not null)
        {
            string[] names = [.. training.Rows.Source.Terms.Select(term => term.Name)];
            PictureFile.Write(PathPlot.Draw(closedForm, way, names), path);
        }

        if (parsed.GetValue(Out) is { } model && HasModel(result))
        {
            ModelFile.Save(training.ToModel(), model);
        }
    }

    private static bool HasModel(DescentResult result) => result.Stop is not (StopReason.Cancelled or StopReason.Diverged);

    /// <summary>Returns the least loss of all coefficients, the penalty included; NaN without a closed form.</summary>
    private static double Least(TrainingResult training, Fit? closedForm) => closedForm is null ? double.NaN
        : (closedForm.ResidualSumOfSquares + (training.Options.Ridge * closedForm.Model.Weights.ToArray().Sum(weight => weight * weight)))
            / training.OfTraining!.TotalWeight;

    /// <summary>The engine's refusals of data are the data's fault here: the options have been checked.</summary>
    private static DescentResult Descend(TrainingRows rows, Holdout? holdout, DescentOptions options)
    {
        try
        {
            return rows.Training.Descend(options, Interruption.Token);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException or InvalidOperationException)
        {
            DataException refusal = rows.Source.Refusal(exception, areRowsOfSource: false);
            throw holdout is null ? refusal : new DataException($"{refusal.Message} {holdout.Describe(rows.Source.RowCount)}", exception);
        }
    }

    private static DescentOptions Options(ParseResult parsed)
    {
        DescentOptions options = parsed.GetValue(Method) switch
        {
            "cg" => new DescentOptions(),
            "gd" => Falling(parsed, new GradientDescentOptions()),
            _ => Falling(parsed, new StochasticGradientDescentOptions
            {
                BatchSize = parsed.GetValue(Batch) ?? 32,
                Epochs = parsed.GetValue(Epochs),
                Seed = parsed.GetValue(Seed) ?? 0,
                ShuffleWindow = parsed.GetValue(Window),
            }),
        };
        return options with
        {
            Intercept = !parsed.GetValue(SourceOptions.NoIntercept),
            Ridge = parsed.GetValue(SourceOptions.Ridge),
            Standardize = !parsed.GetValue(NoStandardize),
            Steps = parsed.GetValue(Steps),
            Threads = Environment.ProcessorCount,
            Tolerance = parsed.GetValue(Tolerance) ?? options.Tolerance,
        };
    }

    private static GradientDescentOptions Falling(ParseResult parsed, GradientDescentOptions options) => options with
    {
        Rate = parsed.GetValue(Rate),
        Momentum = parsed.GetValue(Momentum) ?? 0,
        Nesterov = parsed.GetValue(Nesterov),
        Schedule = parsed.GetValue(Schedule) switch
        {
            "inverse-time" => RateSchedule.InverseTime,
            "cosine" => RateSchedule.Cosine,
            "constant" => RateSchedule.Constant,
            _ => options.Schedule,
        },
    };

    private static double[]? Rates(string list)
    {
        List<double> rates = [];
        foreach (string item in list.Split(','))
        {
            if (!double.TryParse(item, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) || !double.IsFinite(rate)
                || rate <= 0)
            {
                return null;
            }

            rates.Add(rate);
        }

        return [.. rates];
    }

    private static void RequirePath(ParseResult parsed, DataRows rows, DescentOptions options)
    {
        int coefficients = rows.Terms.Length + (options.Intercept ? 1 : 0);
        if (parsed.GetValue(Path) is not null && coefficients != 2)
        {
            throw new UsageException($"--plot-path draws two coefficients, and there are {coefficients}; use one feature with an intercept, or two with --no-intercept.");
        }
    }

    private static string HowFar(DescentResult result) => double.IsPositiveInfinity(result.Distance)
        ? "terms are collinear, or too nearly so for descent, and no coefficients are the best ones."
        : double.IsFinite(result.Distance)
            ? string.Create(CultureInfo.InvariantCulture, $"the coefficients are estimated to be {result.Distance:G3} of their size from the minimum.")
            : string.Create(CultureInfo.InvariantCulture, $"the gradient is {result.History.Last.GradientNorm / result.History.First.GradientNorm:G3} of its start.");

    private static void Warn(DataRows rows, DescentResult result, bool wantsModel, bool wantsPicture)
    {
        if (!rows.FilledByColumn.IsEmpty)
        {
            Failure.Warn($"Missing values count as the column's mean, of all rows: {Counted.Missing(rows.FilledByColumn)}.");
        }

        if (rows.RowsDropped > 0)
        {
            Failure.Warn($"{Counted.Of(rows.RowsDropped, "row")} dropped, because something is missing: {Counted.Missing(rows.MissingByColumn)}.");
        }

        foreach (string warning in rows.Warnings)
        {
            Failure.Warn(warning);
        }

        if (result.Stop == StopReason.Diverged)
        {
            Failure.Warn(string.Create(CultureInfo.InvariantCulture, $"it diverged after {Counted.Of(result.Steps, "step")} at rate {result.Rate:G6}; a rate below {result.LargestStableRate:G6} would be stable. The model is the best on the way."));
        }

        if (result.Stop is StopReason.StepLimit or StopReason.Stalled)
        {
            Failure.Warn(string.Create(CultureInfo.InvariantCulture, $"not converged after {Counted.Of(result.Steps, "step")}{(result.Stop == StopReason.Stalled ? ", and further steps change nothing" : "")}: {HowFar(result)} {(result.Stop == StopReason.StepLimit ? "More steps, --method cg or the closed form (fit) come nearer." : "")}").TrimEnd());
        }

        if (result.Stop == StopReason.Cancelled)
        {
            Failure.Warn(string.Create(CultureInfo.InvariantCulture, $"stopped after {Counted.Of(result.Steps, "step")}."));
        }

        if (wantsPicture && result.Stop == StopReason.Cancelled)
        {
            Failure.Warn("no picture is drawn.");
        }

        if (wantsModel && !HasModel(result))
        {
            Failure.Warn("no model is written.");
        }
    }
}
