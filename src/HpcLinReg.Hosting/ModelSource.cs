namespace HpcLinReg.Hosting;

/// <summary>Says where a model comes from: <c>AddModel("fare", m => m.FromFile("models/fare.json", watch: true))</c>.</summary>
public sealed class ModelSource
{
    internal ModelSource(ServedModelOptions options) => Options = options;

    /// <summary>Gets the options that are being set.</summary>
    public ServedModelOptions Options { get; }

    /// <summary>Takes the model from a file, before the service answers its first request.</summary>
    /// <param name="path">
    /// The file, as <see cref="RegressionModel.Save(string)"/> and <c>hpclinreg fit --out</c> write it; a relative path is from the working
    /// directory.
    /// </param>
    /// <param name="watch">Whether the file is read again while the service runs.</param>
    /// <returns>This source.</returns>
    /// <remarks>
    /// A file that cannot be used when the host starts ends the start, unless it is watched: then the service is not ready until the file
    /// is there.
    /// </remarks>
    public ModelSource FromFile(string path, bool watch = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        (Options.Path, Options.Watch) = (path, watch);
        return this;
    }

    /// <summary>Takes a model that the program made.</summary>
    /// <param name="model">The model.</param>
    /// <returns>This source.</returns>
    public ModelSource FromModel(RegressionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Options.BeginWith(model);
        return this;
    }

    /// <summary>Keeps this many versions, the current one included.</summary>
    /// <param name="versions">1 to 1000.</param>
    /// <returns>This source.</returns>
    public ModelSource Keep(int versions)
    {
        Options.VersionsKept = versions;
        return this;
    }
}
