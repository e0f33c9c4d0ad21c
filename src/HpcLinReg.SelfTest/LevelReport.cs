using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HpcLinReg.SelfTest.Checks;

namespace HpcLinReg.SelfTest;

/// <summary>The report of a process at one level: the process itself, and the engine's checks in it.</summary>
/// <param name="Level">The level's name.</param>
/// <param name="InEffect">Whether the process really has the level.</param>
/// <param name="InstructionSet">The instruction set in effect.</param>
/// <param name="VectorBits">The width of vectors in effect.</param>
/// <param name="ElementwiseBits">The width of elementwise work.</param>
/// <param name="FusedMultiplyAdd">Whether multiply-add is fused, so that bits are promised.</param>
/// <param name="Kernels">Each kernel against plain loops.</param>
/// <param name="Laws">What must hold exactly.</param>
/// <param name="Digests">The bits of all results.</param>
/// <param name="Seconds">The time of a fixed piece of work.</param>
internal sealed record LevelReport(
    string Level,
    bool InEffect,
    string InstructionSet,
    int VectorBits,
    int ElementwiseBits,
    bool FusedMultiplyAdd,
    IReadOnlyList<CheckResult> Kernels,
    IReadOnlyList<CheckResult> Laws,
    IReadOnlyList<DigestResult> Digests,
    double Seconds)
{
    /// <summary>Gets whether every result has the recorded bits.</summary>
    [JsonIgnore]
    internal bool HasRecordedBits => Digests.All(digest => digest.Equal);

    /// <summary>Gets one digest of all digests, for a person to compare.</summary>
    [JsonIgnore]
    internal string Digest =>
        Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(Digests.Select(digest => digest.Digest)))), 0, 8);

    /// <summary>
    /// Gets the faults found, in words; empty when there are none. Without fused multiply-add, results are promised within bounds, not to
    /// the bit.
    /// </summary>
    internal IEnumerable<string> Failures()
    {
        if (!InEffect)
        {
            yield return $"asked for, but {InstructionSet} with {VectorBits} bits (elementwise {ElementwiseBits}) is in effect";
        }

        foreach (CheckResult check in Kernels.Concat(Laws).Where(check => check.Failure is not null))
        {
            yield return $"{check.Name}: {check.Failure}";
        }

        foreach (DigestResult digest in Digests.Where(digest => FusedMultiplyAdd && !digest.Equal))
        {
            yield return $"the bits of {digest.Results} have digest {digest.Digest} instead of {digest.Recorded}";
        }
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static LevelReport Parse(string json) =>
        JsonSerializer.Deserialize(json, ReportJson.Default.LevelReport) ?? throw new JsonException("The report is null.");

    internal string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.LevelReport);
}

/// <summary>Reports as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LevelReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
