using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace HpcLinReg;

/// <summary>The exceptions of distributions.</summary>
internal static partial class Throw
{
    internal static void UnlessPositive(double degreesOfFreedom, [CallerArgumentExpression(nameof(degreesOfFreedom))] string? name = null)
    {
        if (!(degreesOfFreedom > 0))
        {
            DegreesOfFreedomNotPositive(degreesOfFreedom, name);
        }
    }

    internal static void UnlessProbability(double probability, [CallerArgumentExpression(nameof(probability))] string? name = null)
    {
        if (!(probability is >= 0 and <= 1))
        {
            ProbabilityOutOfRange(probability, name);
        }
    }

    [DoesNotReturn]
    private static void DegreesOfFreedomNotPositive(double value, string? name) =>
        throw new ArgumentOutOfRangeException(name, value, "Degrees of freedom must be greater than 0 (infinity is allowed). A fit with as many coefficients as rows has none: there is no test and no interval.");

    [DoesNotReturn]
    private static void ProbabilityOutOfRange(double value, string? name) =>
        throw new ArgumentOutOfRangeException(name, value, "A probability or level lies between 0 and 1: write 95 % as 0.95.");
}
