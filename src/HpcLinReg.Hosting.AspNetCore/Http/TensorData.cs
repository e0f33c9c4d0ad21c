using System.Buffers;
using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Reads the data of an input from JSON, flat or nested.</summary>
internal static class TensorData
{
    /// <summary>
    /// Reads numbers, flags, nulls or texts into the tensor. Where lists are nested, their lengths must be those of the shape: flattened, a
    /// short row would shift all behind it.
    /// </summary>
    /// <exception cref="RefusedException">The data are not as datatype and shape say.</exception>
    internal static void Read(ref Utf8JsonReader reader, InputTensor tensor)
    {
        if (tensor.HasData)
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' has 'data' twice.");
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw RefusedException.Bad($"'data' of '{tensor.Name}' is no list.");
        }

        int elements = tensor.Elements;
        if (tensor.Datatype == Datatype.Bytes)
        {
            // A text takes at least three bytes of the body, so the shape alone reserves no more than a body may bring.
            tensor.Texts = new string?[Math.Min(elements, 1 << 16)];
        }
        else
        {
            tensor.Numbers = ArrayPool<double>.Shared.Rent(Math.Clamp(elements, 1, 1 << 16));
        }

        ReadList(ref reader, tensor, elements, 0);
    }

    private static void ReadList(ref Utf8JsonReader reader, InputTensor tensor, int elements, int depth)
    {
        int before = tensor.Count, lists = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                lists++;
                if (depth + 1 >= tensor.Shape.Length || tensor.Count > before && lists == 1)
                {
                    throw RefusedException.Bad($"'data' of '{tensor.Name}' is nested deeper than its shape [{string.Join(',', tensor.Shape)}], or mixes values and lists.");
                }

                ReadList(ref reader, tensor, elements, depth + 1);
                continue;
            }

            if (lists > 0)
            {
                throw RefusedException.Bad($"'data' of '{tensor.Name}' mixes values and lists.");
            }

            if (tensor.Count == elements)
            {
                throw RefusedException.Bad($"'data' of '{tensor.Name}' has more values than its shape [{string.Join(',', tensor.Shape)}].");
            }

            ReadValue(ref reader, tensor);
        }

        RequireLength(tensor, depth, lists, tensor.Count - before, elements);
    }

    private static void RequireLength(InputTensor tensor, int depth, int lists, int values, int elements)
    {
        long expected = tensor.Shape[depth];
        if (depth == 0 && lists == 0)
        {
            // Flat: the number of values is compared with the shape's later.
            return;
        }

        if ((lists > 0 ? lists : values) != expected || (lists == 0 && depth < tensor.Shape.Length - 1 && elements > 0))
        {
            throw RefusedException.Bad($"'data' of '{tensor.Name}' has a list of {(lists > 0 ? lists : values)} at depth {depth + 1}, but its shape is [{string.Join(',', tensor.Shape)}].");
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, InputTensor tensor)
    {
        if (tensor.Texts is { } texts)
        {
            if (tensor.Count == texts.Length)
            {
                Array.Resize(ref texts, 2 * texts.Length);
                tensor.Texts = texts;
            }

            texts[tensor.Count++] = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.Null => null,
                _ => throw RefusedException.Bad($"Value {tensor.Count} of '{tensor.Name}' is no text, but its datatype is BYTES."),
            };
            return;
        }

        double[] numbers = tensor.Numbers!;
        if (tensor.Count == numbers.Length)
        {
            double[] larger = ArrayPool<double>.Shared.Rent(2 * numbers.Length);
            numbers.CopyTo(larger, 0);
            tensor.Numbers = larger;
            ArrayPool<double>.Shared.Return(numbers);
            numbers = larger;
        }

        numbers[tensor.Count++] = reader.TokenType switch
        {
            // A tensor of floats has the same bits whether it comes as JSON or as bytes.
            JsonTokenType.Number => tensor.Datatype == "FP32" ? (float)JsonNumber.Read(ref reader) : JsonNumber.Read(ref reader),
            JsonTokenType.True => 1,
            JsonTokenType.False => 0,
            JsonTokenType.Null => double.NaN,
            _ => throw RefusedException.Bad($"Value {tensor.Count - 1} of '{tensor.Name}' is no number, but its datatype is {tensor.Datatype}."),
        };
    }
}
