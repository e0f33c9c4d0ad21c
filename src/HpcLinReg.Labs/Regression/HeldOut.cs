namespace HpcLinReg.Labs.Regression;

/// <summary>Which points are held out of a fit to test it.</summary>
public static class HeldOut
{
    private const double Share = 0.3;

    /// <summary>Fewer points than these are all fitted.</summary>
    private const int Fewest = 4;

    /// <summary>
    /// Chooses three of ten points by their numbers alone, the same in every visit: those whose numbers, mixed, come first (the finalizer
    /// of SplitMix64, Steele, Lea and Flood 2014).
    /// </summary>
    /// <param name="count">The number of points.</param>
    public static bool[] Of(int count)
    {
        bool[] held = new bool[count];
        if (count >= Fewest)
        {
            foreach (int i in Enumerable.Range(0, count).OrderBy(Mixed).Take((int)Math.Round(Share * count)))
            {
                held[i] = true;
            }
        }

        return held;
    }

    private static ulong Mixed(int number)
    {
        ulong z = unchecked(((ulong)number + 1) * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
