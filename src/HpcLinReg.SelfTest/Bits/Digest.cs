using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HpcLinReg.SelfTest.Bits;

/// <summary>64 bits of SHA-256 over the bytes of every number of some results: two runs that agree in them agree in every bit.</summary>
/// <param name="Results">What it is a digest of; its name in <see cref="RecordedDigests"/>.</param>
/// <param name="Ways">Ways to compute the same results, all of which must give the same bits.</param>
internal sealed record Digest(string Results, params IReadOnlyList<(string Name, Action<Digest.Sink> Compute)> Ways)
{
    /// <summary>The digest of the results computed in one way.</summary>
    internal static string Of(Action<Sink> compute)
    {
        using var sink = new Sink();
        compute(sink);
        return sink.End();
    }

    /// <summary>Takes the numbers.</summary>
    internal sealed class Sink : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Dispose() => _hash.Dispose();

        internal void Append(ReadOnlySpan<double> values) => _hash.AppendData(MemoryMarshal.AsBytes(values));

        internal string End() => Convert.ToHexString(_hash.GetHashAndReset().AsSpan(0, 8)).ToUpper(CultureInfo.InvariantCulture);
    }
}
