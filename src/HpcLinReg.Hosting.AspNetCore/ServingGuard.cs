using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>Who may ask, and how often. Every request passes here before its body is read.</summary>
internal sealed class ServingGuard : IDisposable
{
    /// <summary>A longer key is refused before it is hashed.</summary>
    private const int LongestKey = 4096;

    private readonly (byte[] Hash, ApiScope Scope)[] _keys;
    private readonly bool _isInsecure;
    private readonly TokenBucketRateLimiter? _rate;

    public ServingGuard(IOptions<ServingOptions> options)
    {
        Options = options.Value;
        _keys = [.. Options.Keys.Select(key => (Convert.FromHexString(key.Sha256), key.Scope))];
        _isInsecure = Options.Insecure;
        if (Options.RequestsPerSecond is > 0 and int most)
        {
            _rate = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = most,
                TokensPerPeriod = most,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
            });
        }
    }

    internal ServingOptions Options { get; }

    /// <summary>Gets whether callers of other machines are refused: there are no keys, and nobody said that this is meant.</summary>
    internal bool IsForThisMachineOnly => _keys.Length == 0 && !_isInsecure;

    public void Dispose() => _rate?.Dispose();

    /// <summary>Throws where a request may not be answered.</summary>
    /// <exception cref="RefusedException">It may not.</exception>
    internal void Require(HttpContext context, ApiScope scope)
    {
        if (_rate is not null)
        {
            using RateLimitLease lease = _rate.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                context.Response.Headers.RetryAfter = "1";
                throw new RefusedException(429, $"More than {Options.RequestsPerSecond} requests in a second; try again in a second.");
            }
        }

        if (_keys.Length == 0)
        {
            // A page of another site, open in a browser here, could otherwise change what is served: such a request needs no permission of
            // ours to be sent.
            if (context.Request.Headers.Origin is [{ } origin] && !IsOwn(origin, context.Request))
            {
                throw new RefusedException(403, $"The request comes from a page of {origin}; without API keys only this service's own page may ask.");
            }

            // A test host has no address.
            if (!_isInsecure && context.Connection.LocalIpAddress is { } address && !IPAddress.IsLoopback(address))
            {
                throw new RefusedException(403, "The service has no API keys, so it answers this machine only; set keys, or Insecure if everybody may ask.");
            }

            return;
        }

        ApiScope permitted = ScopeOf(context.Request.Headers) ?? throw Unauthorized(context);
        if (permitted < scope)
        {
            throw new RefusedException(403, $"The key permits {permitted}; this needs {scope}.");
        }
    }

    private static bool IsOwn(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    private static RefusedException Unauthorized(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return new RefusedException(401, "Present a key: Authorization: Bearer KEY, or X-Api-Key: KEY.");
    }

    private ApiScope? ScopeOf(IHeaderDictionary headers)
    {
        const string Bearer = "Bearer ";
        string? key = headers.Authorization is [{ } authorization] && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim() : headers["X-Api-Key"] is [{ } given] ? given : null;
        if (string.IsNullOrEmpty(key) || key.Length > LongestKey)
        {
            return null;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(key.Length));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(key, bytes)), hash);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        ApiScope? permitted = null;
        // All keys are compared, whichever fits: the time says nothing about the key.
        foreach ((byte[] known, ApiScope scope) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known, hash) && !(permitted > scope))
            {
                permitted = scope;
            }
        }

        return permitted;
    }
}
