using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>The Open Inference Protocol over HTTP, with requests as its clients send them.</summary>
public class OpenInferenceTests
{
    private static readonly double[] Rows = [1, 2, 3, 4, 5.5, -6];

    private static double[] Expected(RegressionModel model)
    {
        double[] predictions = new double[3];
        model.Predict(new MatrixSpan<double>(Rows, 2), predictions);
        return predictions;
    }

    [Theory]
    [InlineData("[1, 2, 3, 4, 5.5, -6]")]
    [InlineData("[[1, 2], [3, 4], [5.5, -6]]")]
    public async Task JSON_flat_or_nested_is_predicted_to_the_bits_of_the_model(string data)
    {
        await using Server server = await Plain();
        Answer answer = await server.PostAsync("/v2/models/fare/infer", $$"""{"id":"7","inputs":[{"name":"x","shape":[3,2],"datatype":"FP64","data":{{data}}}]}""");
        Assert.Equal(Expected(Models.Plain(1)), answer.Data);
        Assert.Equal(("fare", "1", "7"), (answer.Json.GetProperty("model_name").GetString(), answer.Json.GetProperty("model_version").GetString(), answer.Json.GetProperty("id").GetString()));
        Assert.Equal(Models.Plain(1).Fingerprint, answer.Json.GetProperty("parameters").GetProperty("hpclinreg_fingerprint").GetString());
        Assert.Equal("application/json", answer.ContentType!.ToString());
    }

    [Fact]
    public async Task Data_before_datatype_and_shape_are_read_as_well()
    {
        await using Server server = await Plain();
        Answer answer = await server.PostAsync("/v2/models/fare/infer", """{"inputs":[{"data":[[1,2],[3,4],[5.5,-6]],"name":"x","datatype":"FP64","shape":[3,2]}]}""");
        Assert.Equal(Expected(Models.Plain(1)), answer.Data);
    }

