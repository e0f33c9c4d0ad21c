namespace HpcLinReg.Labs.Visitors;

/// <summary>How many visitors (open circuits) there are.</summary>
public sealed class VisitorCount
{
    private int _open;
    private long _refused;

    /// <summary>Gets the number of open circuits, disconnected ones that are waited for included.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Gets how many connections were refused because a page of another site asked for them.</summary>
    public long Refused => Volatile.Read(ref _refused);

    internal void Refuse() => Interlocked.Increment(ref _refused);

    internal void Came() => Interlocked.Increment(ref _open);

    internal void Left() => Interlocked.Decrement(ref _open);
}
