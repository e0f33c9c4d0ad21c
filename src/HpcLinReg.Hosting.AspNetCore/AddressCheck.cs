using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>
/// Ends the start of a host that listens to other machines without keys; until it has ended, the guard refuses each of their requests.
/// </summary>
internal sealed class AddressCheck(IServiceProvider services, ServingGuard guard) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (guard.IsForThisMachineOnly && services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>() is { } addresses
            && addresses.Addresses.FirstOrDefault(address => !IsLoopback(address)) is { } open)
        {
            throw new InvalidOperationException($"The service listens at {open}, where other machines reach it, but has no API keys. Set HpcLinReg:Serving:Keys, listen on loopback, or set Insecure if everybody may ask.");
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether an address, as the server reports it, is of this machine alone.</summary>
    internal static bool IsLoopback(string address)
    {
        int start = address.IndexOf("://", StringComparison.Ordinal) + 3;
        string rest = address[start..].Split('/')[0];
        string host = rest.StartsWith('[') ? rest[1..Math.Max(1, rest.IndexOf(']', StringComparison.Ordinal))] : rest.Split(':')[0];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("unix", StringComparison.Ordinal)
            || (IPAddress.TryParse(host, out IPAddress? parsed) && IPAddress.IsLoopback(parsed));
    }
}
