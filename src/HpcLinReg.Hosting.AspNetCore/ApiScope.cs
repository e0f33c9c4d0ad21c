namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>What a key permits.</summary>
public enum ApiScope
{
    /// <summary>Predicting, and reading what is served.</summary>
    Predict,

    /// <summary>That, and changing what is served: loading, promoting, rolling back, learning.</summary>
    Change,
}
