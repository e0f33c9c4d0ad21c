using System.Runtime.InteropServices;

namespace HpcLinReg.Cli;

/// <summary>
/// Turns Ctrl-C, a request to terminate and a closed terminal into a cancelled token, so that work stops between two blocks of rows and
/// cleans up. A second signal ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly CancellationTokenSource Source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    internal Interruption()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel));
    }

    /// <summary>Gets the token that is cancelled by a signal.</summary>
    internal static CancellationToken Token => Source.Token;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private static void Cancel(PosixSignalContext context)
    {
        if (!Source.IsCancellationRequested)
        {
            context.Cancel = true;
            Source.Cancel();
        }
    }
}
