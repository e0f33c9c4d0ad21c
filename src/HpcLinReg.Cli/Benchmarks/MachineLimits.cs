using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Cli.Benchmarks;

/// <summary>
/// What one thread of this machine can do, measured in this process: read bandwidth and peak multiply-adds, each the best of
/// several loops, because which loop is fastest differs from CPU to CPU.
/// </summary>
/// <param name="ReadBytesPerSecond">
/// The best of summing memory with 1, 2, 4 and 8 accumulators of 256 and 512 bits, as 2 and 4 streams side by side, and by
/// TensorPrimitives.Sum.
/// </param>
/// <param name="FlopsPerSecond">The best of chains of fused multiply-adds in 8, 10, 12 and 16 registers of 256 and 512 bits.</param>
/// <param name="FlopsPerSecondOfTwo">The same on two threads at once; 0 when there is one processor.</param>
/// <param name="Read">The fastest of the reading loops, to be timed again beside each kernel.</param>
/// <param name="Multiply">The fastest of the chains, likewise.</param>
/// <param name="MultiplyFlops">The operations of <paramref name="Multiply"/>.</param>
internal sealed record MachineLimits(
    double ReadBytesPerSecond, double FlopsPerSecond, double FlopsPerSecondOfTwo, Action Read, Action Multiply, double MultiplyFlops)
{
    private const int ChainLength = 20_000;
    private const int Repeats = 200;

    private static double _sink;

    /// <summary>Gets the doubles that a working set from memory needs: 100 MB, or four times the last cache.</summary>
    internal static int WorkingSetElements { get; } =
        (int)(Math.Clamp(Math.Max(100L << 20, 4 * LastCacheBytes()), 100L << 20, 1L << 30) / sizeof(double));

    internal static MachineLimits Measure(double[] memory, TimeSpan budget)
    {
        Action[] reads =
        [
            () => _sink += Sum512(memory, 1), () =>
                _sink += Sum512(memory, 2), () => _sink += Sum512(memory, 4), () => _sink += Sum512(memory, 8),
            () => _sink += Sum256(memory, 1), () =>
                _sink += Sum256(memory, 2), () => _sink += Sum256(memory, 4), () => _sink += Sum256(memory, 8),
            () => _sink += TensorPrimitives.Sum<double>(memory), () => _sink += SumStreams(memory, 2), () => _sink += SumStreams(memory, 4),
        ];
        Action[] chains =
        [
            () => _sink += Chains512x8(1.0), () => _sink += Chains512x12(1.0), () => _sink += Chains512x16(1.0),
            () => _sink += Chains256x10(1.0), () => _sink += Chains256x12(1.0),
        ];
        double[] flops = [16 * 8, 16 * 12, 16 * 16, 8 * 10, 8 * 12];
        Timing.Settle(chains);
        (double seconds, Action fastest) = reads
            .Select(run => (Timing.BestSeconds(run, budget / reads.Length), run)).MinBy(pair => pair.Item1);
        (double fma, int best) = chains
            .Select((run, i) => (flops[i] * ChainLength / Timing.BestSeconds(run, budget / chains.Length), i)).Max();
        double two = Environment.ProcessorCount > 1
            ? 2 * flops[best] * ChainLength * Repeats / Timing.BestSeconds(() => OnTwoThreads(chains[best]), budget / 4) : 0;
        return new MachineLimits(memory.Length * (double)sizeof(double) / seconds, fma, two, fastest, chains[best],
            flops[best] * ChainLength);
    }

    /// <summary>Long enough for the start of the second thread not to show.</summary>
    private static void OnTwoThreads(Action chain) => Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 2 }, _ =>
    {
        for (int i = 0; i < Repeats; i++)
        {
            chain();
        }
    });

    private static long LastCacheBytes()
    {
        const string Path = "/sys/devices/system/cpu/cpu0/cache/index3/size";
        string text = File.Exists(Path) ? File.ReadAllText(Path).Trim() : "";
        return text.EndsWith('K') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes)
            ? kibibytes << 10
            : 32L << 20;
    }

    /// <summary>Two or four parts of memory side by side: some machines read several streams faster than one.</summary>
    private static double SumStreams(double[] memory, int streams)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(memory);
        Vector512<double> a = default, b = default, c = default, d = default;
        int part = memory.Length / streams;
        int end = part - 16;
        if (streams == 2)
        {
            for (int i = 0; i <= end; i += 16)
            {
                a += Vector512.LoadUnsafe(ref first, (nuint)i);
                b += Vector512.LoadUnsafe(ref first, (nuint)i + 8);
                c += Vector512.LoadUnsafe(ref first, (nuint)(i + part));
                d += Vector512.LoadUnsafe(ref first, (nuint)(i + part) + 8);
            }
        }
        else
        {
            for (int i = 0; i <= end; i += 8)
            {
                a += Vector512.LoadUnsafe(ref first, (nuint)i);
                b += Vector512.LoadUnsafe(ref first, (nuint)(i + part));
                c += Vector512.LoadUnsafe(ref first, (nuint)(i + (2 * part)));
                d += Vector512.LoadUnsafe(ref first, (nuint)(i + (3 * part)));
            }
        }

        return Vector512.Sum(a + b + c + d);
    }

    private static double Sum512(double[] memory, int accumulators)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(memory);
        Vector512<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        int end = memory.Length - 64;
        switch (accumulators)
        {
            case 1:
                for (int i = 0; i <= end; i += 8)
                {
                    a += Vector512.LoadUnsafe(ref first, (nuint)i);
                }

                break;
            case 2:
                for (int i = 0; i <= end; i += 16)
                {
                    a += Vector512.LoadUnsafe(ref first, (nuint)i);
                    b += Vector512.LoadUnsafe(ref first, (nuint)i + 8);
                }

                break;
            case 4:
                for (int i = 0; i <= end; i += 32)
                {
                    a += Vector512.LoadUnsafe(ref first, (nuint)i);
                    b += Vector512.LoadUnsafe(ref first, (nuint)i + 8);
                    c += Vector512.LoadUnsafe(ref first, (nuint)i + 16);
                    d += Vector512.LoadUnsafe(ref first, (nuint)i + 24);
                }

                break;
            default:
                for (int i = 0; i <= end; i += 64)
                {
                    a += Vector512.LoadUnsafe(ref first, (nuint)i);
                    b += Vector512.LoadUnsafe(ref first, (nuint)i + 8);
                    c += Vector512.LoadUnsafe(ref first, (nuint)i + 16);
                    d += Vector512.LoadUnsafe(ref first, (nuint)i + 24);
                    e += Vector512.LoadUnsafe(ref first, (nuint)i + 32);
                    f += Vector512.LoadUnsafe(ref first, (nuint)i + 40);
                    g += Vector512.LoadUnsafe(ref first, (nuint)i + 48);
                    h += Vector512.LoadUnsafe(ref first, (nuint)i + 56);
                }

                break;
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    private static double Sum256(double[] memory, int accumulators)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(memory);
        Vector256<double> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        int end = memory.Length - 32;
        switch (accumulators)
        {
            case 1:
                for (int i = 0; i <= end; i += 4)
                {
                    a += Vector256.LoadUnsafe(ref first, (nuint)i);
                }

                break;
            case 2:
                for (int i = 0; i <= end; i += 8)
                {
                    a += Vector256.LoadUnsafe(ref first, (nuint)i);
                    b += Vector256.LoadUnsafe(ref first, (nuint)i + 4);
                }

                break;
            case 4:
                for (int i = 0; i <= end; i += 16)
                {
                    a += Vector256.LoadUnsafe(ref first, (nuint)i);
                    b += Vector256.LoadUnsafe(ref first, (nuint)i + 4);
                    c += Vector256.LoadUnsafe(ref first, (nuint)i + 8);
                    d += Vector256.LoadUnsafe(ref first, (nuint)i + 12);
                }

                break;
            default:
                for (int i = 0; i <= end; i += 32)
                {
                    a += Vector256.LoadUnsafe(ref first, (nuint)i);
                    b += Vector256.LoadUnsafe(ref first, (nuint)i + 4);
                    c += Vector256.LoadUnsafe(ref first, (nuint)i + 8);
                    d += Vector256.LoadUnsafe(ref first, (nuint)i + 12);
                    e += Vector256.LoadUnsafe(ref first, (nuint)i + 16);
                    f += Vector256.LoadUnsafe(ref first, (nuint)i + 20);
                    g += Vector256.LoadUnsafe(ref first, (nuint)i + 24);
                    h += Vector256.LoadUnsafe(ref first, (nuint)i + 28);
                }

                break;
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Chains512x8(double start)
    {
        var x = Vector512.Create(start);
        var y = Vector512.Create(1e-9);
        Vector512<double> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x;
        for (int i = 0; i < ChainLength; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(x, y, c0);
            c1 = Vector512.MultiplyAddEstimate(x, y, c1);
            c2 = Vector512.MultiplyAddEstimate(x, y, c2);
            c3 = Vector512.MultiplyAddEstimate(x, y, c3);
            c4 = Vector512.MultiplyAddEstimate(x, y, c4);
            c5 = Vector512.MultiplyAddEstimate(x, y, c5);
            c6 = Vector512.MultiplyAddEstimate(x, y, c6);
            c7 = Vector512.MultiplyAddEstimate(x, y, c7);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Chains512x12(double start)
    {
        var x = Vector512.Create(start);
        var y = Vector512.Create(1e-9);
        Vector512<double> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int i = 0; i < ChainLength; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(x, y, c0);
            c1 = Vector512.MultiplyAddEstimate(x, y, c1);
            c2 = Vector512.MultiplyAddEstimate(x, y, c2);
            c3 = Vector512.MultiplyAddEstimate(x, y, c3);
            c4 = Vector512.MultiplyAddEstimate(x, y, c4);
            c5 = Vector512.MultiplyAddEstimate(x, y, c5);
            c6 = Vector512.MultiplyAddEstimate(x, y, c6);
            c7 = Vector512.MultiplyAddEstimate(x, y, c7);
            c8 = Vector512.MultiplyAddEstimate(x, y, c8);
            c9 = Vector512.MultiplyAddEstimate(x, y, c9);
            c10 = Vector512.MultiplyAddEstimate(x, y, c10);
            c11 = Vector512.MultiplyAddEstimate(x, y, c11);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Chains512x16(double start)
    {
        var x = Vector512.Create(start);
        var y = Vector512.Create(1e-9);
        Vector512<double> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x, c12 = x,
        c13 = x, c14 = x, c15 = x;
        for (int i = 0; i < ChainLength; i++)
        {
            c0 = Vector512.MultiplyAddEstimate(x, y, c0);
            c1 = Vector512.MultiplyAddEstimate(x, y, c1);
            c2 = Vector512.MultiplyAddEstimate(x, y, c2);
            c3 = Vector512.MultiplyAddEstimate(x, y, c3);
            c4 = Vector512.MultiplyAddEstimate(x, y, c4);
            c5 = Vector512.MultiplyAddEstimate(x, y, c5);
            c6 = Vector512.MultiplyAddEstimate(x, y, c6);
            c7 = Vector512.MultiplyAddEstimate(x, y, c7);
            c8 = Vector512.MultiplyAddEstimate(x, y, c8);
            c9 = Vector512.MultiplyAddEstimate(x, y, c9);
            c10 = Vector512.MultiplyAddEstimate(x, y, c10);
            c11 = Vector512.MultiplyAddEstimate(x, y, c11);
            c12 = Vector512.MultiplyAddEstimate(x, y, c12);
            c13 = Vector512.MultiplyAddEstimate(x, y, c13);
            c14 = Vector512.MultiplyAddEstimate(x, y, c14);
            c15 = Vector512.MultiplyAddEstimate(x, y, c15);
        }

        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11 + c12 + c13 + c14 + c15);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Chains256x10(double start)
    {
        var x = Vector256.Create(start);
        var y = Vector256.Create(1e-9);
        Vector256<double> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x;
        for (int i = 0; i < ChainLength; i++)
        {
            c0 = Vector256.MultiplyAddEstimate(x, y, c0);
            c1 = Vector256.MultiplyAddEstimate(x, y, c1);
            c2 = Vector256.MultiplyAddEstimate(x, y, c2);
            c3 = Vector256.MultiplyAddEstimate(x, y, c3);
            c4 = Vector256.MultiplyAddEstimate(x, y, c4);
            c5 = Vector256.MultiplyAddEstimate(x, y, c5);
            c6 = Vector256.MultiplyAddEstimate(x, y, c6);
            c7 = Vector256.MultiplyAddEstimate(x, y, c7);
            c8 = Vector256.MultiplyAddEstimate(x, y, c8);
            c9 = Vector256.MultiplyAddEstimate(x, y, c9);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Chains256x12(double start)
    {
        var x = Vector256.Create(start);
        var y = Vector256.Create(1e-9);
        Vector256<double> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (int i = 0; i < ChainLength; i++)
        {
            c0 = Vector256.MultiplyAddEstimate(x, y, c0);
            c1 = Vector256.MultiplyAddEstimate(x, y, c1);
            c2 = Vector256.MultiplyAddEstimate(x, y, c2);
            c3 = Vector256.MultiplyAddEstimate(x, y, c3);
            c4 = Vector256.MultiplyAddEstimate(x, y, c4);
            c5 = Vector256.MultiplyAddEstimate(x, y, c5);
            c6 = Vector256.MultiplyAddEstimate(x, y, c6);
            c7 = Vector256.MultiplyAddEstimate(x, y, c7);
            c8 = Vector256.MultiplyAddEstimate(x, y, c8);
            c9 = Vector256.MultiplyAddEstimate(x, y, c9);
            c10 = Vector256.MultiplyAddEstimate(x, y, c10);
            c11 = Vector256.MultiplyAddEstimate(x, y, c11);
        }

        return Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
    }
}
