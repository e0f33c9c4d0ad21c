using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HpcLinReg.Tests.Cli;

/// <summary>
/// SIGINT, and processes that listen to it or do not. A process ignores it when the one that starts it does, and a shell without job control
/// ignores it in all it starts in the background: a test must not depend on how it was started.
/// </summary>
internal static partial class InterruptSignal
{
    private const int Interrupt = 2, Default = 0, Ignore = 1;

    /// <summary>More than any system's <c>struct sigaction</c>.</summary>
    private const int ActionSize = 512;

    private static readonly Lock s_starting = new();

    internal static bool Exists => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Starts a process that SIGINT reaches.</summary>
    internal static Process StartListening(ProcessStartInfo start) => StartWith(start, Default);

    /// <summary>Starts a process as a script does in the background.</summary>
    internal static Process StartIgnoring(ProcessStartInfo start) => StartWith(start, Ignore);

    internal static void Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Sets what this process does with the signal for as long as it starts another.</summary>
    private static Process StartWith(ProcessStartInfo start, nint disposition)
    {
        lock (s_starting)
        {
            var before = new byte[ActionSize];
            Assert.Equal(0, SigAction(Interrupt, null, before));
            Signal(Interrupt, disposition);
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                _ = SigAction(Interrupt, before, null);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte[]? action, [Out] byte[]? before);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint disposition);
}
