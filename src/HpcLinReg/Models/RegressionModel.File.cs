using System.Text;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <content>Files: JSON, described in docs/model-file.md.</content>
public sealed partial class RegressionModel
{
    /// <summary>
    /// Gets the SHA-256, in hexadecimal digits, of the model's file without time and fingerprint: the same for the same model.
    /// </summary>
    public string Fingerprint => _fingerprint ??= ModelWriter.Fingerprint(this);

    private string? _fingerprint;

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file: JSON of version 2, or of version 1.</param>
    /// <returns>The model, which has the bits of the one that was saved.</returns>
    /// <exception cref="InvalidDataException">The file is no model, or is not as it must be; the message names the member.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <remarks>
    /// Memory and time are bounded by the size of the file; expressions in it are evaluated by this library alone, and SQL is only kept.
    /// </remarks>
    public static RegressionModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelReader.Read(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="stream">The stream, which is read to its end and left open.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">The stream is no model, or is not as it must be; the message names the member.</exception>
    public static RegressionModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return ModelReader.Read(copy.ToArray(), "The model");
    }

    /// <summary>Returns the model of a JSON text that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">The text is no model, or is not as it must be; the message names the member.</exception>
    public static RegressionModel FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ModelReader.Read(Encoding.UTF8.GetBytes(json), "The model");
    }

    /// <summary>Writes the model, whole or not at all: to a temporary file beside the path, then renamed.</summary>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, ModelWriter.Write(this));
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes the model.</summary>
    /// <param name="stream">The stream, which is left open.</param>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ModelWriter.Write(this));
    }

    /// <summary>Returns the model's file as a text.</summary>
    /// <returns>JSON, canonical: one model gives the same text every time.</returns>
    public string ToJson() => Encoding.UTF8.GetString(ModelWriter.Write(this));
}
