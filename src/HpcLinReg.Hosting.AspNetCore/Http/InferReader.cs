using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>
/// Reads a request of the Open Inference Protocol: JSON, then the bytes of its binary inputs. Numbers go from the body to pooled doubles.
/// </summary>
internal static class InferReader
{
    /// <summary>Reads the whole request.</summary>
    /// <exception cref="RefusedException">It is not as it must be.</exception>
    internal static InferRequest Read(RequestBody body)
    {
        InferRequest request = new();
        try
        {
            ReadOnlySpan<byte> json = body.Bytes.Span[..body.JsonLength];
            if (json.IsEmpty)
            {
                throw RefusedException.Bad("The body is empty; it begins with a JSON object that has 'inputs'.");
            }

            Utf8JsonReader reader = new(json);
            reader.Read();
            ReadRequest(ref reader, json, request);
            if (reader.Read())
            {
                throw RefusedException.Bad("There is more behind the JSON object.");
            }

            TakeBinary(request, body.Bytes[body.JsonLength..]);
            return request;
        }
        catch (Exception exception)
        {
            request.Dispose();
            throw exception is JsonException or InvalidOperationException or FormatException ? RefusedException.Bad($"The JSON cannot be read: {exception.Message}") : exception;
        }
    }

    private static void ReadRequest(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, InferRequest request)
    {
        Require(reader, JsonTokenType.StartObject, "the request");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"))
            {
                reader.Read();
                request.Id = reader.TokenType == JsonTokenType.Null ? null : reader.GetString();
            }
            else if (reader.ValueTextEquals("inputs"))
            {
                reader.Read();
                ReadInputs(ref reader, json, request);
            }
            else if (reader.ValueTextEquals("outputs"))
            {
                reader.Read();
                ReadOutputs(ref reader, request);
            }
            else if (reader.ValueTextEquals("parameters"))
            {
                reader.Read();
                ReadParameters(ref reader, request);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadParameters(ref Utf8JsonReader reader, InferRequest request)
    {
        Require(reader, JsonTokenType.StartObject, "'parameters'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("binary_data_output"))
            {
                reader.Read();
                request.IsBinaryOutput = reader.GetBoolean();
            }
            else if (reader.ValueTextEquals(Inference.MissingParameter))
            {
                reader.Read();
                request.Missing = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void ReadOutputs(ref Utf8JsonReader reader, InferRequest request)
    {
        Require(reader, JsonTokenType.StartArray, "'outputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(reader, JsonTokenType.StartObject, "an output");
            string? name = null;
            bool? isBinary = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("name"))
                {
                    reader.Read();
                    name = reader.GetString();
                }
                else if (reader.ValueTextEquals("parameters"))
                {
                    reader.Read();
                    isBinary = ReadFlag(ref reader, "binary_data");
                }
                else
                {
                    reader.Skip();
                }
            }

            request.Outputs.Add((name ?? throw RefusedException.Bad("An output has no name."), isBinary));
        }
    }

    private static bool? ReadFlag(ref Utf8JsonReader reader, string name)
    {
        bool? flag = null;
        Require(reader, JsonTokenType.StartObject, "'parameters' of an output");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(name))
            {
                reader.Read();
                flag = reader.GetBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        return flag;
    }

    private static void ReadInputs(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, InferRequest request)
    {
        Require(reader, JsonTokenType.StartArray, "'inputs'");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(reader, JsonTokenType.StartObject, "an input");
            InputTensor tensor = new();
            request.Inputs.Add(tensor);
            ReadInput(ref reader, json, tensor);
        }
    }

    private static void ReadInput(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, InputTensor tensor)
    {
        Range? later = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"))
            {
                reader.Read();
                tensor.Name = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("datatype"))
            {
                reader.Read();
                tensor.Datatype = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("shape"))
            {
                reader.Read();
                tensor.Shape = ReadShape(ref reader, tensor);
            }
            else if (reader.ValueTextEquals("parameters"))
            {
                reader.Read();
                ReadBinarySize(ref reader, tensor);
            }
            else if (reader.ValueTextEquals("data"))
            {
                reader.Read();
                if (tensor.Datatype.Length > 0 && tensor.Shape.Length > 0)
                {
                    TensorData.Read(ref reader, tensor);
                }
                else
                {
                    // Its datatype or shape stand behind it.
                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    later = start..(int)reader.BytesConsumed;
                }
            }
            else
            {
                reader.Skip();
            }
        }

        if (later is { } range)
        {
            Utf8JsonReader data = new(json[range]);
            data.Read();
            TensorData.Read(ref data, tensor);
        }
    }

    private static long[] ReadShape(ref Utf8JsonReader reader, InputTensor tensor)
    {
        Require(reader, JsonTokenType.StartArray, $"'shape' of '{tensor.Name}'");
        List<long> shape = new(2);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (shape.Count == 8)
            {
                throw RefusedException.Bad($"The input '{tensor.Name}' has more than eight dimensions.");
            }

            shape.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long length) ? length
                : throw RefusedException.Bad($"The shape of '{tensor.Name}' has a length that is no whole number."));
        }

        return [.. shape];
    }

    private static void ReadBinarySize(ref Utf8JsonReader reader, InputTensor tensor)
    {
        Require(reader, JsonTokenType.StartObject, $"'parameters' of '{tensor.Name}'");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("binary_data_size"))
            {
                reader.Read();
                tensor.BinarySize = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long size) && size >= 0 ? size
                    : throw RefusedException.Bad($"binary_data_size of '{tensor.Name}' is no number of bytes.");
            }
            else
            {
                reader.Skip();
            }
        }
    }

    /// <summary>Gives each binary input its bytes, in the order of the inputs.</summary>
    private static void TakeBinary(InferRequest request, ReadOnlyMemory<byte> bytes)
    {
        int start = 0;
        foreach (InputTensor input in request.Inputs)
        {
            if (input.BinarySize is not { } size)
            {
                continue;
            }

            if (input.HasData)
            {
                throw RefusedException.Bad($"The input '{input.Name}' has both 'data' and binary_data_size.");
            }

            if (size > bytes.Length - start)
            {
                throw RefusedException.Bad($"The input '{input.Name}' has {size} bytes by its binary_data_size, but {bytes.Length - start} are left behind the JSON.");
            }

            (input.Binary, input.IsBinary) = (bytes.Slice(start, (int)size), true);
            start += (int)size;
        }

        if (start != bytes.Length)
        {
            throw RefusedException.Bad($"There are {bytes.Length - start} bytes behind the last binary input; Inference-Header-Content-Length and the binary_data_size of the inputs do not add up to the body.");
        }
    }

    private static void Require(in Utf8JsonReader reader, JsonTokenType type, string what)
    {
        if (reader.TokenType != type)
        {
            throw RefusedException.Bad($"The JSON of {what} is {(type == JsonTokenType.StartArray ? "no list" : "no object")}.");
        }
    }
}
