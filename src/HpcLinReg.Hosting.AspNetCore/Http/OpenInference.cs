using System.Text.Json;
using HpcLinReg.Hosting.AspNetCore.Tensors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>The routes of the Open Inference Protocol v2 over HTTP, as its clients use them.</summary>
internal sealed class OpenInference
{
    internal const string ServerName = "hpclinreg";
    internal const string Platform = "hpclinreg";

    private readonly Routes _routes;

    internal OpenInference(IEndpointRouteBuilder endpoints)
    {
        _routes = new Routes(endpoints, "Open Inference Protocol v2", isProtocol: true);
        _routes.Get("/v2", ApiScope.Predict, "Describes the server.", DescribeServer);
        _routes.Get("/v2/health/live", null, "Whether the process answers.", context => Health(context, "live"));
        _routes.Get("/v2/health/ready", null, "Whether every required model has a version.", context => Health(context, "ready"));
        foreach (string model in (string[])["/v2/models/{name}", "/v2/models/{name}/versions/{version}"])
        {
            bool hasVersion = model.EndsWith("{version}", StringComparison.Ordinal);
            _routes.Get(model, ApiScope.Predict, "Describes inputs, outputs and versions of a model.", DescribeModel);
            _routes.Get($"{model}/ready", ApiScope.Predict, "Whether a model, or a version of it, can be asked.", IsReady);
            _routes.Post($"{model}/infer", ApiScope.Predict, "Predicts the rows of tensors, in JSON or bytes.", hasVersion ? InferVersion : Infer);
        }

        _routes.Post("/v2/repository/index", ApiScope.Predict, "Lists the models and their versions.", Index);
        _routes.Post("/v2/repository/models/{name}/load", ApiScope.Change, "Reads a model's file now.", Load);
        _routes.Post("/v2/repository/models/{name}/unload", ApiScope.Change, "Not supported: models are added and removed by the configuration.", Unload);
    }

    internal RouteGroupBuilder Group => _routes.Group;

    /// <summary>Returns the version of this library, for servers' descriptions.</summary>
    internal static string Version => typeof(OpenInference).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>
    /// Returns the inputs of a model as the protocol describes them: one matrix where all columns are numbers, else one input for each
    /// column.
    /// </summary>
    internal static IEnumerable<(string Name, string Datatype, long[] Shape)> InputsOf(ModelInput input) => input.HasText
        ? input.Columns.Select(column => (column.Name, column.Kind == CellKind.Text ? Datatype.Bytes : "FP64", (long[])[-1]))
        : [(TensorRows.MatrixName, "FP64", [-1, input.Columns.Length])];

