using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Writes answers and refusals.</summary>
internal static class Answers
{
    /// <summary>Exactly this: a client compares it as a whole, without a character set.</summary>
    internal const string Json = "application/json";

    /// <summary>
    /// What is written is well-formed by the order of the calls, which tests read back; it is sent as JSON, never as a part of a page, so
    /// quotes in a message stay readable.
    /// </summary>
    internal static readonly JsonWriterOptions Writing =
        new() { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Writes a number, or null for NaN and infinities, which JSON has not.</summary>
    internal static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    /// <summary>Sends what is written to JSON, with its length.</summary>
    internal static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write, int status = StatusCodes.Status200OK,
        string contentType = Json)
    {
        using PooledWriter writer = new();
        using (Utf8JsonWriter json = new(writer, Writing))
        {
            write(json);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = writer.Length;
        await context.Response.Body.WriteAsync(writer.Written, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>
    /// Sends a refusal: problem details, which a protocol's clients read by their member 'error' from plain application/json.
    /// </summary>
    internal static Task RefuseAsync(HttpContext context, RefusedException refusal, bool isProtocol) => SendAsync(
        context,
        json =>
        {
            json.WriteStartObject();
            if (isProtocol)
            {
                json.WriteString("error", refusal.Message);
            }

            json.WriteString("type", "about:blank");
            json.WriteString("title", refusal.Title);
            json.WriteNumber("status", refusal.Status);
            json.WriteString("detail", refusal.Message);
            json.WriteEndObject();
        },
        refusal.Status,
        isProtocol ? Json : "application/problem+json");
}
