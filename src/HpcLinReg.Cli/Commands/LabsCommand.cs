using System.CommandLine;
using System.Diagnostics;
using HpcLinReg.Labs;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg labs</c>: serves the two labs on this machine until Ctrl-C.</summary>
internal static class LabsCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        HelpName = "P",
        Description = $"The port on this machine; 0 takes a free one. Default {LabsOptions.DefaultPort}.",
        DefaultValueFactory = _ => LabsOptions.DefaultPort,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int port) && port is < 0 or > 65535)
                {
                    result.AddError($"--port takes 0 to 65535, not {port}.");
                }
            },
        },
    };

    private static readonly Option<bool> Open = new("--open") { Description = "Open the browser there." };

    internal static Command Create()
    {
        var command = new Command("labs", "Serve the Linear-Regression Laboratory and the Gradient-Descent Visualizer to a browser on this machine.") { Port, Open };
        command.SetAction(parsed => LabsHost.RunAsync(
            new LabsOptions { Port = parsed.GetValue(Port) }, Console.Out, Console.Error, parsed.GetValue(Open) ? Browse
                : null, Interruption.Token).GetAwaiter().GetResult());
        return command;
    }

    /// <summary>The system's own way to open an address; where there is none, the printed address has to do.</summary>
    private static void Browse(string address)
    {
        try
        {
            using Process? browser = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS()
                ? Process.Start(new ProcessStartInfo(address) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo("xdg-open", address) { RedirectStandardError = true });
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Failure.Warn($"no browser could be opened here ({exception.Message}); open {address} in one.");
        }
    }
}
