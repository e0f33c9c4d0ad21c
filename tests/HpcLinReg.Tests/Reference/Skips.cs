using System.Runtime.CompilerServices;

namespace HpcLinReg.Tests.Reference;

/// <summary>Counts the cases about which a law says nothing: a law that says nothing of most cases can hardly fail.</summary>
internal sealed class Skips
{
    /// <summary>The share of fewer cases is left to chance, and not judged.</summary>
    private const int Fewest = 50;

    private readonly Dictionary<int, (int Cases, int Skipped)> _counts = [];

    /// <summary>Returns whether to skip a case, and fails where more than a share of all cases are skipped. Each line that calls counts for itself.</summary>
    internal bool When(bool isSkipped, double most, [CallerLineNumber] int line = 0)
    {
        (int cases, int skipped) = _counts.GetValueOrDefault(line);
        _counts[line] = (++cases, skipped += isSkipped ? 1 : 0);
        Assert.True(cases < Fewest || skipped <= most * cases, $"Of {cases} cases of this law, line {line} skips {skipped}; at most {most:P0} may be skipped.");
        return isSkipped;
    }
}
