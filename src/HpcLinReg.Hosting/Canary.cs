namespace HpcLinReg.Hosting;

/// <summary>A split with the snapshot that it leads to.</summary>
internal sealed record Canary(ModelSplit Split, ModelSnapshot Snapshot)
{
    /// <summary>
    /// Returns where a key lies in [0, 1): FNV-1a over its UTF-16 units, mixed by the finalizer of MurmurHash3, because FNV's high bits are
    /// poor for short keys.
    /// </summary>
    internal static double Place(ReadOnlySpan<char> key)
    {
        ulong hash = 14695981039346656037;
        foreach (char unit in key)
        {
            hash = (hash ^ unit) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        hash ^= hash >> 33;
        return (hash >> 11) * (1.0 / (1UL << 53));
    }
}
