namespace HpcLinReg.Descent;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014, <i>Fast splittable pseudorandom number generators</i>): a generator of our own, so that a seed
/// means the same numbers on every runtime for ever.
/// </summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator that belongs to one epoch and window.</summary>
    internal static SplitMix For(int seed, long epoch, long window)
    {
        var mixer = new SplitMix((uint)seed);
        mixer._state = mixer.Next() ^ (ulong)epoch;
        mixer._state = mixer.Next() ^ (ulong)window;
        return mixer;
    }

    internal ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A whole number from 0 to below a bound. The high half of a 32 × 32 bit product; uneven by less than one in 2³² / bound.</summary>
    internal int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from −1 to below 1.</summary>
    internal double Symmetric() => ((Next() >> 11) * (2.0 / (1L << 53))) - 1;
}
