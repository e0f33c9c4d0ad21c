using System.Runtime.InteropServices;
using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;
using Microsoft.AspNetCore.Http;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Writes answers of the Open Inference Protocol.</summary>
internal static class InferWriter
{
    private static readonly (string, bool?)[] PredictionOnly = [(Inference.Prediction, null)];

    /// <summary>Answers a request, in JSON and, for the outputs that are asked for so, in bytes behind it.</summary>
    internal static async Task WriteAsync(HttpContext context, InferRequest request, InferenceResult result)
    {
        using PooledWriter writer = new();
        int json = Write(writer, request, result);
        HttpResponse response = context.Response;
        bool isBinary = writer.Length > json;
        response.ContentType = isBinary ? "application/octet-stream" : Answers.Json;
        response.ContentLength = writer.Length;
        if (isBinary)
        {
            response.Headers["Inference-Header-Content-Length"] = json.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(writer.Written, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Writes JSON and bytes. Returns the length of the JSON.</summary>
    private static int Write(PooledWriter writer, InferRequest request, InferenceResult result)
    {
        IReadOnlyList<(string Name, bool? IsBinary)> outputs = request.Outputs.Count == 0 ? PredictionOnly : request.Outputs;
        using (Utf8JsonWriter json = new(writer, Answers.Writing))
        {
            json.WriteStartObject();
            json.WriteString("model_name", result.Snapshot.Name);
            json.WriteString("model_version", Answers.Text(result.Snapshot.Version));
            if (request.Id is { } id)
            {
                json.WriteString("id", id);
            }

            json.WriteStartObject("parameters");
            json.WriteString("hpclinreg_fingerprint", result.Snapshot.Fingerprint);
            if (result.Missing > 0)
            {
                json.WriteNumber("hpclinreg_rows_without_prediction", result.Missing);
            }

            json.WriteEndObject();
            json.WriteStartArray("outputs");
            foreach ((string name, bool? isBinary) in outputs)
            {
                WriteOutput(json, name, isBinary ?? request.IsBinaryOutput, result);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        int length = writer.Length;
        foreach ((string name, bool? isBinary) in outputs)
        {
            if (isBinary ?? request.IsBinaryOutput)
            {
                ReadOnlySpan<byte> bytes = BytesOf(name, result);
                bytes.CopyTo(writer.GetSpan(bytes.Length));
                writer.Advance(bytes.Length);
            }
        }

        return length;
    }

    /// <summary>Returns an output's elements in bytes.</summary>
    internal static ReadOnlySpan<byte> BytesOf(string output, InferenceResult result) => output == Inference.Extrapolated
        ? MemoryMarshal.AsBytes(result.Extrapolated.AsSpan(0, result.Rows)) : MemoryMarshal.AsBytes(NumbersOf(output, result));

    /// <summary>Returns an output's numbers.</summary>
    internal static ReadOnlySpan<double> NumbersOf(string output, InferenceResult result) => (output switch
    {
        Inference.StandardError => result.StandardErrors!,
        Inference.Leverage => result.Leverages!,
        _ => result.Predictions,
    }).AsSpan(0, result.Rows);

    private static void WriteOutput(Utf8JsonWriter json, string name, bool isBinary, InferenceResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", name == Inference.Extrapolated ? "BOOL" : "FP64");
        json.WriteStartArray("shape");
        json.WriteNumberValue(result.Rows);
        json.WriteEndArray();
        if (isBinary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", (long)result.Rows * (name == Inference.Extrapolated ? 1 : sizeof(double)));
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            if (name == Inference.Extrapolated)
            {
                foreach (bool value in result.Extrapolated.AsSpan(0, result.Rows))
                {
                    json.WriteBooleanValue(value);
                }
            }
            else
            {
                foreach (double value in NumbersOf(name, result))
                {
                    Answers.WriteNumber(json, value);
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
