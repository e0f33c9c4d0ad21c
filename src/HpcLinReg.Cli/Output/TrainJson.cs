using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Cli.Training;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Output;

/// <summary>A descent as one JSON object for machines.</summary>
internal static class TrainJson
{
    internal static void Write(DescentResult result, DataRows rows, Fit? closedForm, bool intercept, string source, Stream output)
    {
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
            WritePoints(json, "loss", result, point => point.Loss);
            WritePoints(json, "lossSteps", result, point => point.Step);
            FitJson.WriteNumber(json, "closedFormDifference", closedForm is null ? double.NaN : Agreement.Difference(closedForm, result.Model));
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

    private static void WritePoints(Utf8JsonWriter json, string name, DescentResult result, Func<LossPoint, double> value)
    {
        json.WriteStartArray(name);
        foreach (LossPoint point in result.History.Points)
        {
            if (double.IsFinite(value(point)))
            {
                json.WriteNumberValue(value(point));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }
}
