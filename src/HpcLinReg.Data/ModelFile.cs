namespace HpcLinReg.Data;

/// <summary>A fitted model as it is stored: what to read, how to code it, the coefficients, and what intervals need.</summary>
public sealed class ModelFile
{
    private ModelFile()
    {
    }

    /// <summary>Writes the model, whole or not at all: to a temporary file beside the path, then renamed.</summary>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Save(string path) => throw new NotSupportedException();

    /// <summary>Reads a model and checks everything in it, its expressions included.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The model.</returns>
    /// <exception cref="DataException">The file is missing or not a valid model; the message names the member.</exception>
    public static ModelFile Load(string path) => throw new NotSupportedException();
}
