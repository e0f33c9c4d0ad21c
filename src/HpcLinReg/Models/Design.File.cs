using System.Text;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <content>A design as a text.</content>
public sealed partial class Design
{
    /// <summary>Returns the design as JSON: its columns and features as a model file has them (docs/model-file.md).</summary>
    /// <returns>The text, canonical: one design gives the same text every time.</returns>
    public string ToJson() => Encoding.UTF8.GetString(ModelWriter.Write(this));

    /// <summary>Returns the design of a text that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <returns>The design.</returns>
    /// <exception cref="InvalidDataException">The text is no design; the message names the member that is wrong.</exception>
    public static Design FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return ModelReader.ReadDesign(Encoding.UTF8.GetBytes(json), "The design");
    }
}
