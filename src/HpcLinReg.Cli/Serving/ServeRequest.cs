using System.Net;
using HpcLinReg.Hosting.AspNetCore;

namespace HpcLinReg.Cli.Serving;

/// <summary>What <c>hpclinreg serve</c> was asked for.</summary>
internal sealed record ServeRequest
{
    internal const int DefaultPort = 5090;

    /// <summary>Gets the models: name and file; none for the built-in one.</summary>
    internal required IReadOnlyList<(string Name, string Path)> Models { get; init; }

    internal required IPAddress Address { get; init; }

    /// <summary>Gets the port for HTTP; 0 takes a free one.</summary>
    internal required int Port { get; init; }

    /// <summary>Gets the port for gRPC; 0 takes a free one.</summary>
    internal required int GrpcPort { get; init; }

    internal required IReadOnlyList<ApiKey> Keys { get; init; }

    internal required bool Insecure { get; init; }

    /// <summary>Gets the file that keeps what the models learn; null where they do not learn.</summary>
    internal string? Learn { get; init; }

    /// <summary>Gets a model to learn from nothing; null for none.</summary>
    internal NewModel? New { get; init; }

    /// <summary>Gets the most requests a second; 0 for no limit.</summary>
    internal required int Rate { get; init; }
}