    /// <summary>The bytes of a client that sends no Content-Type, binary tensors, and asks for binary outputs by default.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Binary_tensors_come_and_go_as_bytes(string encoding)
    {
        await using Server server = await Plain();
        byte[] json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[3,2],"datatype":"FP64","parameters":{"binary_data_size":48}}],"parameters":{"binary_data_output":true}}""");
        byte[] body = Compress([.. json, .. Calls.Bytes(Rows)], encoding);
        (string, string)[] headers = [("Inference-Header-Content-Length", $"{json.Length}"), .. encoding.Length > 0 ? [("Content-Encoding", encoding)] : Array.Empty<(string, string)>()];
        Answer answer = await server.PostAsync("/v2/models/fare/infer", body, headers);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(Expected(Models.Plain(1)), answer.Binary);
        Assert.Equal("application/octet-stream", answer.ContentType!.ToString());
        JsonElement output = answer.Json.GetProperty("outputs")[0];
        Assert.Equal(24, output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.False(output.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task An_output_says_for_itself_whether_it_is_binary()
    {
        await using Server server = await Plain();
        Answer answer = await server.PostBinaryAsync(
            "/v2/models/fare/infer",
            """{"inputs":[{"name":"x","shape":[3,2],"datatype":"FP64","parameters":{"binary_data_size":48}}],"parameters":{"binary_data_output":true},"outputs":[{"name":"std_error","parameters":{"binary_data":false}},{"name":"prediction"},{"name":"extrapolated","parameters":{"binary_data":false}},{"name":"leverage","parameters":{"binary_data":false}}]}""",
            Calls.Bytes(Rows));
        RegressionModel model = Models.Plain(1);
        UncertainPrediction[] expected = [.. Enumerable.Range(0, 3).Select(i => model.PredictWithUncertainty(Rows.AsSpan(2 * i, 2)))];
        Assert.Equal(expected.Select(prediction => prediction.StandardError), answer.DataOf(0));
        Assert.Equal(expected.Select(prediction => prediction.Leverage), answer.DataOf(3));
        Assert.Equal(Expected(model), answer.Binary);
        Assert.Equal([false, false, true], answer.Json.GetProperty("outputs")[2].GetProperty("data").EnumerateArray().Select(value => value.GetBoolean()));
    }

    [Fact]
    public async Task Numbers_of_every_datatype_are_widened()
    {
        await using Server server = await Plain();
        double[] expected = [Models.Plain(1).Predict([3.0, 4.0]).Value];
        (string Datatype, byte[] Bytes)[] kinds =
        [
            ("FP32", [.. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f)]), ("FP16", [.. BitConverter.GetBytes((Half)3), .. BitConverter.GetBytes((Half)4)]),
            ("INT64", [.. BitConverter.GetBytes(3L), .. BitConverter.GetBytes(4L)]), ("UINT32", [.. BitConverter.GetBytes(3u), .. BitConverter.GetBytes(4u)]), ("INT8", [3, 4]),
        ];
        foreach ((string datatype, byte[] bytes) in kinds)
        {
            Answer answer = await server.PostBinaryAsync("/v2/models/fare/infer", $$$"""{"inputs":[{"name":"x","shape":[1,2],"datatype":"{{{datatype}}}","parameters":{"binary_data_size":{{{bytes.Length}}}}}]}""", bytes);
            Assert.Equal(expected, answer.Data);
        }
    }

    [Fact]
    public async Task Floats_in_JSON_have_the_bits_of_floats_in_bytes()
    {
        await using Server server = await Plain();
        Answer json = await server.PostAsync("/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[0.1,0.7]}]}""");
        Answer bytes = await server.PostBinaryAsync(
            "/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""", [.. BitConverter.GetBytes(0.1f), .. BitConverter.GetBytes(0.7f)]);
        Assert.Equal(bytes.Data, json.Data);
        Assert.NotEqual(Models.Plain(1).Predict([0.1, 0.7]).Value, json.Data[0]);
    }

    [Fact]
    public async Task Texts_flags_and_times_come_as_an_input_for_each_column()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("my rent", m => m.FromModel(Models.Mixed())));
        RegressionModel model = Models.Mixed();
        DateTime built = new(1995, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        double[] expected = [.. ((string[])["Oslo", "Bern"]).Select((city, i) => model.Predict([(Cell)city, 71.5 + i, 3L, i == 0, built]).Value)];
        Assert.Equal(["area", "built", "city", "lift", "rooms"], model.Design.Columns.Select(column => column.Name).Order());
        string json = $$"""
            {"inputs":[{"name":"city","shape":[2],"datatype":"BYTES","data":["Oslo","Bern"]},{"name":"area","shape":[2,1],"datatype":"FP64","data":[[71.5],[72.5]]},{"name":"rooms","shape":[2],"datatype":"INT64","data":[3,3]},
            {"name":"lift","shape":[2],"datatype":"BOOL","data":[true,false]},{"name":"built","shape":[2],"datatype":"BYTES","data":["1995-03-01","1995-03-01T00:00:00Z"]}]}
            """;
        Answer named = await server.PostAsync("/v2/models/my%20rent/infer", json);
        Assert.Equal(expected, named.Data);
        byte[][] data = [Calls.Texts("Oslo", "Bern"), Calls.Bytes(71.5, 72.5), Calls.Bytes(3, 3), [1, 0], Calls.Bytes((built - DateTime.UnixEpoch).TotalSeconds, (built - DateTime.UnixEpoch).TotalSeconds)];
        string binary = "{\"inputs\":[" + string.Join(',', new[] { "city BYTES", "area FP64", "rooms FP64", "lift BOOL", "built FP64" }.Select((input, i) =>
            $$$"""{"name":"{{{input.Split(' ')[0]}}}","shape":[2],"datatype":"{{{input.Split(' ')[1]}}}","parameters":{"binary_data_size":{{{data[i].Length}}}}}""")) + "]}";
        Assert.Equal(expected, (await server.PostBinaryAsync("/v2/models/my%20rent/versions/1/infer", binary, data)).Data);
        JsonElement metadata = (await server.GetAsync("/v2/models/my%20rent")).Json;
        Assert.Equal("my rent", metadata.GetProperty("name").GetString());
        Assert.Contains(metadata.GetProperty("inputs").EnumerateArray(), input => input.GetProperty("name").GetString() == "city" && input.GetProperty("datatype").GetString() == "BYTES");
    }

    [Fact]
    public async Task A_missing_value_is_refused_with_row_and_name_or_permitted_and_counted()
    {
        await using Server server = await Plain();
        const string Inputs = "\"inputs\":[{\"name\":\"x\",\"shape\":[3,2],\"datatype\":\"FP64\",\"data\":[1,2,3,null,5,6]}]";
        (await server.PostAsync("/v2/models/fare/infer", $"{{{Inputs}}}")).AssertRefused(400, "Row 1", "'b'", "hpclinreg_missing");
        Answer permitted = await server.PostAsync("/v2/models/fare/infer", $$$"""{{{{Inputs}}},"parameters":{"hpclinreg_missing":"nan"}}""");
        Assert.Equal([false, true, false], permitted.Data.Select(double.IsNaN));
        Assert.Equal(1, permitted.Json.GetProperty("parameters").GetProperty("hpclinreg_rows_without_prediction").GetInt32());
        (await server.PostAsync("/v2/models/fare/infer", $$$"""{{{{Inputs}}},"parameters":{"hpclinreg_missing":"zero"}}""")).AssertRefused(400, "'refuse' or 'nan'");
        foreach (double value in (double[])[double.NaN, double.PositiveInfinity, double.MaxValue])
        {
            Answer binary = await server.PostBinaryAsync("/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","parameters":{"binary_data_size":32}}]}""", Calls.Bytes(1, 2, value, value));
            binary.AssertRefused(400, "Row 1");
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "JSON")]
    [InlineData("[]", "no object")]
    [InlineData("""{"inputs":[]}""", "no input for the columns 'a', 'b'")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,3],"datatype":"FP64","data":[1,2,3]}]}""", "[rows,2]")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP64","data":[1,2]}]}""", "no column 'x'")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[1,2,3]}]}""", "has 3 values")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2,3]}]}""", "more values")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1,2,3],[4]]}]}""", "list of 3")]
    [InlineData("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP64","data":[[1,2],3,4]}]}""", "mixes")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[[[1],[2]]]}]}""", "nested deeper")]
    [InlineData("""{"inputs":[{"name":"x","shape":[-1,2],"datatype":"FP64","data":[]}]}""", "0 or more")]
    [InlineData("""{"inputs":[{"name":"x","shape":[4611686018427387904,4],"datatype":"FP64","data":[]}]}""", "2^31")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP128","data":[1,2]}]}""", "FP128")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,"2"]}]}""", "Value 1")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,NaN]}]}""", "JSON")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,1e999]}]}""", "Row 0")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64"}]}""", "no data")]
    [InlineData("""{"inputs":[{"name":"a","shape":[1],"datatype":"FP64","data":[1]},{"name":"a","shape":[1],"datatype":"FP64","data":[1]}]}""", "twice")]
    [InlineData("""{"inputs":[{"name":"a","shape":[1],"datatype":"FP64","data":[1]},{"name":"b","shape":[2],"datatype":"FP64","data":[1,2]}]}""", "same number of rows")]
    [InlineData("""{"inputs":[{"name":"a","shape":[1],"datatype":"FP64","data":[1]},{"name":"c","shape":[1],"datatype":"FP64","data":[1]}]}""", "no column 'c'")]
    [InlineData("""{"inputs":[{"name":"a","shape":[1],"datatype":"BYTES","data":["1"]},{"name":"b","shape":[1],"datatype":"FP64","data":[1]}]}""", "Row 0: 'a' is a text")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}],"outputs":[{"name":"mean"}]}""", "no output 'mean'")]
    [InlineData("""{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","parameters":{"binary_data_size":16}}]}""", "0 are left")]
    public async Task A_request_that_does_not_fit_is_refused_whole_and_says_why(string body, string words)
    {
        await using Server server = await Plain();
        Answer answer = await server.PostAsync("/v2/models/fare/infer", body);
        answer.AssertRefused(400, words);
        // Another client compares the media type as a whole, and a third reads 'error'.
        Assert.Equal("application/json", answer.ContentType!.ToString());
        Assert.Equal(answer.Json.GetProperty("detail").GetString(), answer.Json.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData(40, "left behind the JSON")]
    [InlineData(56, "behind the last binary input")]
    public async Task Truncated_and_surplus_bytes_are_refused(int length, string words)
    {
        await using Server server = await Plain();
        byte[] data = new byte[length];
        (await server.PostBinaryAsync("/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[3,2],"datatype":"FP64","parameters":{"binary_data_size":48}}]}""", data)).AssertRefused(400, words);
    }

    [Theory]
    [InlineData("-1", "number of bytes")]
    [InlineData("many", "number of bytes")]
    [InlineData("1000", "but the body has 2 bytes")]
    [InlineData("1", "JSON")]
    [InlineData("0", "empty")]
    public async Task A_wrong_length_of_the_JSON_is_refused(string length, string words)
    {
        await using Server server = await Plain();
        (await server.PostAsync("/v2/models/fare/infer", "{}", ("Inference-Header-Content-Length", length))).AssertRefused(400, words);
    }

    [Fact]
    public async Task Bodies_and_rows_beyond_the_limits_are_refused()
    {
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))), serving => (serving.MaxRows, serving.MaxBodyBytes) = (10, 4096));
        (await server.PostAsync("/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[1000000,2],"datatype":"FP64","data":[]}]}""")).AssertRefused(400, "0 values");
        (await server.PostBinaryAsync("/v2/models/fare/infer", """{"inputs":[{"name":"x","shape":[11,2],"datatype":"FP64","parameters":{"binary_data_size":176}}]}""", new byte[176])).AssertRefused(413, "11 rows", "at most 10");
        (await server.PostAsync("/v2/models/fare/infer", new byte[5000])).AssertRefused(413, "4096 bytes");
        // Small when it comes, large when it is unpacked.
        (await server.PostAsync("/v2/models/fare/infer", Compress(new byte[1 << 20], "gzip"), ("Content-Encoding", "gzip"))).AssertRefused(413, "4096 bytes");
        (await server.PostAsync("/v2/models/fare/infer", "{}", ("Content-Encoding", "gzip"))).AssertRefused(400, "gzip");
        (await server.PostAsync("/v2/models/fare/infer", "{}", ("Content-Encoding", "br"))).AssertRefused(415, "br");
    }

    [Fact]
    public async Task Versions_are_asked_by_number_and_a_canary_by_its_key()
    {
        await using Server server = await Plain();
        ServedModel fare = server["fare"];
        long candidate = fare.AddCandidate(Models.Plain(2)).Version;
        const string Body = """{"inputs":[{"name":"x","shape":[3,2],"datatype":"FP64","data":[1,2,3,4,5.5,-6]}]}""";
        Assert.Equal(Expected(Models.Plain(2)), (await server.PostAsync("/v2/models/fare/versions/2/infer", Body)).Data);
        Assert.Equal(Expected(Models.Plain(1)), (await server.PostAsync("/v2/models/fare/infer", Body)).Data);
        fare.Split = new ModelSplit(candidate, 1);
        Answer canary = await server.PostAsync("/v2/models/fare/infer", Body, ("Hpclinreg-Key", "ada"));
        Assert.Equal("2", canary.Json.GetProperty("model_version").GetString());
        Assert.Equal("1", (await server.PostAsync("/v2/models/fare/infer", Body)).Json.GetProperty("model_version").GetString());
        (await server.PostAsync("/v2/models/fare/versions/3/infer", Body)).AssertRefused(404, "no version '3'");
        (await server.PostAsync("/v2/models/far/infer", Body)).AssertRefused(404, "'fare'");
    }

    [Fact]
    public async Task Server_models_and_their_health_are_described()
    {
        using var folder = new TemporaryFolder();
        Models.Plain(1).Save(folder["fare.json"]);
        await using Server server = await Server.StartAsync(models => models.AddModel("fare", m => m.FromFile(folder["fare.json"], watch: true)).AddModel("late", m => m.FromFile(folder["late.json"], watch: true)));
        Assert.Contains("binary_tensor_data", (await server.GetAsync("/v2")).Json.GetProperty("extensions").EnumerateArray().Select(extension => extension.GetString()));
        Assert.True((await server.GetAsync("/v2/health/live")).Json.GetProperty("live").GetBoolean());
        Answer notReady = await server.GetAsync("/v2/health/ready");
        Assert.Equal((503, false), (notReady.Status, notReady.Json.GetProperty("ready").GetBoolean()));
        (await server.GetAsync("/v2/models/late/ready")).AssertRefused(503, "no version yet", "there is no file");
        Assert.Equal(200, (await server.GetAsync("/v2/models/fare/ready")).Status);
        JsonElement metadata = (await server.GetAsync("/v2/models/fare/versions/1")).Json;
        Assert.Equal("x", metadata.GetProperty("inputs")[0].GetProperty("name").GetString());
        Assert.Equal([-1, 2], metadata.GetProperty("inputs")[0].GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()));
        JsonElement index = (await server.PostAsync("/v2/repository/index", "{}")).Json;
        Assert.Equal(["READY", "UNAVAILABLE"], index.EnumerateArray().Select(model => model.GetProperty("state").GetString()));
        Models.Plain(2).Save(folder["late.json"]);
        Assert.Equal(200, (await server.PostAsync("/v2/repository/models/late/load", "")).Status);
        Assert.Equal(200, (await server.GetAsync("/v2/health/ready")).Status);
        await File.WriteAllTextAsync(folder["late.json"], "{}", TestContext.Current.CancellationToken);
        (await server.PostAsync("/v2/repository/models/late/load", "")).AssertRefused(400, "was not loaded");
        (await server.PostAsync("/v2/repository/models/late/unload", "")).AssertRefused(501, "configuration");
    }

    private static Task<Server> Plain() => Server.StartAsync(models => models.AddModel("fare", m => m.FromModel(Models.Plain(1))));

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        using var output = new MemoryStream();
        using (Stream packing = encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(output),
        })
        {
            packing.Write(bytes);
            packing.Flush();
            return encoding.Length == 0 ? output.ToArray() : Finish(packing, output);
        }

        static byte[] Finish(Stream packing, MemoryStream output)
        {
            packing.Dispose();
            return output.ToArray();
        }
    }
}
