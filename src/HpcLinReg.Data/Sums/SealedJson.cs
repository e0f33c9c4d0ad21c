using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HpcLinReg.Data.Sums;

/// <summary>
/// JSON with a digest of its own members, so that an edit is noticed. The digest covers everything but the paths of files, which differ
/// from machine to machine; it finds mistakes, not forgery.
/// </summary>
internal static class SealedJson
{
    private const string DigestMember = "digest", FilesMember = "files", PathMember = "path";

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>Returns the text of an object, with its digest as the last member.</summary>
    internal static string Write(JsonObject json)
    {
        json[DigestMember] = Digest(json);
        return json.ToJsonString(Readable) + "\n";
    }

    /// <summary>Returns the digest that a text states.</summary>
    internal static string DigestOf(string text) => CheckedJson.Text(CheckedJson.Parse(text), DigestMember);

    /// <summary>Reads a file's text.</summary>
    internal static string ReadFile(string path, string kind)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"There is no file {path} for the {kind}; its full path would be {Path.GetFullPath(path)}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The {kind} {path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Reads an object of a format and version; throws where it is another one, or its digest is not that of its members.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="format">The name of the format.</param>
    /// <param name="version">The version.</param>
    /// <param name="command">The command that writes it.</param>
    /// <param name="remedy">What to do with one that was changed.</param>
    internal static JsonObject Read(string text, string format, int version, string command, string remedy)
    {
        JsonObject json = CheckedJson.Parse(text);
        if (json["format"] is not JsonValue name || !name.TryGetValue(out string? stated) || stated != format
            || json["version"] is not JsonValue number || !number.TryGetValue(out int of) || of != version)
        {
            throw new InvalidDataException($"it is no {command} of version {version}; 'hpclinreg {command}' writes one.");
        }

        return !json.ContainsKey(DigestMember) ? throw new InvalidDataException($"it has no '{DigestMember}', which 'hpclinreg {command}' writes; {remedy}.")
            : CheckedJson.Text(json, DigestMember) == Digest(json) ? json
            : throw new InvalidDataException($"it was changed after 'hpclinreg {command}' wrote it, for its '{DigestMember}' is not that of what it states (only the paths of files may be changed); {remedy}.");
    }

    private static string Digest(JsonObject json)
    {
        var covered = (JsonObject)json.DeepClone();
        covered.Remove(DigestMember);
        foreach (JsonNode? file in covered[FilesMember] as JsonArray ?? [])
        {
            (file as JsonObject)?.Remove(PathMember);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(covered.ToJsonString())));
    }
}
