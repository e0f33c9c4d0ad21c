using System.Runtime.InteropServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using HpcLinReg.Hosting.AspNetCore;
using HpcLinReg.Hosting.Grpc;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>The Open Inference Protocol over gRPC.</summary>
public class GrpcTests
{
    private static readonly double[] Rows = [1, 2, 3, 4, 5.5, -6];

    [Fact]
    public async Task Raw_tensors_are_answered_raw_and_typed_ones_typed()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        double[] expected = new double[3];
        Models.Plain(1).Predict(new MatrixSpan<double>(Rows, 2), expected);
        ModelInferRequest raw = Request("FP64");
        raw.RawInputContents.Add(ByteString.CopyFrom(Calls.Bytes(Rows)));
        ModelInferResponse answer = await client.ModelInferAsync(raw, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, MemoryMarshal.Cast<byte, double>(answer.RawOutputContents.Single().Span).ToArray());
        Assert.Null(answer.Outputs.Single().Contents);
        Assert.Equal(("fare", "1", "7"), (answer.ModelName, answer.ModelVersion, answer.Id));
        Assert.Equal(Models.Plain(1).Fingerprint, answer.Parameters["hpclinreg_fingerprint"].StringParam);
        ModelInferRequest typed = Request("FP64");
        typed.Inputs[0].Contents = new InferTensorContents { Fp64Contents = { Rows } };
        typed.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "prediction" });
        typed.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "extrapolated" });
        ModelInferResponse typedAnswer = await client.ModelInferAsync(typed, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, typedAnswer.Outputs[0].Contents.Fp64Contents);
        Assert.Equal([false, false, true], typedAnswer.Outputs[1].Contents.BoolContents);
        Assert.Empty(typedAnswer.RawOutputContents);
    }

    [Fact]
    public async Task Texts_come_as_bytes()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("rent", m => m.FromModel(Models.Mixed())), serving => serving.AlwaysRaw = true);
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var request = new ModelInferRequest { ModelName = "rent" };
        void Add(string name, string datatype, InferTensorContents contents) => request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = name, Datatype = datatype, Shape = { 1 }, Contents = contents });
        Add("city", "BYTES", new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("Oslo") } });
        Add("area", "FP32", new InferTensorContents { Fp32Contents = { 71.5f } });
        Add("rooms", "INT64", new InferTensorContents { Int64Contents = { 3 } });
        Add("lift", "BOOL", new InferTensorContents { BoolContents = { true } });
        Add("built", "BYTES", new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("1995-03-01") } });
        ModelInferResponse answer = await client.ModelInferAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        double expected = Models.Mixed().Predict([(Cell)"Oslo", 71.5, 3L, true, new DateTime(1995, 3, 1, 0, 0, 0, DateTimeKind.Utc)]).Value;
        Assert.Equal(expected, BitConverter.ToDouble(answer.RawOutputContents.Single().Span));
    }

    [Fact]
    public async Task What_cannot_be_answered_has_a_status_and_says_why()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        await Refused(client, request => request.RawInputContents.Add(ByteString.CopyFrom(new byte[40])), StatusCode.InvalidArgument, "has 40 bytes");
        await Refused(client, _ => { }, StatusCode.InvalidArgument, "no contents");
        await Refused(client, request => request.ModelName = "far", StatusCode.NotFound, "'fare'");
        await Refused(client, request => request.ModelVersion = "9", StatusCode.NotFound, "'9'");
        await Refused(client, request => request.RawInputContents.Add(ByteString.CopyFrom(Calls.Bytes(1, 2, 3, double.NaN, 5, 6))), StatusCode.InvalidArgument, "Row 1");
        await Refused(client, request => request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "mean" }), StatusCode.InvalidArgument, "no output 'mean'");
    }

    [Fact]
    public async Task Server_and_models_are_described()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        CancellationToken stop = TestContext.Current.CancellationToken;
        Assert.True((await client.ServerLiveAsync(new ServerLiveRequest(), cancellationToken: stop)).Live);
        Assert.True((await client.ServerReadyAsync(new ServerReadyRequest(), cancellationToken: stop)).Ready);
        Assert.True((await client.ModelReadyAsync(new ModelReadyRequest { Name = "fare" }, cancellationToken: stop)).Ready);
        Assert.False((await client.ModelReadyAsync(new ModelReadyRequest { Name = "far" }, cancellationToken: stop)).Ready);
        ModelMetadataResponse metadata = await client.ModelMetadataAsync(new ModelMetadataRequest { Name = "fare" }, cancellationToken: stop);
        Assert.Equal(("x", "FP64", "-1,2"), (metadata.Inputs[0].Name, metadata.Inputs[0].Datatype, string.Join(',', metadata.Inputs[0].Shape)));
        Assert.Equal("a,b", metadata.Properties["hpclinreg_columns"]);
        Assert.Contains("model_repository", (await client.ServerMetadataAsync(new ServerMetadataRequest(), cancellationToken: stop)).Extensions);
        Assert.Equal("READY", (await client.RepositoryIndexAsync(new RepositoryIndexRequest(), cancellationToken: stop)).Models.Single().State);
    }

    [Fact]
    public async Task Keys_are_asked_for()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))), serving => serving.Keys.Add(new ApiKey { Sha256 = new string('0', 64) }));
        using var channel = GrpcChannel.ForAddress(server.GrpcAddress);
        await Refused(new GRPCInferenceService.GRPCInferenceServiceClient(channel), _ => { }, StatusCode.Unauthenticated, "key");
    }

    private static ModelInferRequest Request(string datatype) => new()
    {
        ModelName = "fare",
        Id = "7",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = datatype, Shape = { 3, 2 } } },
    };

    private static async Task Refused(GRPCInferenceService.GRPCInferenceServiceClient client, Action<ModelInferRequest> change, StatusCode status, string words)
    {
        ModelInferRequest request = Request("FP64");
        change(request);
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => client.ModelInferAsync(request, cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.True(refused.StatusCode == status, refused.Message);
        Assert.Contains(words, refused.Status.Detail, StringComparison.Ordinal);
    }
}
