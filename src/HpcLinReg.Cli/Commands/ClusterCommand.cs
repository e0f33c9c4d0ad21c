using System.CommandLine;
using System.Net;
using HpcLinReg.Cli.Cluster;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg cluster</c>: silos that read parts, and fits that they do together.</summary>
internal static class ClusterCommand
{
    private static readonly Option<string> Redis = new("--redis")
    {
        HelpName = "HOST:PORT",
        Description = "The Redis in which the silos of a cluster find each other.",
        Required = true,
    };

    private static readonly Option<string> Name = new("--cluster")
    {
        HelpName = "NAME",
        Description = "The cluster's name; several may share a Redis. Default: hpclinreg.",
        DefaultValueFactory = _ => "hpclinreg",
    };

    private static readonly Option<string> Data = new("--data")
    {
        HelpName = "DIR",
        Description = "The folder with the files. Paths of a fit are resolved below it only.",
        Required = true,
    };

    private static readonly Option<string?> PostgreSql = new("--postgresql")
    {
        HelpName = "CONNECTION",
        Description = "Keep plans, moments and logs in PostgreSQL, such as \"Host=db;Database=cluster;Username=me\", instead of in Redis. The same for all silos.",
    };

    private static readonly Option<string?> Address = new("--host")
    {
        HelpName = "ADDRESS",
        Description = "The address at which other silos and clients reach this one; default 127.0.0.1. Whoever reaches it can use it: keep it to a network of your own.",
    };

    private static readonly Option<int> Port = PortOption("--port", "The port for other silos; 0, the default, takes a free one.");

    private static readonly Option<int> GatewayPort = PortOption("--gateway-port", "The port for clients; 0, the default, takes a free one.");

    private static readonly Option<int> Parts = new("--parts-at-once")
    {
        HelpName = "N",
        Description = "Read at most N parts at once. Default: one for each processor.",
    };

    private static readonly Argument<string> Job = new("JOB") { Description = "The job's name, as it was given by --job." };

    private static readonly Option<bool> Patient = new("--patient")
    {
        Description = "Give silent silos up to two minutes, Orleans' own times, before they count as dead; the default is seconds. The same for all silos.",
    };

    internal static Command Create()
    {
        var silo = new Command("silo", "Work for a cluster: read the parts of fits, until Ctrl-C.") { Redis, Name, Data, PostgreSql, Address, Port, GatewayPort, Parts, Patient };
        silo.SetAction(parsed => SiloHost.RunAsync(ReadSilo(parsed), Interruption.Token).GetAwaiter().GetResult());
        var remove = new Command("remove", "End a fit that was submitted to a cluster, and remove what is stored for it.") { Job, Redis, Name };
        remove.SetAction(parsed => RemoveAsync(Read(parsed), parsed.GetRequiredValue(Job)).GetAwaiter().GetResult());
        return new Command("cluster", "Fit files on several machines, with the bits of one.") { silo, ClusterFitCommand.Create(Redis, Name), remove };
    }

    /// <summary>Returns which cluster is meant.</summary>
    internal static ClusterAddress Read(ParseResult parsed) => new(parsed.GetRequiredValue(Redis), parsed.GetRequiredValue(Name));

    private static async Task<int> RemoveAsync(ClusterAddress cluster, string job)
    {
        if (!await ClusterClient.RemoveAsync(cluster, job, Interruption.Token).ConfigureAwait(false))
        {
            throw new DataException($"The cluster '{cluster.Name}' at {cluster.Redis} has no job '{job}'.");
        }

        return Failure.Success;
    }

    private static SiloRequest ReadSilo(ParseResult parsed)
    {
        string text = parsed.GetValue(Address) ?? "127.0.0.1";
        if (!IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out IPAddress? address) || address.Equals(IPAddress.Any)
            || address.Equals(IPAddress.IPv6Any))
        {
            throw new UsageException($"--host '{text}' is no address that others can reach; name one of this machine, such as 10.0.0.5.");
        }

        int parts = parsed.GetValue(Parts);
        return parts is < 0 or > 1024
            ? throw new UsageException($"--parts-at-once is 1 to 1024, not {parts}.")
            : new SiloRequest
            {
                Cluster = Read(parsed),
                Data = parsed.GetRequiredValue(Data),
                PostgreSql = parsed.GetValue(PostgreSql),
                Address = address,
                Port = parsed.GetValue(Port),
                GatewayPort = parsed.GetValue(GatewayPort),
                Parts = parts,
                IsPatient = parsed.GetValue(Patient),
            };
    }

    private static Option<int> PortOption(string name, string description) => new(name)
    {
        HelpName = "P",
        Description = description,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int port) && port is < 0 or > 65535)
                {
                    result.AddError($"{name} takes 0 to 65535, not {port}.");
                }
            },
        },
    };
}
