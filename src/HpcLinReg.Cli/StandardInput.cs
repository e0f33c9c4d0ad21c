using HpcLinReg.Data;

namespace HpcLinReg.Cli;

/// <summary>The standard input as data.</summary>
internal static class StandardInput
{
    internal const string Name = "the standard input";

    /// <summary>
    /// Gets whether the standard input may have data: it is a pipe, a file or a socket, even if nothing has come yet. A terminal, /dev/null
    /// and a closed input have none.
    /// </summary>
    internal static bool HasData => OperatingSystem.IsWindows()
        ? Console.IsInputRedirected
        : FileIdentity.Of("/dev/stdin") is { Kind: FileKind.Regular or FileKind.Pipe or FileKind.Other };

    internal static DataSource Open(ReadingSettings settings) =>
        DataSource.OpenStream(Console.OpenStandardInput(), Name, Failure.Warn, settings, Interruption.Token);
}
