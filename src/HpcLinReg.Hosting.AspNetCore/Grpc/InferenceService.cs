using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using HpcLinReg.Hosting.AspNetCore;
using HpcLinReg.Hosting.AspNetCore.Http;
using HpcLinReg.Hosting.AspNetCore.Tensors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HpcLinReg.Hosting.Grpc;

/// <summary>The Open Inference Protocol v2 over gRPC. Raw tensors are answered raw, typed ones typed.</summary>
internal sealed class InferenceService(ServedModels models, ServingGuard guard, HealthCheckService health)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override async Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        new() { Live = await IsGood("live", context).ConfigureAwait(false) };

    public override async Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        new() { Ready = await IsGood("ready", context).ConfigureAwait(false) };

    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) => Guarded(context, () =>
    {
        bool isReady = models.TryFind(request.Name, out ServedModel? served) && served.CurrentOrNull is not null
            && (request.Version.Length == 0 || (long.TryParse(request.Version, out long version) && served.TryFind(version, out _)));
        return new ModelReadyResponse { Ready = isReady };
    });

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Guarded(context, () => new ServerMetadataResponse
        {
            Name = OpenInference.ServerName,
            Version = OpenInference.Version,
            Extensions = { Inference.Extensions },
        });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) =>
        Guarded(context, () =>
    {
        ModelSnapshot snapshot = Inference.Find(models, request.Name, request.Version, KeyOf(context), out ServedModel served);
        ModelMetadataResponse response = new() { Name = served.Name, Platform = OpenInference.Platform };
        response.Versions.AddRange(served.Versions.Select(version => Text(version.Version)));
        response.Inputs.AddRange(OpenInference.InputsOf(snapshot.Input).Select(input => Tensor(input.Name, input.Datatype, input.Shape)));
        response.Outputs.AddRange(Inference.Outputs.Select(output => Tensor(output, output == Inference.Extrapolated ? "BOOL" : "FP64", [-1])));
        response.Properties["hpclinreg_version"] = Text(snapshot.Version);
        response.Properties["hpclinreg_fingerprint"] = snapshot.Fingerprint;
        response.Properties["hpclinreg_target"] = snapshot.Input.Target;
        response.Properties["hpclinreg_columns"] = string.Join(',', snapshot.Input.Columns.Select(column => column.Name));
        return response;
    });

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context) =>
        Guarded(context, () =>
    {
        RepositoryIndexResponse response = new();
        foreach (ServedModel served in models)
        {
            if (served.CurrentOrNull is null && !request.Ready)
            {
                response.Models.Add(new RepositoryIndexResponse.Types.ModelIndex
                {
                    Name = served.Name,
                    State = "UNAVAILABLE",
                    Reason = served.LoadError ?? "no version was published",
                });
            }

            response.Models.AddRange(served.Versions
                .Select(version =>
                new RepositoryIndexResponse.Types.ModelIndex { Name = served.Name, Version = Text(version.Version), State = "READY" }));
        }

        return response;
    });

    public override Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context) => Guarded(context, () =>
    {
        ModelSnapshot snapshot = Inference.Find(models, request.ModelName, request.ModelVersion, KeyOf(context), out ServedModel served);
        bool isUncertain = false;
        foreach (ModelInferRequest.Types.InferRequestedOutputTensor output in request.Outputs)
        {
            isUncertain |= Inference.IsUncertain(output.Name);
        }

        List<InputTensor> tensors = new(request.Inputs.Count);
        try
        {
            bool isRaw = ReadInputs(request, tensors);
            var rows = TensorRows.Of(snapshot.Input, tensors, guard.Options.MaxRows);
            try
            {
                string? missing = request.Parameters.TryGetValue(Inference.MissingParameter, out InferParameter? parameter)
                    ? parameter.StringParam : null;
                using InferenceResult result = Inference.Run(
                    served, snapshot, rows.Matrix(snapshot.Input.Columns.Length), isUncertain, Inference.AllowsMissing(missing));
                return Answer(request, result, isRaw || guard.Options.AlwaysRaw);
            }
            finally
            {
                rows.Dispose();
            }
        }
        finally
        {
            tensors.ForEach(tensor => tensor.Dispose());
        }
    });

    /// <summary>Returns whether the inputs are raw.</summary>
    private static bool ReadInputs(ModelInferRequest request, List<InputTensor> tensors)
    {
        bool isRaw = request.RawInputContents.Count > 0;
        if (isRaw && request.RawInputContents.Count != request.Inputs.Count)
        {
            throw RefusedException.Bad($"There are {request.Inputs.Count} inputs but {request.RawInputContents.Count} raw contents; there is one for each input, in their order.");
        }

        for (int i = 0; i < request.Inputs.Count; i++)
        {
            ModelInferRequest.Types.InferInputTensor input = request.Inputs[i];
            InputTensor tensor = new() { Name = input.Name, Datatype = input.Datatype, Shape = [.. input.Shape] };
            tensors.Add(tensor);
            if (!isRaw)
            {
                ReadTyped(input, tensor);
                continue;
            }

            if (input.Contents is not null)
            {
                throw RefusedException.Bad($"The input '{input.Name}' has contents, and the request has raw contents too.");
            }

            (tensor.Binary, tensor.IsBinary) = (request.RawInputContents[i].Memory, true);
        }

        return isRaw;
    }

    private static void ReadTyped(ModelInferRequest.Types.InferInputTensor input, InputTensor tensor)
    {
        InferTensorContents contents = input.Contents ?? throw RefusedException.Bad($"The input '{input.Name}' has no contents.");
        switch (input.Datatype)
        {
            case Datatype.Bytes:
                tensor.Count = contents.BytesContents.Count;
                tensor.Texts = [.. contents.BytesContents.Select(text => text.ToStringUtf8())];
                break;
            case "FP64":
                Take(tensor, contents.Fp64Contents, value => value);
                break;
            case "FP32":
                Take(tensor, contents.Fp32Contents, value => value);
                break;
            case "BOOL":
                Take(tensor, contents.BoolContents, value => value ? 1 : 0);
                break;
            case "INT64":
                Take(tensor, contents.Int64Contents, value => value);
                break;
            case "UINT64":
                Take(tensor, contents.Uint64Contents, value => value);
                break;
            case "INT8" or "INT16" or "INT32":
                Take(tensor, contents.IntContents, value => value);
                break;
            case "UINT8" or "UINT16" or "UINT32":
                Take(tensor, contents.UintContents, value => value);
                break;
            default:
                throw RefusedException.Bad($"The input '{input.Name}' has the datatype '{input.Datatype}', which has no typed contents; send raw contents.");
        }
    }

    private static void Take<T>(InputTensor tensor, RepeatedField<T> values, Func<T, double> widen)
    {
        double[] numbers = ArrayPool<double>.Shared.Rent(Math.Max(1, values.Count));
        for (int i = 0; i < values.Count; i++)
        {
            numbers[i] = widen(values[i]);
        }

        (tensor.Numbers, tensor.Count) = (numbers, values.Count);
    }

    private static ModelInferResponse Answer(ModelInferRequest request, InferenceResult result, bool isRaw)
    {
        ModelInferResponse response =
            new() { ModelName = result.Snapshot.Name, ModelVersion = Text(result.Snapshot.Version), Id = request.Id };
        response.Parameters["hpclinreg_fingerprint"] = new InferParameter { StringParam = result.Snapshot.Fingerprint };
        if (result.Missing > 0)
        {
            response.Parameters["hpclinreg_rows_without_prediction"] = new InferParameter { Int64Param = result.Missing };
        }

        IEnumerable<string> outputs = request.Outputs.Count == 0 ? [Inference.Prediction] : request.Outputs.Select(output => output.Name);
        foreach (string output in outputs)
        {
            ModelInferResponse.Types.InferOutputTensor tensor =
                new() { Name = output, Datatype = output == Inference.Extrapolated ? "BOOL" : "FP64", Shape = { result.Rows } };
            if (isRaw)
            {
                response.RawOutputContents.Add(ByteString.CopyFrom(InferWriter.BytesOf(output, result)));
            }
            else
            {
                tensor.Contents = new InferTensorContents();
                if (output == Inference.Extrapolated)
                {
                    tensor.Contents.BoolContents.AddRange(result.Extrapolated!.Take(result.Rows));
                }
                else
                {
                    tensor.Contents.Fp64Contents.AddRange(InferWriter.NumbersOf(output, result));
                }
            }

            response.Outputs.Add(tensor);
        }

        return response;
    }

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(string name, string datatype, long[] shape) =>
        new() { Name = name, Datatype = datatype, Shape = { shape } };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string KeyOf(ServerCallContext context) => context.RequestHeaders.GetValue(Inference.KeyHeader) ?? "";

    private async Task<bool> IsGood(string tag, ServerCallContext context) =>
        (await health.CheckHealthAsync(check => check.Tags.Contains(tag),
            context.CancellationToken).ConfigureAwait(false)).Status != HealthStatus.Unhealthy;

    private Task<T> Guarded<T>(ServerCallContext context, Func<T> answer)
    {
        try
        {
            guard.Require(context.GetHttpContext(), ApiScope.Predict);
            return Task.FromResult(answer());
        }
        catch (RefusedException refusal)
        {
            throw new RpcException(new Status(
                refusal.Status switch
                {
                    StatusCodes.Status401Unauthorized => StatusCode.Unauthenticated,
                    StatusCodes.Status403Forbidden => StatusCode.PermissionDenied,
                    StatusCodes.Status404NotFound => StatusCode.NotFound,
                    StatusCodes.Status413PayloadTooLarge or StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
                    StatusCodes.Status503ServiceUnavailable => StatusCode.Unavailable,
                    _ => StatusCode.InvalidArgument,
                },
                refusal.Message));
        }
    }
}
