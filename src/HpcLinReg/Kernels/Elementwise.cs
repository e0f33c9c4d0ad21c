using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Operations on vectors, element by element: each element is one chain of multiply-adds, so any vector width gives the same bits, and
/// <see cref="Vector{T}"/> and TensorPrimitives can be used.
/// </summary>
internal static class Elementwise
{
    /// <summary>
    /// The most elements for which a loop of our own is used: the call and the checks of TensorPrimitives cost more than its wider vectors
    /// save.
    /// </summary>
    private const int ShortLength = 96;

    /// <summary>Computes target += factor·x; 2 flops, 16 bytes read and 8 written per element.</summary>
    internal static void Axpy(double factor, ReadOnlySpan<double> x, Span<double> target)
    {
        if (x.Length > ShortLength)
        {
            TensorPrimitives.MultiplyAddEstimate(x, factor, target, target);
            return;
        }

        ref double source = ref MemoryMarshal.GetReference(x);
        ref double destination = ref MemoryMarshal.GetReference(target);
        int j = 0;
        for (; j <= x.Length - Vector<double>.Count; j += Vector<double>.Count)
        {
            Vector.MultiplyAddEstimate(Vector.LoadUnsafe(ref source, (nuint)j), new Vector<double>(factor),
                Vector.LoadUnsafe(ref destination, (nuint)j))
                .StoreUnsafe(ref destination, (nuint)j);
        }

        for (; j < x.Length; j++)
        {
            ref double element = ref Unsafe.Add(ref destination, j);
            element = double.MultiplyAddEstimate(Unsafe.Add(ref source, j), factor, element);
        }
    }

    /// <summary>
    /// Computes target += f₀x₀ + f₁x₁ + f₂x₂ + f₃x₃ for four rows of a matrix. Each element is one chain in that order: the bits of
    /// four calls of <see cref="Axpy"/>, with a quarter of the loads and stores of target.
    /// </summary>
    internal static void AxpyOfFourRows<T>(ref T rows, nint rowStride, ref double factors, Span<double> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double factor0 = factors;
        double factor1 = Unsafe.Add(ref factors, 1);
        double factor2 = Unsafe.Add(ref factors, 2);
        double factor3 = Unsafe.Add(ref factors, 3);
        ref T row1 = ref Unsafe.Add(ref rows, rowStride);
        ref T row2 = ref Unsafe.Add(ref rows, 2 * rowStride);
        ref T row3 = ref Unsafe.Add(ref rows, 3 * rowStride);
        ref double destination = ref MemoryMarshal.GetReference(target);
        int j = 0;
        if (typeof(T) == typeof(double))
        {
            for (; j <= target.Length - Vector<double>.Count; j += Vector<double>.Count)
            {
                var sum = Vector.LoadUnsafe(ref destination, (nuint)j);
                sum = Vector.MultiplyAddEstimate(Load(ref rows, j), new Vector<double>(factor0), sum);
                sum = Vector.MultiplyAddEstimate(Load(ref row1, j), new Vector<double>(factor1), sum);
                sum = Vector.MultiplyAddEstimate(Load(ref row2, j), new Vector<double>(factor2), sum);
                sum = Vector.MultiplyAddEstimate(Load(ref row3, j), new Vector<double>(factor3), sum);
                sum.StoreUnsafe(ref destination, (nuint)j);
            }
        }
        else
        {
            // Float is widened by lines: Vector.Widen takes more instructions than the multiply-adds it feeds.
            for (; j <= target.Length - Line.Lanes; j += Line.Lanes)
            {
                Vector512<double> sum = Line.Load(ref destination, j);
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref rows, j), Vector512.Create(factor0), sum);
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref row1, j), Vector512.Create(factor1), sum);
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref row2, j), Vector512.Create(factor2), sum);
                sum = Vector512.MultiplyAddEstimate(Line.Load(ref row3, j), Vector512.Create(factor3), sum);
                sum.StoreUnsafe(ref destination, (nuint)j);
            }
        }

        for (; j < target.Length; j++)
        {
            double sum = Unsafe.Add(ref destination, j);
            sum = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref rows, j)), factor0, sum);
            sum = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref row1, j)), factor1, sum);
            sum = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref row2, j)), factor2, sum);
            Unsafe.Add(ref destination, j) = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref row3, j)), factor3, sum);
        }
    }

    /// <summary>Computes target += factor·row for a row of a matrix of doubles or floats.</summary>
    internal static void AxpyOfRow<T>(ref T row, double factor, Span<double> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            Axpy(factor, MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<T, double>(ref row), target.Length), target);
            return;
        }

        ref double destination = ref MemoryMarshal.GetReference(target);
        int j = 0;
        for (; j <= target.Length - Line.Lanes; j += Line.Lanes)
        {
            Vector512.MultiplyAddEstimate(Line.Load(ref row, j), Vector512.Create(factor),
                Line.Load(ref destination, j)).StoreUnsafe(ref destination, (nuint)j);
        }

        for (; j < target.Length; j++)
        {
            target[j] = double.MultiplyAddEstimate(Line.Widen(Unsafe.Add(ref row, j)), factor, target[j]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<double> Load<T>(ref T first, int offset) =>
        Vector.LoadUnsafe(ref Unsafe.As<T, double>(ref first), (nuint)offset);
}
