using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HpcLinReg.Tests.Cli;

/// <summary>
/// SIGINT and SIGHUP, and processes that listen to them or do not. A process ignores a signal when the one that starts it does; a shell without job control
/// ignores SIGINT in all it starts in the background, and nohup ignores SIGHUP: a test must not depend on how it was started.
/// </summary>
internal static partial class InterruptSignal
{
    private const int HangUp = 1, Interrupt = 2, Default = 0, Ignore = 1;

    /// <summary>More than any system's <c>struct sigaction</c>.</summary>
    private const int ActionSize = 512;

    private static readonly Lock Starting = new();

    internal static bool Exists => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>Starts a process that SIGINT and SIGHUP reach.</summary>
    internal static Process StartListening(ProcessStartInfo start) => StartWith(start, Default);

    /// <summary>Starts a process that SIGINT does not reach, as a script does in the background.</summary>
    internal static Process StartIgnoring(ProcessStartInfo start) => StartWith(start, Ignore);

    internal static void Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Sets what this process does with SIGINT, and that SIGHUP ends it, for as long as it starts another.</summary>
    private static Process StartWith(ProcessStartInfo start, nint disposition)
    {
        lock (Starting)
        {
            byte[] interrupt = new byte[ActionSize], hangUp = new byte[ActionSize];
            Assert.Equal(0, SigAction(Interrupt, null, interrupt));
            Assert.Equal(0, SigAction(HangUp, null, hangUp));
            Signal(Interrupt, disposition);
            Signal(HangUp, Default);
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                _ = SigAction(Interrupt, interrupt, null);
                _ = SigAction(HangUp, hangUp, null);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SigAction(int signal, byte[]? action, [Out] byte[]? before);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint disposition);
}
