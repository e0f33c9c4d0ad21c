namespace HpcLinReg.SelfTest.Bits;

/// <summary>The rows of a problem given to an accumulator in one piece or in many.</summary>
internal static class Pieces
{
    /// <summary>More rows than one chunk of any problem, and more than a block at times.</summary>
    private const int LongestChunk = 3000;

    private const int Ranges = 6;

    internal static MomentsAccumulator Together(FixedProblem problem) => Chunks(problem, () => int.MaxValue);

    internal static MomentsAccumulator OfFloats(FixedProblem problem)
    {
        var accumulator = new MomentsAccumulator(problem.Columns + 1);
        accumulator.Add(problem.FloatX, problem.FloatY);
        return accumulator;
    }

    internal static MomentsAccumulator Chunks(FixedProblem problem, Func<int> next) => Range(problem, 0, problem.Rows, next);

    internal static MomentsAccumulator RandomChunks(FixedProblem problem)
    {
        var random = new Random((problem.Columns * 31) + problem.Rows);
        return Chunks(problem, () => random.Next(1, LongestChunk));
    }

    /// <summary>
    /// Adjacent ranges between random rows, some of them empty, each into an accumulator of its own; then neighbours merge in random order.
    /// </summary>
    internal static MomentsAccumulator MergedRanges(FixedProblem problem)
    {
        var random = new Random((problem.Columns * 37) + problem.Rows);
        int[] cuts = [0, .. Enumerable.Range(1, Ranges - 1).Select(_ => random.Next(problem.Rows + 1)).Order(), problem.Rows];
        List<MomentsAccumulator> parts = [.. cuts.Zip(cuts.Skip(1), (start, end) => Range(problem, start, end, () => int.MaxValue))];
        while (parts.Count > 1)
        {
            int left = random.Next(parts.Count - 1);
            (int kept, int merged) = random.Next(2) == 0 ? (left, left + 1) : (left + 1, left);
            parts[kept].Merge(parts[merged]);
            parts.RemoveAt(merged);
        }

        return parts[0];
    }

    private static MomentsAccumulator Range(FixedProblem problem, int start, int end, Func<int> next)
    {
        var accumulator = new MomentsAccumulator(problem.Columns + 1, start);
        for (int row = start; row < end;)
        {
            int count = Math.Min(next(), end - row);
            accumulator.Add(problem.X.SliceRows(row, count), problem.Y.AsSpan(row, count));
            row += count;
        }

        return accumulator;
    }
}
