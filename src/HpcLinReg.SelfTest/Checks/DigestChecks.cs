using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>A digest beside the recorded one.</summary>
/// <param name="Results">What it is a digest of.</param>
/// <param name="Digest">As computed here, in the first of its ways.</param>
/// <param name="Recorded">As recorded on hardware with fused multiply-add.</param>
internal sealed record DigestResult(string Results, string Digest, string Recorded)
{
    /// <summary>Gets whether the results have the recorded bits.</summary>
    internal bool Equal => Digest == Recorded;
}

/// <summary>Computes every digest in all its ways.</summary>
internal static class DigestChecks
{
    /// <summary>The digests, and for each further way to the same results whether it gives the same bits.</summary>
    internal static (IReadOnlyList<DigestResult> Digests, IReadOnlyList<CheckResult> Ways) Run(CancellationToken cancellation)
    {
        List<DigestResult> digests = [];
        List<CheckResult> ways = [];
        foreach (Digest digest in Digests.All)
        {
            string first = Digest.Of(digest.Ways[0].Compute);
            digests.Add(new DigestResult(digest.Results, first, RecordedDigests.ByResults[digest.Results]));
            foreach ((string name, Action<Digest.Sink> compute) in digest.Ways.Skip(1))
            {
                cancellation.ThrowIfCancellationRequested();
                string other = Digest.Of(compute);
                ways.Add(new CheckResult(
                    $"{digest.Results}: {name}",
                    null,
                    other == first ? null : $"digest {other}, but {first} with {digest.Ways[0].Name}"));
            }
        }

        return (digests, ways);
    }
}
