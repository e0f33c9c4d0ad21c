using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>
/// Sums the moments of rows in memory on several threads: each adds whole ranges of blocks of the absolute grid to a tree of its
/// own, and adjacent trees merge to the bits of one, so the result depends neither on the number of threads nor on their speed.
/// </summary>
internal static class ParallelMoments
{
    /// <summary>Ranges per thread: with several, a thread that is delayed does not delay the others.</summary>
    private const int RangesPerThread = 4;

    /// <summary>
    /// The number of joint columns from which on threads share the products of each block where there are too few blocks to divide: of
    /// fewer columns the panels of a block are too small for it (512 and 1000 columns were slower than with one thread).
    /// </summary>
    private const int LeastSharedColumns = 1536;

    /// <summary>Returns the number of the allowed threads that are worth starting.</summary>
    internal static int UsefulThreads(int rows, int columns, int allowed)
    {
        double work = rows * (columns + (columns * (columns + 1.0) / 4));
        return SharesBlocks(rows, columns, allowed) ? RowThreads.Useful(work, allowed) : RowThreads.Useful(work, rows, allowed);
    }

    /// <summary>Returns whether threads share each block instead of taking blocks of their own.</summary>
    private static bool SharesBlocks(int rows, int columns, int allowed) =>
        columns >= LeastSharedColumns && rows / RowBlocks.Rows < RangesPerThread * allowed;

    /// <summary>Adds rows to a tree that is empty and begins at row 0.</summary>
    internal static void Add<T>(MomentsTree total, MatrixSpan<T> x, MatrixSpan<T> y, int allowedThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = x.Columns + y.Columns;
        int threads = UsefulThreads(x.Rows, columns, allowedThreads);
        bool sharesBlocks = SharesBlocks(x.Rows, columns, allowedThreads);
        total.BlockThreads = sharesBlocks ? threads : 1;
        if (threads == 1 || sharesBlocks)
        {
            total.Add(x, y);
        }
        else
        {
            AddInParallel(total, x, y, threads);
        }
    }

    /// <summary>Adds rows on several threads. A method of its own, because the closure of the threads is allocated on entry.</summary>
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
        int columns = x.Columns + y.Columns;
        fixed (T* xFirst = &MemoryMarshal.GetReference(x.Values), yFirst = &MemoryMarshal.GetReference(y.Values))
        {
            PinnedRows<T> pinnedX = new(x, xFirst), pinnedY = new(y, yFirst);
            Parallel.For(0, ranges, new ParallelOptions { MaxDegreeOfParallelism = threads }, range =>
            {
                int start = range * rowsPerRange;
                int count = Math.Min(rowsPerRange, rows - start);
                parts[range] = new MomentsTree(columns, start, total.Precision);
                try
                {
                    parts[range].Add(pinnedX.Slice(start, count), pinnedY.Slice(start, count));
                }
                catch (Exception exception) when (exception is ArgumentException or OverflowException)
                {
                    failures[range] = exception;
                }
            });
        }

        // The first bad cell in the order of rows is named, as one thread would.
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
