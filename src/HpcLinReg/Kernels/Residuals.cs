using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes residuals r = Xw + b − y: predictions, from which y is subtracted while they are in L1. The subtraction works on lines, which
/// also widen a float y; TensorPrimitives.Subtract is slower for the few dozen rows of a panel (docs/decisions.md).
/// </summary>
internal static class Residuals
{
    /// <summary>The number of predictions computed before y is subtracted from them: 2 KiB.</summary>
    private const int Chunk = 256;

    /// <summary>Computes the residual of every row of x.</summary>
    internal static void Rows<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> weights, double intercept,
        Span<double> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isAhead = Prefetch.Pays(x);
        for (int row = 0; row < x.Rows; row += Chunk)
        {
            int count = Math.Min(Chunk, x.Rows - row);
            Span<double> part = destination.Slice(row, count);
            Predictions.Rows(x.SliceRows(row, count), weights, intercept, part, isAhead);
            Subtract(part, ref Unsafe.Add(ref MemoryMarshal.GetReference(y), row));
        }
    }

    /// <summary>Computes predictions − y in place.</summary>
    private static void Subtract<T>(Span<double> predictions, ref T y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref double r = ref MemoryMarshal.GetReference(predictions);
        int i = 0;
        for (; i <= predictions.Length - Line.Lanes; i += Line.Lanes)
        {
            (Line.Load(ref r, i) - Line.Load(ref y, i)).StoreUnsafe(ref r, (nuint)i);
        }

        for (; i < predictions.Length; i++)
        {
            Unsafe.Add(ref r, i) -= Line.Widen(Unsafe.Add(ref y, i));
        }
    }
}