    private static Task DescribeServer(HttpContext context) => Answers.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", ServerName);
        json.WriteString("version", Version);
        json.WriteStartArray("extensions");
        foreach (string extension in Inference.Extensions)
        {
            json.WriteStringValue(extension);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>One client reads the status, another the member of the probe's name, a third 'live' of both.</summary>
    private static async Task Health(HttpContext context, string tag)
    {
        HealthReport report = await context.RequestServices.GetRequiredService<HealthCheckService>().CheckHealthAsync(check =>
            check.Tags.Contains(tag), context.RequestAborted).ConfigureAwait(false);
        bool isGood = report.Status != HealthStatus.Unhealthy;
        await Answers.SendAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("live", tag == "live" ? isGood : true);
                json.WriteBoolean("ready", isGood);
                json.WriteEndObject();
            },
            isGood ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable).ConfigureAwait(false);
    }

    private Task DescribeModel(HttpContext context)
    {
        ModelSnapshot snapshot = _routes.Find(context, Routes.Value(context, "version"), out ServedModel served);
        return Answers.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", served.Name);
            json.WriteStartArray("versions");
            foreach (ModelSnapshot version in served.Versions)
            {
                json.WriteStringValue(Answers.Text(version.Version));
            }

            json.WriteEndArray();
            json.WriteString("platform", Platform);
            json.WriteStartArray("inputs");
            foreach ((string name, string datatype, long[] shape) in InputsOf(snapshot.Input))
            {
                WriteTensor(json, name, datatype, shape);
            }

            json.WriteEndArray();
            json.WriteStartArray("outputs");
            foreach (string output in Inference.Outputs)
            {
                WriteTensor(json, output, output == Inference.Extrapolated ? "BOOL" : "FP64", [-1]);
            }

            json.WriteEndArray();
            json.WriteStartObject("parameters");
            json.WriteString("hpclinreg_version", Answers.Text(snapshot.Version));
            json.WriteString("hpclinreg_fingerprint", snapshot.Fingerprint);
            json.WriteString("hpclinreg_target", snapshot.Input.Target);
            json.WriteStartArray("hpclinreg_columns");
            foreach (ModelColumn column in snapshot.Input.Columns)
            {
                json.WriteStringValue(column.Name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string datatype, long[] shape)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", datatype);
        json.WriteStartArray("shape");
        foreach (long length in shape)
        {
            json.WriteNumberValue(length);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private Task IsReady(HttpContext context)
    {
        ModelSnapshot snapshot = _routes.Find(context, Routes.Value(context, "version"), out _);
        return Answers.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", snapshot.Name);
            json.WriteBoolean("ready", true);
            json.WriteEndObject();
        });
    }

    [DocumentedAs(nameof(Documented.InferVersion))]
    private Task InferVersion(HttpContext context) => Infer(context);

    [DocumentedAs(nameof(Documented.Infer))]
    private async Task Infer(HttpContext context)
    {
        ModelSnapshot snapshot = _routes.Find(context, Routes.Value(context, "version"), out ServedModel served);
        using RequestBody body = await RequestBody.ReadAsync(context, _routes.Guard.Options.MaxBodyBytes).ConfigureAwait(false);
        using InferRequest request = InferReader.Read(body);
        using InferenceResult result = Predict(served, snapshot, request);
        await InferWriter.WriteAsync(context, request, result).ConfigureAwait(false);
    }

    private InferenceResult Predict(ServedModel served, ModelSnapshot snapshot, InferRequest request)
    {
        bool isUncertain = false;
        foreach ((string name, _) in request.Outputs)
        {
            isUncertain |= Inference.IsUncertain(name);
        }

        var rows = TensorRows.Of(snapshot.Input, request.Inputs, _routes.Guard.Options.MaxRows);
        try
        {
            return Inference.Run(served, snapshot, rows.Matrix(snapshot.Input.Columns.Length), isUncertain,
                Inference.AllowsMissing(request.Missing));
        }
        finally
        {
            rows.Dispose();
        }
    }

    private Task Index(HttpContext context) => Answers.SendAsync(context, json =>
    {
        json.WriteStartArray();
        foreach (ServedModel served in _routes.Models)
        {
            if (served.CurrentOrNull is null)
            {
                WriteIndex(json, served.Name, "", "UNAVAILABLE", served.LoadError ?? "no version was published");
            }

            foreach (ModelSnapshot version in served.Versions)
            {
                WriteIndex(json, served.Name, Answers.Text(version.Version), "READY", served.LoadError ?? "");
            }
        }

        json.WriteEndArray();
    });

    private static void WriteIndex(Utf8JsonWriter json, string name, string version, string state, string reason)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("version", version);
        json.WriteString("state", state);
        json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private async Task Load(HttpContext context)
    {
        string name = Routes.Value(context, "name") ?? "";
        if (!_routes.Models.TryFind(name, out ServedModel? served))
        {
            throw RefusedException.NotFound($"There is no model '{name}'; {Inference.Known(_routes.Models)}.");
        }

        if (served.File is null)
        {
            throw RefusedException.Bad($"The model '{name}' has no file; it is published by the program.");
        }

        if (await served.ReloadAsync(context.RequestAborted).ConfigureAwait(false) is { } error)
        {
            throw RefusedException.Bad($"The model '{name}' was not loaded: {error}");
        }

        await Answers.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static Task Unload(HttpContext context) => throw new RefusedException(501, "Models are added and removed by the configuration, not by requests.");
}
