using System.Runtime.InteropServices;
using System.Text;

namespace HpcLinReg.Native;

/// <summary>
/// Where C calls managed code: each exported function runs in <see cref="Call"/>, which lets no exception out, keeps the thread's last
/// message, and refuses a process that was forked after its first call.
/// </summary>
internal static partial class Boundary
{
    /// <summary>The message in a forked process; a constant, because such a process should not even allocate.</summary>
    internal const string ForkedMessage =
        "This process was forked after it had called HpcLinReg. A forked process has none of the library's threads, and a call may wait for them for ever. "
        + "Start workers by spawn or forkserver, or call the library in the workers only.";

    [ThreadStatic]
    private static string? _lastMessage;

    private static int _process;

    /// <summary>Gets the message of this thread's last failure; empty after a call that succeeded.</summary>
    internal static string LastMessage => _lastMessage ?? "";

    /// <summary>Runs the body of an exported function.</summary>
    /// <returns>The status.</returns>
    internal static int Call(Action body)
    {
        try
        {
            if (IsForked())
            {
                _lastMessage = ForkedMessage;
                return (int)Status.Forked;
            }

            ForkGate.Enter();
            try
            {
                body();
            }
            finally
            {
                ForkGate.Leave();
            }

            _lastMessage = "";
            return (int)Status.Ok;
        }
        catch (Exception exception)
        {
            // Whatever it is: an exception that reached the caller would end its process.
            _lastMessage = Message(exception);
            return (int)StatusOf(exception);
        }
    }

    /// <summary>Copies the last message with a zero byte behind it, cut where a character ends.</summary>
    /// <returns>The length of the whole message in bytes, without the zero byte.</returns>
    internal static unsafe long CopyLastMessage(byte* buffer, long capacity)
    {
        byte[] message = Encoding.UTF8.GetBytes(LastMessage);
        if (buffer is not null && capacity > 0)
        {
            int length = (int)Math.Min(message.Length, capacity - 1);
            while (length < message.Length && length > 0 && (message[length] & 0xC0) == 0x80)
            {
                length--;
            }

            message.AsSpan(0, length).CopyTo(new Span<byte>(buffer, length));
            buffer[length] = 0;
        }

        return message.Length;
    }

    /// <summary>Returns whether this process is a fork of the one that called first.</summary>
    private static bool IsForked()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        // Not Environment.ProcessId, which remembers the parent's.
        int process = GetProcessId();
        int first = Interlocked.CompareExchange(ref _process, process, 0);
        return first != 0 && first != process;
    }

    [LibraryImport("libc", EntryPoint = "getpid")]
    private static partial int GetProcessId();

    private static Status StatusOf(Exception exception) => exception switch
    {
        CallException call => call.Status,
        OverflowException => Status.OutOfRange,
        InvalidDataException => Status.BadFormat,
        OutOfMemoryException or InsufficientMemoryException => Status.OutOfMemory,
        ArgumentException or InvalidOperationException => Status.BadArgument,
        _ => Status.Internal,
    };

    private static string Message(Exception exception)
    {
        if (StatusOf(exception) == Status.Internal)
        {
            return $"HpcLinReg failed: {exception.GetType().Name}: {exception.Message}";
        }

        // The name of a parameter of the managed method says nothing to a C program.
        int parameter = exception.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return parameter < 0 ? exception.Message : exception.Message[..parameter];
    }
}
