using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg compare</c>.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string?> First = new("MODEL") { Arity = ArgumentArity.ExactlyOne, Description = "A model that fit wrote with --out." };

    private static readonly Argument<string?> Second = new("OTHER") { Arity = ArgumentArity.ExactlyOne, Description = "Another model of the same target and the same rows." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of a table." };

    internal static Command Create()
    {
        var command = new Command("compare", "Compare two models of the same rows: F test of nested models, AIC, BIC.") { First, Second, Json };
        command.Validators.Add(result => Failure.RefuseOptions(result, First, Second));
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string first = parsed.GetRequiredValue(First)!, second = parsed.GetRequiredValue(Second)!;
        RegressionModel one = PredictCommand.Load(first), other = PredictCommand.Load(second);
        Comparison comparison;
        try
        {
            comparison = Comparison.Of(one, other);
        }
        catch (ArgumentException exception)
        {
            throw new DataException(exception.Message, exception);
        }

        (string smaller, string larger) = ReferenceEquals(comparison.Smaller.Model, one) ? (first, second) : (second, first);
        if (parsed.GetValue(Json))
        {
            WriteJson(comparison, smaller, larger);
        }
        else
        {
            FitTable.Write(comparison.Lines(smaller, larger));
        }

        return Failure.Success;
    }

    private static void WriteJson(Comparison comparison, string smaller, string larger)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("target", comparison.Smaller.Model.Target);
            json.WriteNumber("rows", comparison.Smaller.Model.RowCount);
            json.WriteStartArray("models");
            foreach ((string name, Summary summary) in new[] { (smaller, comparison.Smaller), (larger, comparison.Larger) })
            {
                json.WriteStartObject();
                json.WriteString("model", name);
                json.WriteNumber("residualDegreesOfFreedom", summary.ResidualDegreesOfFreedom);
                FitJson.WriteNumber(json, "residualSumOfSquares", summary.Model.ResidualSumOfSquares);
                FitJson.WriteNumber(json, "rSquared", summary.RSquared);
                json.WriteBoolean("hasIntercept", summary.Model.HasIntercept);
                FitJson.WriteNumber(json, "logLikelihood", summary.LogLikelihood);
                FitJson.WriteNumber(json, "aic", summary.Aic);
                FitJson.WriteNumber(json, "bic", summary.Bic);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            FitJson.WriteNumber(json, "f", comparison.F);
            json.WriteNumber("fNumerator", comparison.FNumerator);
            FitJson.WriteNumber(json, "fDenominator", comparison.Larger.ResidualDegreesOfFreedom);
            FitJson.WriteP(json, "p", comparison.P, comparison.LogP);
            json.WriteString("whyNoF", comparison.WhyNoF);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }
}
