namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>A key that callers present, kept as its hash only.</summary>
public sealed class ApiKey
{
    /// <summary>Gets or sets the SHA-256 of the key's UTF-8 bytes, in 64 hexadecimal digits: <c>printf %s KEY | sha256sum</c>.</summary>
    /// <remarks>A key should be random, of 128 bits or more: then its plain hash cannot be inverted by trying.</remarks>
    public string Sha256 { get; set; } = "";

    /// <summary>Gets or sets what the key permits; the default is <see cref="ApiScope.Predict"/>.</summary>
    public ApiScope Scope { get; set; }
}
