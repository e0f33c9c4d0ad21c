using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Rows;

/// <summary>
/// Predicts the rows of a matrix on several threads. A row gets the same bits alone and in any batch, so it does not matter where the rows
/// are divided.
/// </summary>
internal static class ParallelPredictions
{
    /// <summary>Computes the prediction of every row of x, on at most the allowed threads.</summary>
    internal static void Rows<T, TResult>(MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination,
        int allowedThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        int threads = RowThreads.Useful((double)x.Rows * (x.Columns + 1), x.Rows, allowedThreads);
        if (threads == 1)
        {
            Predictions.Rows(x, weights, intercept, destination);
        }
        else
        {
            RowsInParallel(x, weights, intercept, destination, threads);
        }
    }

    /// <summary>Predicts on several threads. A method of its own, because the closure of the threads is allocated on entry.</summary>
    private static unsafe void RowsInParallel<T, TResult>(
        MatrixSpan<T> x, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        int columns = x.Columns;
        fixed (T* first = &MemoryMarshal.GetReference(x.Values))
        fixed (double* firstWeight = &MemoryMarshal.GetReference(weights))
        fixed (TResult* firstResult = &MemoryMarshal.GetReference(destination))
        {
            PinnedRows<T> pinned = new(x, first);
            nint weightsAddress = (nint)firstWeight;
            nint resultAddress = (nint)firstResult;
            RowThreads.ForEachBlock(0, x.Rows, threads, (_, start, count) => Predictions.Rows(
                pinned.Slice(start, count), new ReadOnlySpan<double>((double*)weightsAddress, columns), intercept,
                new Span<TResult>((TResult*)resultAddress + start, count)));
        }
    }
}
