namespace HpcLinReg.Cli.Cluster;

/// <summary>Leaves Ctrl-C and SIGTERM to the command, whose token ends the host.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
