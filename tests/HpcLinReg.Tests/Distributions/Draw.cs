namespace HpcLinReg.Tests.Distributions;

/// <summary>Random arguments of distributions, spread over orders of magnitude.</summary>
internal static class Draw
{
    /// <summary>A number between two positive ones, uniform in its logarithm.</summary>
    internal static double Between(Random random, double least, double most) =>
        Math.Clamp(Math.Exp(Math.Log(least) + (random.NextDouble() * (Math.Log(most) - Math.Log(least)))), least, most);

    /// <summary>0.5 to 1e8, half of them whole.</summary>
    internal static double DegreesOfFreedom(Random random)
    {
        double drawn = Between(random, 0.5, 1e8);
        return random.Next(2) == 0 ? drawn : Math.Ceiling(drawn);
    }
}
