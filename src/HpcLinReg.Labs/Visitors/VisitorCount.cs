namespace HpcLinReg.Labs.Visitors;

/// <summary>How many visitors (open circuits) there are.</summary>
public sealed class VisitorCount
{
    private int _open;

    /// <summary>Gets the number of open circuits, disconnected ones that are waited for included.</summary>
    public int Open => Volatile.Read(ref _open);

    internal void Came() => Interlocked.Increment(ref _open);

    internal void Left() => Interlocked.Decrement(ref _open);
}
