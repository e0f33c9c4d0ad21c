namespace HpcLinReg.Labs;

/// <summary>
/// What was before, to undo and redo. The oldest states are forgotten when there are too many, or too large ones: what is kept for
/// a visitor stays bounded.
/// </summary>
/// <param name="size">What a state counts as, beside 1 for itself.</param>
public sealed class History<TState>(Func<TState, int> size)
    where TState : class
{
    /// <summary>The largest number of states that are kept.</summary>
    public const int MostStates = 200;

    /// <summary>The largest total size of the states that are kept: a megabyte, with points of 16 bytes.</summary>
    public const int LargestTotal = 60_000;

    private readonly LinkedList<TState> _before = [];
    private readonly Stack<TState> _after = [];
    private int _total;

    /// <summary>Gets whether there is something to go back to.</summary>
    public bool CanUndo => _before.Count > 0;

    /// <summary>Gets whether something was undone that can be done again.</summary>
    public bool CanRedo => _after.Count > 0;

    /// <summary>Gets how many states are kept.</summary>
    public int Count => _before.Count + _after.Count;

    /// <summary>Notes a state that is about to be replaced. What was undone before is forgotten.</summary>
    public void Note(TState state)
    {
        _total -= _after.Sum(Cost);
        _after.Clear();
        _before.AddLast(state);
        _total += Cost(state);
        while (_before.Count > MostStates || (_total > LargestTotal && _before.Count > 1))
        {
            _total -= Cost(_before.First!.Value);
            _before.RemoveFirst();
        }
    }

    /// <summary>The state before; <paramref name="current"/> can be done again.</summary>
    public TState Undo(TState current)
    {
        TState before = _before.Last!.Value;
        _before.RemoveLast();
        _after.Push(current);
        _total += Cost(current) - Cost(before);
        return before;
    }

    /// <summary>The state that was undone; <paramref name="current"/> can be undone again.</summary>
    public TState Redo(TState current)
    {
        TState after = _after.Pop();
        _before.AddLast(current);
        _total += Cost(current) - Cost(after);
        return after;
    }

    private int Cost(TState state) => 1 + size(state);
}
