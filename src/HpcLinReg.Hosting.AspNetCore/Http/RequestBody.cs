using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>
/// A request's body in one buffer of the pool, decompressed, and placed so that binary data behind the JSON lie at a multiple of eight.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private const string HeaderLength = "Inference-Header-Content-Length";

    private byte[] _buffer;
    private readonly int _start;
    private int _length;

    private RequestBody(byte[] buffer, int start) => (_buffer, _start) = (buffer, start);

    internal ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(_start, _length);

    /// <summary>Gets the length of the JSON that the body begins with: the header's value, or all of it.</summary>
    internal int JsonLength { get; private set; }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the body. Clients send no Content-Type, or any, so none is asked for.</summary>
    /// <exception cref="RefusedException">It is too large, cut off, or not as its headers say.</exception>
    internal static async ValueTask<RequestBody> ReadAsync(HttpContext context, int most)
    {
        HttpRequest request = context.Request;
        int? json = HeaderLengthOf(request.Headers);
        if (request.ContentLength > most)
        {
            throw TooLarge(most);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most;
        }

        int start = json is { } length ? (8 - (length % 8)) % 8 : 0;
        var body = new RequestBody(ArrayPool<byte>.Shared.Rent(start + Math.Max(256, (int)(request.ContentLength ?? 4096) + 1)), start);
        try
        {
            Stream stream = Decompressed(request);
            try
            {
                await body.FillAsync(stream, most, context.RequestAborted).ConfigureAwait(false);
            }
            finally
            {
                if (!ReferenceEquals(stream, request.Body))
                {
                    await stream.DisposeAsync().ConfigureAwait(false);
                }
            }

            if (json > body._length)
            {
                throw RefusedException.Bad($"{HeaderLength} is {json}, but the body has {body._length} bytes.");
            }

            body.JsonLength = json ?? body._length;
            return body;
        }
        catch (Exception exception)
        {
            body.Dispose();
            throw exception switch
            {
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(most),
                BadHttpRequestException bad => new RefusedException(bad.StatusCode, bad.Message),
                InvalidDataException => RefusedException.Bad($"The body is not {request.Headers.ContentEncoding}: {exception.Message}"),
                _ => exception,
            };
        }
    }

    private async ValueTask FillAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_start + _length == _buffer.Length)
            {
                byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _buffer.Length, (long)most + _start + 16));
                _buffer.AsSpan(0, _start + _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }

            int read = await stream.ReadAsync(_buffer.AsMemory(_start + _length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            _length += read;
            if (_length > most)
            {
                throw TooLarge(most);
            }
        }
    }

    private static Stream Decompressed(HttpRequest request) => request.Headers.ContentEncoding.ToString() switch
    {
        "" or "identity" => request.Body,
        "gzip" => new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        // In HTTP deflate is zlib's format.
        "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress, leaveOpen: true),
        string other => throw new RefusedException(415, $"The Content-Encoding '{other}' is not known; send gzip, deflate, or none."),
    };

    private static int? HeaderLengthOf(IHeaderDictionary headers)
    {
        string text = headers[HeaderLength].ToString();
        return text.Length == 0 ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length
            : throw RefusedException.Bad($"{HeaderLength} is '{text}'; it is the number of bytes of the JSON before the binary data.");
    }

    private static RefusedException TooLarge(int most) => new(413, $"The body is larger than {most} bytes (MaxBodyBytes).");
}
