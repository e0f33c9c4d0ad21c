using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace HpcLinReg.Native;

/// <summary>
/// Numbers that stand for objects in C. A number is given out once in a process and is drawn from a range of the process's own, so a stale
/// number, or one of another process, is an error and never another object. Thread-safe.
/// </summary>
internal static class Handles
{
    private static readonly ConcurrentDictionary<long, object> Objects = new();

    /// <summary>The upper 31 bits are random, the lower 32 count.</summary>
    private static long _last = (long)RandomNumberGenerator.GetInt32(1, int.MaxValue) << 32;

    /// <summary>Returns a new handle of an object.</summary>
    internal static long Add(object value)
    {
        long handle = Interlocked.Increment(ref _last);
        Objects[handle] = value;
        return handle;
    }

    /// <summary>Returns the object of a handle; throws where it is none of that kind.</summary>
    internal static T Get<T>(long handle, string name)
        where T : class
    {
        object value = Objects.TryGetValue(handle, out object? found) ? found : throw Unknown(handle, name);
        return value as T ?? throw new CallException(Status.BadHandle, $"{name} is the handle of {Kind(value)}, not of {KindOf(typeof(T))}.");
    }

    /// <summary>Forgets a handle; throws where it is none.</summary>
    internal static void Release(long handle)
    {
        if (!Objects.TryRemove(handle, out object? value))
        {
            throw Unknown(handle, "handle");
        }

        if (value is IDisposable reader)
        {
            // Not while another thread reads.
            lock (value)
            {
                reader.Dispose();
            }
        }
    }

    private static CallException Unknown(long handle, string name) =>
        new(Status.BadHandle, $"{name} is {handle}, which is no handle of this process: it was released, or never given out.");

    private static string Kind(object value) => KindOf(value.GetType());

    private static string KindOf(Type type) =>
        type == typeof(HeldAccumulator) ? "an accumulator" : type == typeof(Moments) ? "moments"
        : type == typeof(HeldModel) ? "a model" : "an Arrow reader";
}
