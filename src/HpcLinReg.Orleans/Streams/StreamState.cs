using HpcLinReg.Hosting;

namespace HpcLinReg.Orleans;

/// <summary>The state machine of a stream: entries in, moments out.</summary>
internal sealed class StreamState(StreamDefinition definition)
{
    private const double LargestValue = 1e150;

    /// <summary>Gets the moments of the rows now; null where there are none.</summary>
    internal Moments? Moments { get; private set; }

    /// <summary>Takes a stored state back.</summary>
    internal void Restore(Moments? moments) => Moments = moments;

    /// <summary>Returns why rows cannot be learned, or null.</summary>
    internal string? ProblemOf(ReadOnlySpan<double> rows)
    {
        if (rows.IsEmpty || rows.Length % definition.Width != 0)
        {
            return $"there are {rows.Length} values; a row has {definition.Width}, the features and then the target '{definition.Target}', and a batch one row or more";
        }

        for (int i = 0; i < rows.Length; i++)
        {
            if (!(Math.Abs(rows[i]) <= LargestValue))
            {
                int column = i % definition.Width;
                return $"row {i / definition.Width} has {rows[i]} in '{(column < definition.Features.Count ? definition.Features[column] : definition.Target)}'; a finite number of at most 1e150 in magnitude is needed";
            }
        }

        return null;
    }

    /// <summary>Learns an entry of rows.</summary>
    internal void Learn(StoredBatch batch)
    {
        Moments added = MomentsOf(batch);
        Moments = Moments is null ? added : (definition.Forgetting < 1 ? Moments.Decay(definition.Forgetting) : Moments).Merge(added);
    }

    /// <summary>Returns the moments without an entry's rows, or why they cannot be removed.</summary>
    internal (Moments? Moments, string? Problem) Without(StoredBatch batch)
    {
        if (definition.Forgetting < 1)
        {
            return (null, "rows of a stream that forgets by itself are not removed one by one");
        }

        if (Moments!.Count == batch.Rows)
        {
            return (null, null);
        }

        try
        {
            return (Moments.Remove(MomentsOf(batch)), null);
        }
        catch (ArgumentException exception)
        {
            return (null, exception.Message);
        }
    }

    private Moments MomentsOf(StoredBatch batch)
    {
        MomentsAccumulator accumulator = new([.. definition.Features, definition.Target]);
        accumulator.Add(new MatrixSpan<double>(batch.Values.Span, batch.Rows, definition.Width, definition.Width));
        return accumulator.ToMoments();
    }
}
