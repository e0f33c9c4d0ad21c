using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace HpcLinReg.Hosting.Tests.Wire;

/// <summary>Requests as clients send them, and their answers.</summary>
internal static class Calls
{
    /// <summary>Posts a text without a Content-Type, as one of the clients does.</summary>
    internal static Task<Answer> PostAsync(this Server server, string path, string body, params (string Name, string Value)[] headers) =>
        server.PostAsync(path, Encoding.UTF8.GetBytes(body), headers);

    internal static async Task<Answer> PostAsync(this Server server, string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await SendAsync(server, request);
    }

    internal static async Task<Answer> GetAsync(this Server server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        return await SendAsync(server, request);
    }

    /// <summary>Puts binary data behind JSON, with the header that says where they begin.</summary>
    internal static Task<Answer> PostBinaryAsync(this Server server, string path, string json, params byte[][] data)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        return server.PostAsync(path, [.. header, .. data.SelectMany(bytes => bytes)], ("Inference-Header-Content-Length", header.Length.ToString(CultureInfo.InvariantCulture)));
    }

    internal static byte[] Bytes(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>Texts as the protocol has them: a length of four bytes, then UTF-8.</summary>
    internal static byte[] Texts(params string[] values) => [.. values.SelectMany(text => (byte[])[.. BitConverter.GetBytes(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)])];

    private static async Task<Answer> SendAsync(Server server, HttpRequestMessage request)
    {
        using HttpResponseMessage response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        byte[] body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        string length = response.Headers.TryGetValues("Inference-Header-Content-Length", out IEnumerable<string>? values) ? values.Single() : "";
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType, body, length.Length == 0 ? body.Length : int.Parse(length, CultureInfo.InvariantCulture), response.Headers);
    }
}

/// <summary>An answer.</summary>
internal sealed record Answer(int Status, MediaTypeHeaderValue? ContentType, byte[] Body, int JsonLength, HttpResponseHeaders Headers)
{
    internal string Text => Encoding.UTF8.GetString(Body, 0, JsonLength);

    internal JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>Gets the numbers of the first output in JSON; NaN for null.</summary>
    internal double[] Data => DataOf(0);

    /// <summary>Gets the doubles behind the JSON.</summary>
    internal double[] Binary => [.. Body[JsonLength..].Chunk(8).Select(chunk => BitConverter.ToDouble(chunk))];

    internal double[] DataOf(int output)
    {
        Assert.True(Status == 200, $"{Status}: {Text}");
        return [.. Json.GetProperty("outputs")[output].GetProperty("data").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble())];
    }

    /// <summary>Checks that the request was refused, with these words.</summary>
    internal void AssertRefused(int status, params string[] words)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        Assert.All(words, word => Assert.Contains(word, Json.GetProperty("detail").GetString(), StringComparison.Ordinal));
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
    }
}
