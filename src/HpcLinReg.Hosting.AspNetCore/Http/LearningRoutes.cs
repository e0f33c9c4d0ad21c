using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>The routes of models that learn: rows by name under a key, forgetting a batch, and how learning stands.</summary>
internal sealed class LearningRoutes
{
    private const string KeyHeader = "Idempotency-Key";

    private readonly Routes _routes;
    private readonly IServiceProvider _services;

    internal LearningRoutes(IEndpointRouteBuilder endpoints, Routes routes)
    {
        (_routes, _services) = (routes, endpoints.ServiceProvider);
        routes.Post("/models/{name}/rows", ApiScope.Change, "Learns rows by name, each with the target. Sent again with the same Idempotency-Key, they count once.", Learn);
        routes.Post("/models/{name}/forget", ApiScope.Change, "Removes the rows of the batch that the body names by its key.", Forget);
        routes.Get("/models/{name}/learning", ApiScope.Predict, "How learning stands.", Describe);
    }

    [DocumentedAs(nameof(Documented.Learn))]
    private async Task Learn(HttpContext context)
    {
        OnlineModel online = Find(context);
        string key = KeyOf(context);
        using RequestBody body = await RequestBody.ReadAsync(context, _routes.Guard.Options.MaxBodyBytes).ConfigureAwait(false);
        using NamedRows rows = Read(body.Bytes.Span, online.Input);
        await AnswerAsync(context, online, online.AddAsync(key, rows.Values, context.RequestAborted)).ConfigureAwait(false);
    }

    [DocumentedAs(nameof(Documented.Forget))]
    private async Task Forget(HttpContext context)
    {
        OnlineModel online = Find(context);
        string key = KeyOf(context);
        using RequestBody body = await RequestBody.ReadAsync(context, _routes.Guard.Options.MaxBodyBytes).ConfigureAwait(false);
        await AnswerAsync(context, online, online.ForgetAsync(key, ReadKey(body.Bytes.Span), context.RequestAborted)).ConfigureAwait(false);
    }

    private Task Describe(HttpContext context)
    {
        OnlineModel online = Find(context);
        LearningStatus status = online.Status;
        return Answers.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", online.Served.Name);
            json.WriteNumber("sequence", status.Sequence);
            json.WriteNumber("version", online.Served.CurrentOrNull?.Version ?? 0);
            json.WriteNumber("rows", status.Rows);
            json.WritePropertyName("effectiveRows");
            Answers.WriteNumber(json, status.EffectiveRows);
            json.WritePropertyName("digits");
            Answers.WriteNumber(json, status.Digits);
            json.WriteString("withheld", status.Withheld);
            json.WriteString("closed", status.Closed);
            json.WriteEndObject();
        });
    }

    /// <summary>The answer's facts are those of the first request with the key; 'current' and 'withheld' are of now.</summary>
    private static async Task AnswerAsync(HttpContext context, OnlineModel online, Task<LearnedBatch> learning)
    {
        LearnedBatch learned;
        try
        {
            learned = await learning.ConfigureAwait(false);
        }
        catch (RowsRefusedException refused)
        {
            throw new RefusedException(refused.IsKeyTaken ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status400BadRequest,
                refused.Message);
        }
        catch (LearningStoreException closed)
        {
            throw new RefusedException(StatusCodes.Status503ServiceUnavailable, closed.Message);
        }

        await Answers.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model", online.Served.Name);
            json.WriteNumber("sequence", learned.Sequence);
            json.WriteNumber("version", learned.Version);
            json.WriteNumber("rows", learned.Rows);
            json.WriteNumber("skipped", learned.Skipped);
            json.WriteNumber("current", online.Served.CurrentOrNull?.Version ?? 0);
            if (online.Status.Withheld is { } withheld)
            {
                json.WriteString("withheld", withheld);
            }

            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private OnlineModel Find(HttpContext context)
    {
        ServedModel served = ModelRoutes.Find(_routes, context);
        return _services.GetKeyedService<OnlineModel>(served.Name) ?? throw RefusedException.NotFound($"The model '{served.Name}' does not learn; it was added without a learner.");
    }

    private static string KeyOf(HttpContext context) => context.Request.Headers[KeyHeader] is [{ Length: > 0 } key] ? key
        : throw RefusedException.Bad($"Name the batch by the header {KeyHeader}, a text of your own that no other batch has: then it is counted once, however often it is sent.");

    private NamedRows Read(ReadOnlySpan<byte> body, ModelInput input)
    {
        NamedRows? rows = null;
        try
        {
            Utf8JsonReader reader = new(body);
            if (body.IsEmpty || !reader.Read())
            {
                throw RefusedException.Bad("The body is empty; it is {\"rows\": [{…}]} with the target and a member for every column in a row.");
            }

            if (reader.TokenType == JsonTokenType.StartObject)
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("rows"))
                {
                    throw RefusedException.Bad("The body is {\"rows\": [{…}]}, or the list of rows alone.");
                }

                reader.Read();
                rows = NamedRows.Read(ref reader, input, _routes.Guard.Options.MaxRows, hasTarget: true);
                reader.Read();
                if (reader.TokenType != JsonTokenType.EndObject)
                {
                    throw RefusedException.Bad("The body has another member than 'rows'.");
                }
            }
            else
            {
                rows = NamedRows.Read(ref reader, input, _routes.Guard.Options.MaxRows, hasTarget: true);
            }

            return reader.Read() ? throw RefusedException.Bad("There is more behind the JSON.") : rows;
        }
        catch (Exception exception)
        {
            rows?.Dispose();
            throw exception is JsonException or InvalidOperationException or FormatException ? RefusedException.Bad($"The JSON cannot be read: {exception.Message}") : exception;
        }
    }

    private static string ReadKey(ReadOnlySpan<byte> body)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("key"))
                {
                    reader.Read();
                    return reader.GetString() is { Length: > 0 } key ? key : throw RefusedException.Bad("'key' is empty.");
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw RefusedException.Bad($"The JSON cannot be read: {exception.Message}");
        }

        throw RefusedException.Bad("The body has no 'key'; it is {\"key\": \"the batch's Idempotency-Key\"}.");
    }
}
