namespace HpcLinReg.Descent;

/// <summary>
/// The pseudo-random generator SplitMix64 (Steele, Lea, Flood 2014, <i>Fast splittable pseudorandom number generators</i>). It is the
/// engine's own, so that a seed gives the same numbers on every version of the runtime.
/// </summary>
internal struct SplitMix(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Returns the generator of one epoch and window.</summary>
    internal static SplitMix For(int seed, long epoch, long window)
    {
        var mixer = new SplitMix((uint)seed);
        mixer._state = mixer.Next() ^ (ulong)epoch;
        mixer._state = mixer.Next() ^ (ulong)window;
        return mixer;
    }

    /// <summary>Returns the next 64 bits.</summary>
    internal ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>
    /// Returns a whole number from 0 to below the bound: the high half of a 32 × 32 bit product, whose frequencies differ by less than one
    /// in 2³² / bound.
    /// </summary>
    internal int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>Returns a number from −1 to below 1.</summary>
    internal double Symmetric() => ((Next() >> 11) * (2.0 / (1L << 53))) - 1;
}
