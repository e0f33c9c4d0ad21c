using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Moments of rows in memory by several threads: each takes whole ranges of blocks of the absolute grid into a tree of its
/// own, and adjacent trees merge to the bits of one, so neither the number of threads nor who was faster shows.
/// </summary>
internal static class ParallelMoments
{
    /// <summary>
    /// Elements loaded and multiply-adds halved (half of the square is left out, eight go at a time) that are worth another thread: 50
    /// to 130 µs on a Zen 4. Two threads that were awake broke even with one at 20 to 40 µs of work in all, and took 0.6 of its
    /// time at 100 µs; waking a thread that sleeps takes some ten times a start.
    /// </summary>
    internal const double LeastWorkPerThread = 4e5;

    /// <summary>Ranges per thread, so that one that is held up does not hold up all.</summary>
    private const int RangesPerThread = 4;

    /// <summary>How many of the allowed threads are worth having.</summary>
    internal static int UsefulThreads(int rows, int columns, int allowed)
    {
        double work = rows * (columns + (columns * (columns + 1.0) / 4));
        return (int)Math.Clamp(Math.Min(work / LeastWorkPerThread, rows / RowBlocks.Rows), 1, allowed);
    }

    /// <summary>Adds rows to a tree that is empty and begins at row 0.</summary>
    internal static void Add<T>(MomentsTree total, MatrixSpan<T> x, MatrixSpan<T> y, int allowedThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int threads = UsefulThreads(x.Rows, x.Columns + y.Columns, allowedThreads);
        if (threads == 1)
        {
            total.Add(x, y);
        }
        else
        {
            AddInParallel(total, x, y, threads);
        }
    }

    /// <summary>A method of its own, because what the threads share is allocated where it is entered.</summary>
    private static unsafe void AddInParallel<T>(MomentsTree total, MatrixSpan<T> x, MatrixSpan<T> y, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int blocks = (x.Rows + RowBlocks.Rows - 1) / RowBlocks.Rows;

        // A power of two, so that a range folds into one node.
        int rowsPerRange = RowBlocks.Rows * (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, blocks / (threads * RangesPerThread)));
        int ranges = (x.Rows + rowsPerRange - 1) / rowsPerRange;
        var parts = new MomentsTree[ranges];
        var failures = new Exception?[ranges];
        int rows = x.Rows;
        int columns = x.Columns;
        int stride = x.RowStride;
        int length = x.Values.Length;
        int targets = y.Columns;
        int targetStride = y.RowStride;
        int targetLength = y.Values.Length;
        fixed (T* xFirst = &MemoryMarshal.GetReference(x.Values), yFirst = &MemoryMarshal.GetReference(y.Values))
        {
            // Spans cannot go to another thread; addresses can, while the buffers are pinned and this thread waits.
            nint xAddress = (nint)xFirst;
            nint yAddress = (nint)yFirst;
            Parallel.For(0, ranges, new ParallelOptions { MaxDegreeOfParallelism = threads }, range =>
            {
                int start = range * rowsPerRange;
                int count = Math.Min(rowsPerRange, rows - start);
                parts[range] = new MomentsTree(columns + targets, start, total.Precision);
                try
                {
                    var xs = new MatrixSpan<T>(new ReadOnlySpan<T>((T*)xAddress, length), rows, columns, stride);
                    var ys = new MatrixSpan<T>(new ReadOnlySpan<T>((T*)yAddress, targetLength), rows, targets, targetStride);
                    parts[range].Add(xs.SliceRows(start, count), ys.SliceRows(start, count));
                }
                catch (Exception exception) when (exception is ArgumentException or OverflowException)
                {
                    failures[range] = exception;
                }
            });
        }

        // As one thread would: the first bad cell in the order of rows is the one that is named.
        if (Array.Find(failures, failure => failure is not null) is { } first)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        foreach (MomentsTree part in parts)
        {
            total.Merge(part);
        }
    }
}
