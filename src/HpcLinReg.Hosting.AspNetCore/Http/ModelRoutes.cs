using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>The routes for people: rows by name, what is served, and changing it.</summary>
internal sealed class ModelRoutes
{
    private readonly Routes _routes;
    private readonly ILogger _logger;

    internal ModelRoutes(IEndpointRouteBuilder endpoints)
    {
        _routes = new Routes(endpoints, "Models", isProtocol: false);
        _logger = endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("HpcLinReg.Hosting.AspNetCore");
        _routes.Get("/models", ApiScope.Predict, "Lists the models.", List);
        _routes.Get("/models/{name}", ApiScope.Predict, "Describes a model.", Describe);
        _routes.Get("/models/{name}/versions", ApiScope.Predict, "Lists the versions that are kept.", Versions);
        _routes.Post("/models/{name}/predict", ApiScope.Predict, "Predicts rows by name; with limits where an interval is asked for.", Predict);
        _routes.Post("/models/{name}/promote", ApiScope.Change, "Makes a kept version the current one.", Promote);
        _routes.Post("/models/{name}/rollback", ApiScope.Change, "Returns to the version that was current before.", Rollback);
        _ = new LearningRoutes(endpoints, _routes);
    }

    internal RouteGroupBuilder Group => _routes.Group;

    /// <summary>Finds the model that the route names.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    internal static ServedModel Find(Routes routes, HttpContext context)
    {
        string name = Routes.Value(context, "name") ?? "";
        return routes.Models.TryFind(name, out ServedModel? served) ? served : throw RefusedException.NotFound($"There is no model '{name}'; {Inference.Known(routes.Models)}.");
    }

    private Task List(HttpContext context) => Answers.SendAsync(context, json =>
    {
        json.WriteStartArray();
        foreach (ServedModel served in _routes.Models)
        {
            Write(json, served);
        }

        json.WriteEndArray();
    });

    private Task Describe(HttpContext context)
    {
        ServedModel served = Find(_routes, context);
        return Answers.SendAsync(context, json => Write(json, served));
    }

    private static void Write(Utf8JsonWriter json, ServedModel served)
    {
        ModelSnapshot? current = served.CurrentOrNull;
        json.WriteStartObject();
        json.WriteString("name", served.Name);
        json.WriteBoolean("ready", current is not null);
        if (served.LoadError is { } error)
        {
            json.WriteString("loadError", error);
        }

        if (current is not null)
        {
            json.WriteNumber("version", current.Version);
            json.WriteString("fingerprint", current.Fingerprint);
            json.WriteString("loadedAt", current.LoadedAt);
            json.WriteString("target", current.Input.Target);
            json.WriteNumber("rows", current.Model.RowCount);
            json.WriteStartArray("columns");
            foreach (ModelColumn column in current.Input.Columns)
            {
                Write(json, column);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ModelColumn column)
    {
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("kind", column.Kind switch
        {
            CellKind.Whole => "whole",
            CellKind.Flag => "flag",
            CellKind.Time => "time",
            CellKind.Text => "text",
            _ => "number",
        });
        if (column.Kind == CellKind.Text)
        {
            json.WriteStartArray("levels");
            foreach (string level in column.Levels)
            {
                json.WriteStringValue(level);
            }

            json.WriteEndArray();
        }
        else if (double.IsFinite(column.Mean))
        {
            json.WriteNumber("mean", column.Mean);
        }

        json.WriteEndObject();
    }

    private Task Versions(HttpContext context)
    {
        ServedModel served = Find(_routes, context);
        return Answers.SendAsync(context, json =>
        {
            long current = served.CurrentOrNull?.Version ?? 0;
            ModelSplit? split = served.Split;
            json.WriteStartArray();
            foreach (ModelSnapshot version in served.Versions)
            {
                json.WriteStartObject();
                json.WriteNumber("version", version.Version);
                json.WriteString("fingerprint", version.Fingerprint);
                json.WriteString("loadedAt", version.LoadedAt);
                json.WriteBoolean("current", version.Version == current);
                if (split?.Version == version.Version)
                {
                    json.WriteNumber("canaryShare", split.Share);
                }

                if (served.ShadowSummary is { } shadow && shadow.Version == version.Version)
                {
                    json.WriteStartObject("shadow");
                    json.WriteNumber("rows", shadow.Rows);
                    json.WriteNumber("dropped", shadow.Dropped);
                    json.WriteNumber("largestDifference", shadow.LargestDifference);
                    json.WriteNumber("disagreements", shadow.Disagreements);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    [DocumentedAs(nameof(Documented.Predict))]
    private async Task Predict(HttpContext context)
    {
        ModelSnapshot snapshot = _routes.Find(context, context.Request.Query["version"], out ServedModel served);
        using RequestBody body = await RequestBody.ReadAsync(context, _routes.Guard.Options.MaxBodyBytes).ConfigureAwait(false);
        using var request = PredictRequest.Read(body.Bytes.Span, snapshot.Input, _routes.Guard.Options.MaxRows);
        await Answers.SendAsync(context, json => request.Answer(json, served, snapshot)).ConfigureAwait(false);
    }

    [DocumentedAs(nameof(Documented.Promote))]
    private async Task Promote(HttpContext context)
    {
        ServedModel served = Find(_routes, context);
        using RequestBody body = await RequestBody.ReadAsync(context, _routes.Guard.Options.MaxBodyBytes).ConfigureAwait(false);
        (long version, long? expected) = ReadPromotion(body.Bytes.Span);
        if (!served.TryPromote(version, expected))
        {
            throw served.TryFind(version, out _)
                ? new RefusedException(409, $"Version {served.CurrentOrNull?.Version ?? 0} of '{served.Name}' is current, not {expected}; nothing was changed.")
                : RefusedException.NotFound($"The model '{served.Name}' does not keep a version {version}; it keeps {string.Join(", ", served.Versions.Select(kept => kept.Version))}.");
        }

        await Changed(context, served, "promoted").ConfigureAwait(false);
    }

    private static (long Version, long? Expected) ReadPromotion(ReadOnlySpan<byte> body)
    {
        long? version = null, expected = null;
        try
        {
            Utf8JsonReader reader = new(body);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    bool isVersion = reader.ValueTextEquals("version"), isExpected = reader.ValueTextEquals("expectedVersion");
                    reader.Read();
                    version = isVersion ? reader.GetInt64() : version;
                    expected = isExpected && reader.TokenType != JsonTokenType.Null ? reader.GetInt64() : expected;
                    reader.Skip();
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw RefusedException.Bad($"The JSON cannot be read: {exception.Message}");
        }

        return (version ?? throw RefusedException.Bad("The body has no 'version'; it is an object such as {\"version\": 3, \"expectedVersion\": 4}."), expected);
    }

    private async Task Rollback(HttpContext context)
    {
        ServedModel served = Find(_routes, context);
        if (!served.Rollback())
        {
            throw new RefusedException(409, $"The model '{served.Name}' keeps no version that was current before.");
        }

        await Changed(context, served, "rolled back").ConfigureAwait(false);
    }

    private Task Changed(HttpContext context, ServedModel served, string change)
    {
        ServingLog.Changed(_logger, served.Name, change, served.Current.Version);
        return Answers.SendAsync(context, json => Write(json, served));
    }
}
