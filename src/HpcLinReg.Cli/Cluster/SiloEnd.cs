namespace HpcLinReg.Cli.Cluster;

/// <summary>
/// Ends the process of a silo that can never work for its cluster again, with exit code 1 and one line on standard error, so that whoever
/// supervises it starts it anew.
/// </summary>
internal sealed class SiloEnd(ILoggerFactory logs) : IFatalErrorHandler
{
    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => true;

    /// <summary>Ends the process; Orleans calls this where the silo finds itself declared dead, or a loop of its own has failed.</summary>
    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null) => Now(exception is null
        ? "The cluster has declared this silo dead, because it gave no answer in time; other silos read its parts. Start it again."
        : $"The silo cannot go on: {exception.Message} Start it again.");

    /// <summary>Ends the process at once: a silo that was declared dead, or is not known, cannot leave the cluster in order.</summary>
    internal void Now(string problem)
    {
        // Writes what was logged before: the console is written by a thread of its own.
        logs.Dispose();
        Failure.Warn(problem);
        Environment.Exit(Failure.DataCannotAnswer);
    }
}
