using System.Collections.Immutable;
using System.Numerics.Tensors;

namespace HpcLinReg.Data.Reading;

/// <summary>Takes the rows with a missing value out of a block and counts what was missing.</summary>
internal sealed class MissingRows(IReadOnlyList<string> names, MissingValues policy, string description)
{
    private readonly long[] _counts = new long[names.Count];

    /// <summary>Gets how many rows were dropped.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Gets how many rows were seen.</summary>
    internal long Seen { get; private set; }

    /// <summary>Moves the complete rows to the front.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="DataException">The policy is <see cref="MissingValues.Error"/> and a row is not complete.</exception>
    internal int Compact(Span<double> block)
    {
        int width = names.Count;
        int rows = block.Length / width;
        if (TensorPrimitives.IsFiniteAll<double>(block))
        {
            Seen += rows;
            return rows;
        }

        int kept = 0;
        for (int i = 0; i < rows; i++)
        {
            Span<double> row = block.Slice(i * width, width);
            Seen++;
            if (!IsComplete(row))
                continue;
            row.CopyTo(block[(kept * width)..]);
            kept++;
        }

        return kept;
    }

    /// <summary>Counts what a row lacks.</summary>
    internal bool IsComplete(ReadOnlySpan<double> row)
    {
        bool complete = true;
        for (int j = 0; j < row.Length; j++)
        {
            if (double.IsFinite(row[j]))
                continue;
            complete = false;
            _counts[j]++;
            if (policy == MissingValues.Error)
            {
                throw new DataException(
                    $"'{names[j]}' is missing in row {Seen} of {description} ({Written(row[j])}; rows are counted from 1 after the header); complete it, or let rows with missing values be dropped (--missing drop).");
            }
        }

        Dropped += complete ? 0 : 1;
        return complete;
    }

    /// <summary>Gets what was missing, in the order of the names.</summary>
    internal ImmutableArray<MissingCount> Counts() =>
        [.. names.Select((name, i) => new MissingCount(name, _counts[i])).Where(count => count.Rows > 0)];

    private static string Written(double value) => double.IsNaN(value) ? "empty, NaN or not computable" : "infinite";
}
