using HpcLinReg.Data;

namespace HpcLinReg.Cli.Plots;

/// <summary>Writes pictures into files, in the format that the file's ending names.</summary>
internal static class PictureFile
{
    internal const string Svg = ".svg";
    internal const string Png = ".png";

    /// <summary>Endings of pictures that somebody might ask for, and that are not written.</summary>
    private static readonly string[] Others = [".jpg", ".jpeg", ".pdf", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".eps", ".ps", ".html", ".svgz"];

    /// <summary>Returns whether a path names a picture of a format that is written.</summary>
    internal static bool IsPicture(string path) => Ending(path) is Svg or Png;

    /// <summary>Returns what is wrong with a path for a picture, or null. Devices and pipes have no ending and get SVG.</summary>
    internal static string? Problem(string option, string path)
    {
        if (IsPicture(path) || OutputFile.IsStandardOutput(path)
            || FileIdentity.Of(path) is { Kind: not (FileKind.Regular or FileKind.Directory) })
        {
            return null;
        }

        string ending = Ending(path);
        return $"{option} writes SVG (.svg) and PNG (.png), by the file's ending, and '{path}' ends in {(ending.Length > 0 ? $"'{ending}'" : "neither")}; name another file.";
    }

    /// <summary>Returns what is wrong with a path for a folder of pictures or one picture, or null.</summary>
    internal static string? ProblemOfFolder(string option, string path) => Others.Contains(Ending(path)) ? Problem(option, path) : null;

    /// <summary>Writes a drawing.</summary>
    internal static void Write(Drawing drawing, string path)
    {
        // Not straight into a file: the drawing library ends the process when a write fails.
        byte[] bytes = Ending(path) == Png ? PngWriter.Write(drawing) : SvgWriter.Write(drawing);
        OutputFile.Write(path, stream => stream.Write(bytes));
    }

    private static string Ending(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();
}
