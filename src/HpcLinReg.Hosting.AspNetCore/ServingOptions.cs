namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>What requests may ask for, and who may ask; in configuration the section <c>HpcLinReg:Serving</c>.</summary>
public sealed class ServingOptions
{
    /// <summary>Gets or sets the most rows of one request; the default is 100,000.</summary>
    public int MaxRows { get; set; } = 100_000;

    /// <summary>Gets or sets the most bytes of a request's body, after decompression; the default is 64 MiB.</summary>
    public int MaxBodyBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Gets or sets the most requests a second, of all callers together, beyond which they are answered 429; the default is 0, no limit.
    /// </summary>
    public int RequestsPerSecond { get; set; }

    /// <summary>
    /// Gets the keys that callers present as <c>Authorization: Bearer KEY</c> or <c>X-Api-Key: KEY</c>; none, the default, leaves the
    /// service open to this machine.
    /// </summary>
    public IList<ApiKey> Keys { get; } = [];

    /// <summary>Gets or sets whether the service may be reached from other machines without keys; the default is false.</summary>
    public bool Insecure { get; set; }

    /// <summary>
    /// Gets or sets whether gRPC answers raw tensors also where the request had typed ones, as some clients expect; the default is false.
    /// </summary>
    public bool AlwaysRaw { get; set; }
}
