using System.Globalization;

namespace HpcLinReg.Orleans;

/// <summary>The key of one attempt at one part of a job.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Part">The part.</param>
/// <param name="Attempt">The attempt, 0 for the first.</param>
internal readonly record struct PartKey(string Job, int Part, int Attempt)
{
    internal static PartKey Parse(string key)
    {
        string[] pieces = key.Split('/');
        return new PartKey(pieces[0], int.Parse(pieces[1], CultureInfo.InvariantCulture),
            int.Parse(pieces[2], CultureInfo.InvariantCulture));
    }

    /// <summary>Returns what is wrong with a job's name, or null. A slash separates the pieces of a key.</summary>
    internal static string? ProblemOf(string job) =>
        job.Length is > 0 and <= 100 && job.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? null
        : $"A job is named by 1 to 100 letters, digits, hyphens, dots and underscores; '{job}' is not.";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Job}/{Part}/{Attempt}");
}
