namespace HpcLinReg.Native;

/// <summary>An accumulator behind a handle. Calls of several threads take turns.</summary>
internal sealed class HeldAccumulator(MomentsAccumulator sums, string[] names)
{
    private readonly Lock _lock = new();

    /// <summary>Gets the names of the columns; empty where none were given.</summary>
    internal string[] Names { get; } = names;

    /// <summary>Gets the number of columns.</summary>
    internal int Columns => sums.Columns;

    /// <summary>Calls a function with the accumulator, one thread at a time.</summary>
    internal T Use<T>(Func<MomentsAccumulator, T> function)
    {
        lock (_lock)
        {
            return function(sums);
        }
    }

    /// <summary>Calls an action with the accumulator, one thread at a time.</summary>
    internal void Use(Action<MomentsAccumulator> action)
    {
        lock (_lock)
        {
            action(sums);
        }
    }

    /// <summary>
    /// Joins rows that an action adds in pieces to an accumulator of their own: all of them or, with an exception, none. The bits are those
    /// of adding the rows themselves.
    /// </summary>
    internal void AddWhole(Action<MomentsAccumulator> add)
    {
        lock (_lock)
        {
            MomentsAccumulator added = Like(sums, sums.NextRow);
            add(added);
            sums.Merge(added);
        }
    }

    /// <summary>Joins the rows of an adjacent range.</summary>
    internal void Merge(HeldAccumulator other)
    {
        if (!Names.AsSpan().SequenceEqual(other.Names))
        {
            throw CallException.Argument($"The columns differ: {List(Names)} here, {List(other.Names)} in the other accumulator. Name them alike and in the same order.");
        }

        // The other one is held only while its sums are copied, so that two merges in opposite directions cannot wait for each other.
        MomentsAccumulator copy = other.Use(theirs =>
        {
            MomentsAccumulator made = Like(theirs, theirs.FirstRow);
            made.Merge(theirs);
            return made;
        });
        Use(ours => ours.Merge(copy));
    }

    private MomentsAccumulator Like(MomentsAccumulator other, long firstRow) =>
        Names.Length > 0 ? new(Names, firstRow, other.Precision) : new(other.Columns, firstRow, other.Precision);

    private static string List(string[] names) => names.Length == 0 ? "none named" : string.Join(", ", names);
}
