using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Orleans;

/// <summary>A plan as silos have it: paths are relative, and resolved below a folder of the silo's own.</summary>
internal sealed class PlannedParts
{
    private readonly MomentsPlan _plan;

    /// <summary>Reads a plan.</summary>
    /// <param name="plan">The plan's JSON in UTF-8.</param>
    /// <exception cref="DataException">It is none, a draft, or of another version or bit contract.</exception>
    internal PlannedParts(byte[] plan)
    {
        _plan = MomentsPlan.FromJson(Encoding.UTF8.GetString(plan));
        if (_plan.IsDraft)
        {
            throw new DataException("The plan is a draft, whose levels and shifts are not decided yet; scan its parts and merge the scans first (hpclinreg scan).");
        }
    }

    /// <summary>Gets the number of parts.</summary>
    internal int Count => _plan.Parts.Length;

    /// <summary>Sums a part, and returns the bytes of its <c>.moments</c> file.</summary>
    /// <exception cref="DataException">
    /// A path leads out of the folder, or a file is missing, has changed or contradicts the plan.
    /// </exception>
    internal byte[] Sum(int part, string? folder, CancellationToken cancellationToken)
    {
        using MemoryStream bytes = new();
        (folder is null ? _plan : _plan.WithPaths(path => Below(folder, path))).Sum(part, null, cancellationToken).Save(bytes);
        return bytes.ToArray();
    }

    /// <summary>Returns why a plan is refused, or null.</summary>
    internal static string? ProblemOf(byte[] plan)
    {
        try
        {
            _ = new PlannedParts(plan);
            return null;
        }
        catch (DataException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Merges the moments of all parts; returns why they make no whole, where they do not.</summary>
    internal static (byte[]? Merged, string? Problem) Merge(IReadOnlyList<byte[]> parts)
    {
        try
        {
            MomentsFile[] files = [.. parts.Select(Load)];
            using MemoryStream merged = new();
            MomentsFile.Merge(files).Save(merged);
            return (merged.ToArray(), null);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidDataException or OverflowException)
        {
            return (null, $"The parts cannot be merged: {exception.Message}");
        }
    }

    private static MomentsFile Load(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return MomentsFile.Load(stream);
    }

    private static string Below(string folder, string path)
    {
        string whole = Path.GetFullPath(Path.Combine(folder, path));
        return !Path.IsPathRooted(path)
            && whole.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? whole
            : throw new DataException($"The path {path} leads out of {folder}, the folder of this silo's data; submit the fit from the folder with the files, or name it by --data.");
    }
}
