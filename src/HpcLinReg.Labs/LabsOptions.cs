namespace HpcLinReg.Labs;

/// <summary>How the labs are served.</summary>
public sealed record LabsOptions
{
    /// <summary>The port used when none is asked for.</summary>
    public const int DefaultPort = 5080;

    /// <summary>Gets the port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Gets how many visitors are served at once; further ones are asked to come later.</summary>
    public int MostVisitors { get; init; } = 500;

    /// <summary>Gets how long a visitor may do nothing before the page is paused and its memory freed.</summary>
    public TimeSpan PausedAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Gets how long a visitor whose connection was lost is waited for.</summary>
    public TimeSpan KeptAfterDisconnect { get; init; } = TimeSpan.FromMinutes(3);
}
