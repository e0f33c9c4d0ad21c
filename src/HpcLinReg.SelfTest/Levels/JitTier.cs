using System.Runtime.CompilerServices;

namespace HpcLinReg.SelfTest.Levels;

/// <summary>
/// How this process compiles methods, found by looking: code that is not optimized keeps every local alive to the end of its method,
/// optimized code lets the collector have it after its last use.
/// </summary>
internal static class JitTier
{
    /// <summary>More than the thirty calls after which a method is a candidate for the next tier.</summary>
    private const int CallsToPromote = 60;

    /// <summary>Returns whether a method with a loop is compiled at its last tier from its first call on.</summary>
    internal static bool OptimizesAtOnce() => IsOptimized(1);

    /// <summary>
    /// Returns whether a method that is called often reaches its last tier; a minute is far more than a busy machine needs.
    /// </summary>
    internal static bool OptimizesLater() => OptimizesWithin(TimeSpan.FromMinutes(1));

    /// <summary>
    /// Returns whether such a method stays below its last tier, for several times the 100 ms without new methods after which the runtime
    /// begins.
    /// </summary>
    internal static bool StaysAtFirstTier() => !OptimizesWithin(TimeSpan.FromSeconds(2));

    private static bool OptimizesWithin(TimeSpan patience)
    {
        for (long end = Environment.TickCount64 + (long)patience.TotalMilliseconds; Environment.TickCount64 < end;)
        {
            for (int call = 0; call < CallsToPromote; call++)
            {
                if (IsOptimized(call))
                {
                    return true;
                }
            }

            Thread.Sleep(20);
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsOptimized(int calls)
    {
        object unused = new object();
        var reference = new WeakReference(unused);
        for (int i = 0; i <= calls % 2; i++)
        {
            GC.Collect(0);
        }

        return !reference.IsAlive;
    }
}
