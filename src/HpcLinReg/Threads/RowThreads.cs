namespace HpcLinReg.Threads;

/// <summary>Decides how many threads a pass over rows or a matrix in memory uses, and divides the work among them.</summary>
internal static class RowThreads
{
    /// <summary>
    /// Work that justifies another thread, in elements loaded plus half the multiply-adds of a triangle (eight are done at a time): 50
    /// to 130 µs on a Zen 4. Two threads that were awake broke even with one at 20 to 40 µs of work in all, and took 0.6 of its
    /// time at 100 µs; waking a thread that sleeps takes some ten times a start.
    /// </summary>
    internal const double LeastWork = 4e5;

    /// <summary>Throws where the number of allowed threads is less than 1.</summary>
    internal static void Require(int threads)
    {
        if (threads < 1)
        {
            Throw.ThreadsNotUsable(threads);
        }
    }

    /// <summary>Returns the number of threads: at least 1, at most one for each whole block of rows, and at most those allowed.</summary>
    /// <param name="work">The work of the pass, in the unit of <see cref="LeastWork"/>.</param>
    /// <param name="rows">The rows of the pass.</param>
    /// <param name="allowed">The most threads that the caller allows, at least 1.</param>
    internal static int Useful(double work, int rows, int allowed) =>
        (int)Math.Clamp(Math.Min(work / LeastWork, rows / RowBlocks.Rows), 1, allowed);

    /// <summary>Returns the number of threads for work that is not divided by rows: at least 1, and at most those allowed.</summary>
    internal static int Useful(double work, int allowed) => (int)Math.Clamp(work / LeastWork, 1, allowed);

    /// <summary>Calls an action for each number below a count, on several threads, which take the next number that none has.</summary>
    internal static void ForEach(int count, int threads, Action<int> action)
    {
        int next = -1;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (int index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                action(index);
            }
        });
    }

    /// <summary>Calls an action for each block of some rows, on several threads, in no order.</summary>
    /// <param name="start">The first row, that of a block.</param>
    /// <param name="end">The row behind the last one.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="block">Gets the number of its thread, the first row of the block, and how many rows it has.</param>
    internal static void ForEachBlock(int start, int end, int threads, Action<int, int, int> block)
    {
        int next = (start / RowBlocks.Rows) - 1;
        int blocks = (int)(((long)end + RowBlocks.Rows - 1) / RowBlocks.Rows);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread =>
        {
            for (int index = Interlocked.Increment(ref next); index < blocks; index = Interlocked.Increment(ref next))
            {
                int row = index * RowBlocks.Rows;
                block(thread, row, Math.Min(RowBlocks.Rows, end - row));
            }
        });
    }
}
