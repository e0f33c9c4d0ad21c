namespace HpcLinReg.Tests.Reference;

/// <summary>How many cases a random test draws: its own count, times the environment variable <c>HPCLINREG_CASES</c> where that is set.</summary>
internal static class Cases
{
    private const string Variable = "HPCLINREG_CASES";

    private static readonly int Factor = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Gets whether the variable is set, to 1 or more: the run is one by hand, in search of cases that no run has had.</summary>
    internal static bool AreMultiplied => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The count of one run in continuous integration, times the factor of a run by hand.</summary>
    internal static int Times(int count) => checked(count * Factor);

    internal static int Parse(string? text) => string.IsNullOrEmpty(text) ? 1
        : int.TryParse(text, out int factor) && factor >= 1 ? factor
        : throw new InvalidOperationException($"{Variable} is '{text}': give it a whole number from 1, by which the number of cases is multiplied.");
}
