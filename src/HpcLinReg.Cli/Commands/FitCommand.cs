using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using HpcLinReg.Cli.BuiltIn;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg fit</c>.</summary>
internal static class FitCommand
{
    private const string Drop = "drop";
    private const string Error = "error";

    /// <summary>Aliased terms that are warned of one by one.</summary>
    private const int WarnedTerms = 10;

    private static readonly Argument<string?> File = new("FILE")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "A CSV, TSV, Parquet or JSON file, or a glob of them. Without it: the built-in Longley data.",
    };

    private static readonly Option<string?> Target = new("--target")
    {
        HelpName = "NAME",
        Description = "The column to explain.",
    };

    private static readonly Option<string?> Features = new("--features")
    {
        HelpName = "LIST",
        Description = "Columns and SQL expressions, separated by commas: \"a, b, a*b AS ab\". Default: every other numeric column.",
    };

    private static readonly Option<string?> Sql = new("--sql")
    {
        HelpName = "SELECT",
        Description = "A query in place of FILE.",
    };

    private static readonly Option<bool> NoIntercept = new("--no-intercept") { Description = "Fit through the origin." };

    private static readonly Option<double> Ridge = new("--ridge")
    {
        HelpName = "L",
        Description = "Penalty L ≥ 0: minimize ‖y − Xw − b‖² + L‖w‖².",
        CustomParser = ParseRidge,
    };

    private static readonly Option<string> Missing = new Option<string>("--missing")
    {
        Description = "What to do with rows in which a value is missing.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error);

    private static readonly Option<string> RankDeficient = new Option<string>("--rank-deficient")
    {
        Description = "What to do with a term that the terms before it determine.",
        DefaultValueFactory = _ => Drop,
    }.AcceptOnlyFromAmong(Drop, Error);

    private static readonly Option<string?> Out = new("--out")
    {
        HelpName = "MODEL",
        Description = "Write the model to this file, for predict.",
    };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    internal static Command Create()
    {
        var command = new Command("fit", "Fit a linear regression.")
        {
            File, Target, Features, Sql, NoIntercept, Ridge, Missing, RankDeficient, Out, Json,
        };
        command.Validators.Add(result =>
        {
            if (Failure.RefuseOptions(result, File))
            {
                return;
            }

            bool hasFile = result.GetValue(File) is not null;
            bool hasSql = result.GetValue(Sql) is not null;
            if (string.IsNullOrWhiteSpace(result.GetValue(File) ?? "-") || string.IsNullOrWhiteSpace(result.GetValue(Sql) ?? "-"))
            {
                result.AddError("FILE and --sql may not be empty.");
            }
            else if (hasFile && hasSql)
            {
                result.AddError("Give either FILE or --sql, not both.");
            }
            else if ((hasFile || hasSql) && string.IsNullOrWhiteSpace(result.GetValue(Target)))
            {
                result.AddError("Option '--target' is required: name the column to explain.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static double ParseRidge(ArgumentResult argument)
    {
        string text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double ridge) || !double.IsFinite(ridge) || ridge < 0)
        {
            argument.AddError($"Option '--ridge' needs a finite number of at least 0, not '{text}'.");
        }

        return ridge;
    }

    private static int Run(ParseResult parsed)
    {
        string? file = parsed.GetValue(File);
        string? sql = parsed.GetValue(Sql);
        var request = new FitRequest
        {
            Target = parsed.GetValue(Target) ?? Longley.Target,
            Features = parsed.GetValue(Features),
            Intercept = !parsed.GetValue(NoIntercept),
            Ridge = parsed.GetValue(Ridge),
            Missing = parsed.GetValue(Missing) == Error ? MissingValues.Error : MissingValues.Drop,
        };
        DataFitResult result;
        using (Longley? builtIn = file is null && sql is null ? Longley.Unpack() : null)
        using (DataSource source = sql is not null ? DataSource.OpenSql(sql) : DataSource.OpenFile(file ?? builtIn!.Path))
        using (var progress = new RowProgress())
        {
            result = DataFit.Run(source, request, progress, Interruption.Token);
        }

        string description = sql is not null ? "the query" : file ?? "the built-in Longley data";
        IReadOnlyList<AliasedTerm> aliased = AliasedTerm.Of(result);
        if (aliased.Count > 0 && parsed.GetValue(RankDeficient) == Error)
        {
            throw new DataException($"The design is rank deficient: {string.Join("; ", aliased.Take(WarnedTerms))}{(aliased.Count > WarnedTerms ? $"; and {aliased.Count - WarnedTerms} more" : "")}. Leave these terms out, or use --rank-deficient drop.");
        }

        Warn(result, aliased);
        if (parsed.GetValue(Out) is { } path)
        {
            result.ToModelFile().Save(path);
        }

        if (parsed.GetValue(Json))
        {
            FitJson.Write(result, aliased, Console.OpenStandardOutput());
        }
        else
        {
            FitTable.Write(result, aliased, description);
        }

        return Failure.Success;
    }

    private static void Warn(DataFitResult result, IReadOnlyList<AliasedTerm> aliased)
    {
        if (result.RowsDropped > 0)
        {
            string columns = string.Join(", ", result.MissingByColumn.Where(count => count.Rows > 0).Select(count => $"'{count.Column}' in {count.Rows}"));
            Failure.Warn($"{result.RowsDropped} rows with missing values were dropped: {columns}.");
        }

        if (result.Fit.ResidualDegreesOfFreedom == 0 && aliased.Count > 0)
        {
            Failure.Warn($"{result.Fit.RowCount} rows cannot determine {result.Fit.Rank + aliased.Count} coefficients; use more rows or fewer features.");
        }

        foreach (AliasedTerm term in aliased.Take(WarnedTerms))
        {
            Failure.Warn($"{term}; it is dropped.");
        }

        if (aliased.Count > WarnedTerms)
        {
            Failure.Warn($"{aliased.Count - WarnedTerms} more terms are determined by those before them and dropped.");
        }

        foreach (string warning in result.Warnings)
        {
            Failure.Warn(warning);
        }
    }
}
