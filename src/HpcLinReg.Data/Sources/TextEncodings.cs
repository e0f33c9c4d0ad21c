using System.Text;

namespace HpcLinReg.Data.Sources;

/// <summary>Encodings by the names that people give them.</summary>
internal static class TextEncodings
{
    /// <summary>Returns an encoding that refuses bytes which do not belong to it; UTF-8 where none is named.</summary>
    /// <exception cref="UsageException">There is no such encoding.</exception>
    internal static Encoding Find(string? name)
    {
        string asked = name?.Trim().ToLowerInvariant() switch
        {
            null or "utf8" => "utf-8",
            "utf16" or "utf-16le" => "utf-16",
            "utf16be" => "utf-16be",
            "latin-1" => "latin1",
            "windows1252" or "cp1252" => "windows-1252",
            var other => other,
        };
        try
        {
            Encoding? found =
                CodePagesEncodingProvider.Instance.GetEncoding(asked, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            return found ?? Encoding.GetEncoding(asked, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"There is no encoding '{name}'; name one such as utf-8, utf-16, latin1 or windows-1252.", exception);
        }
    }
}
