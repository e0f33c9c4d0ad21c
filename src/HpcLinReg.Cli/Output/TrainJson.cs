using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Cli.Training;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>A descent as one JSON object for machines.</summary>
internal static class TrainJson
{
    internal static void Write(TrainingResult training, Fit? closedForm, string source, Stream output)
    {
        (DescentResult result, DataRows rows, bool intercept) = (training.Descent, training.Rows.Source, training.Options.Intercept);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("source", source);
            json.WriteString("stop", result.Stop.ToString());
            json.WriteNumber("steps", result.Steps);
            FitJson.WriteNumber(json, "rate", result.Rate);
            FitJson.WriteNumber(json, "largestStableRate", result.LargestStableRate);
            FitJson.WriteNumber(json, "distance", result.Distance);
            json.WriteNumber("rows", result.RowCount);
            json.WriteNumber("rowsDropped", rows.RowsDropped);
            json.WriteStartArray("coefficients");
            if (intercept)
            {
                WriteCoefficient(json, "(Intercept)", result.Model.Intercept);
            }

            for (int j = 0; j < rows.Terms.Length; j++)
            {
                WriteCoefficient(json, rows.Terms[j].Name, result.Model.Weights[j]);
            }

            json.WriteEndArray();
            WritePoints(json, [.. result.History.Points.Select(point => (point.Step, point.Loss))]);
            FitJson.WriteNumber(json, "closedFormDifference", closedForm is null ? double.NaN : Agreement.Difference(closedForm, result.Model));
            WriteMissing(json, rows.MissingByColumn);
            FitJson.WriteNumber(json, "rSquared", training.OfTraining?.RSquared(intercept) ?? double.NaN);
            WriteHoldout(json, training, intercept);
            WriteMiniBatches(json, result.History);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteCoefficient(Utf8JsonWriter json, string term, double estimate)
    {
        json.WriteStartObject();
        json.WriteString("term", term);
        FitJson.WriteNumber(json, "estimate", estimate);
        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, IEnumerable<MissingCount> counts)
    {
        json.WriteStartArray("missing");
        foreach (MissingCount count in counts.Where(count => count.Rows > 0))
        {
            json.WriteStartObject();
            json.WriteString("column", count.Column);
            json.WriteNumber("rows", count.Rows);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHoldout(Utf8JsonWriter json, TrainingResult training, bool intercept)
    {
        if (training is not { Holdout: { } holdout, Validation: { } validation })
        {
            json.WriteNull("holdout");
            return;
        }

        json.WriteStartObject("holdout");
        json.WriteNumber("share", holdout.Share);
        json.WriteNumber("seed", holdout.Seed);
        FitJson.WriteNumber(json, "rows", training.OfHeldOut?.Rows ?? double.NaN);
        FitJson.WriteNumber(json, "rSquared", training.OfHeldOut?.RSquared(intercept) ?? double.NaN);
        WritePoints(json, validation.Points);
        json.WriteEndObject();
    }

    private static void WriteMiniBatches(Utf8JsonWriter json, LossHistory history)
    {
        if (history.MiniBatches.IsEmpty)
        {
            json.WriteNull("miniBatches");
            return;
        }

        json.WriteStartObject("miniBatches");
        WritePoints(json, [.. history.MiniBatches.Select(point => (point.Step, point.Loss))]);
        json.WriteEndObject();
    }

    /// <summary>Writes losses and their steps as two arrays of one length.</summary>
    private static void WritePoints(Utf8JsonWriter json, IReadOnlyList<(long Step, double Loss)> points)
    {
        json.WriteStartArray("loss");
        foreach ((_, double loss) in points)
        {
            if (double.IsFinite(loss))
            {
                json.WriteNumberValue(loss);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("lossSteps");
        foreach ((long step, _) in points)
        {
            json.WriteNumberValue(step);
        }

        json.WriteEndArray();
    }
}
