using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HpcLinReg.Orleans.Tests;

/// <summary>A PostgreSQL of the tests' own, in a new folder and on a free port; tests skip themselves where there is none.</summary>
public sealed class PostgreSqlServer : IAsyncLifetime
{
    private string? _folder;
    private string? _programs;

    /// <summary>Gets the connection.</summary>
    internal string Connection { get; private set; } = "";

    /// <summary>Gets why there is no server; null where there is one.</summary>
    internal string? Missing { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _programs = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb"))) : null;
        if (_programs is null)
        {
            Missing = "PostgreSQL is not installed (Debian: apt-get install postgresql).";
            return;
        }

        _folder = Directory.CreateTempSubdirectory("hpclinreg-postgresql-").FullName;
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        // PostgreSQL does not run as root.
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", "postgres", _folder);
        }

        Missing = await RunAsync(Path.Combine(_programs, "initdb"), "--no-sync", "--auth=trust", "--username=postgres", "-D", Path.Combine(_folder, "data"))
            ?? await RunAsync(Path.Combine(_programs, "pg_ctl"), "start", "--wait", "-D", Path.Combine(_folder, "data"), "-l", Path.Combine(_folder, "log"), "-o", $"-p {port} -k {_folder} -c listen_addresses=127.0.0.1");
        Connection = $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres";
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            await RunAsync(Path.Combine(_programs!, "pg_ctl"), "stop", "--mode=immediate", "-D", Path.Combine(_folder, "data"));
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>Runs a program, as the user postgres where this one is root; returns what it said where it failed, or null.</summary>
    private async Task<string?> RunAsync(string program, params string[] arguments)
    {
        bool isOther = Environment.UserName == "root" && program != "chown";
        ProcessStartInfo start = new(isOther ? "runuser" : program)
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        foreach (string argument in isOther ? ["-u", "postgres", "--", program, .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        // A server that is started in the background keeps the pipes open: its own end is waited for, not theirs.
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : $"{Path.GetFileName(program)} failed: {await process.StandardError.ReadToEndAsync()}";
    }
}
