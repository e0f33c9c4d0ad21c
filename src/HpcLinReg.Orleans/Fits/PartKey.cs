using System.Globalization;
using System.Security.Cryptography;

namespace HpcLinReg.Orleans;

/// <summary>The key of one attempt at one part of a job.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Plan">The digest of its plan: a job that is removed and begun with another plan has other parts.</param>
/// <param name="Part">The part.</param>
/// <param name="Attempt">The attempt, 0 for the first.</param>
internal readonly record struct PartKey(string Job, string Plan, int Part, int Attempt)
{
    private const int DigestLength = 16;

    internal static PartKey Parse(string key)
    {
        string[] pieces = key.Split('/');
        return new PartKey(pieces[0], pieces[1], int.Parse(pieces[2], CultureInfo.InvariantCulture),
            int.Parse(pieces[3], CultureInfo.InvariantCulture));
    }

    internal static string DigestOf(byte[] plan) => Convert.ToHexStringLower(SHA256.HashData(plan))[..DigestLength];

    /// <summary>Returns what is wrong with a job's name, or null. A slash separates the pieces of a key.</summary>
    internal static string? ProblemOf(string job) =>
        job.Length is > 0 and <= 100 && job.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? null
        : $"A job is named by 1 to 100 letters, digits, hyphens, dots and underscores; '{job}' is not.";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job}/{Plan}/{Part}/{Attempt}");
}
