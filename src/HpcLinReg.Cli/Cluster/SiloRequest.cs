using System.Net;

namespace HpcLinReg.Cli.Cluster;

/// <summary>What <c>hpclinreg cluster silo</c> was asked for.</summary>
internal sealed record SiloRequest
{
    internal required ClusterAddress Cluster { get; init; }

    /// <summary>Gets the folder below which paths are resolved.</summary>
    internal required string Data { get; init; }

    /// <summary>Gets the connection to PostgreSQL that states are kept in; null keeps them in Redis.</summary>
    internal string? PostgreSql { get; init; }

    internal required IPAddress Address { get; init; }

    internal required int Port { get; init; }

    internal required int GatewayPort { get; init; }

    /// <summary>Gets how many parts are read at once; 0 for one for each processor.</summary>
    internal int Parts { get; init; }

    /// <summary>Gets whether Orleans' own times of failure detection are used.</summary>
    internal bool IsPatient { get; init; }
}
