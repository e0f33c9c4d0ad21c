namespace HpcLinReg.Hosting;

/// <summary>How a model learns from rows that arrive while it is served.</summary>
public sealed class LearningOptions
{
    /// <summary>
    /// Gets or sets the factor by which the weight of all rows fades with each new one, above 0 and at most 1; the default is 1, no
    /// forgetting.
    /// </summary>
    public double Forgetting { get; set; } = 1;

    /// <summary>
    /// Gets or sets how many of the last rows are learned from; the default is 0, all of them. Not together with forgetting, nor with a
    /// model to begin with.
    /// </summary>
    public int Window { get; set; }

    /// <summary>Gets or sets the penalty λ ≥ 0; the default is 0. A model to begin with brings its own.</summary>
    public double Ridge { get; set; }

    /// <summary>Gets or sets the digits of predictions below which no version is published; the default is 8.</summary>
    public double LeastDigits { get; set; } = 8;

    /// <summary>
    /// Gets or sets whether rows with a text that the model does not know are left out and counted; by default they are refused with their
    /// batch.
    /// </summary>
    public bool SkipUnseenLevels { get; set; }

    /// <summary>
    /// Gets or sets after how many batches the state is stored as a whole, so that a start replays fewer; the default is 1000.
    /// </summary>
    public int SnapshotEvery { get; set; } = 1000;

    /// <summary>
    /// Gets or sets whether rows are removed from the store once a stored state contains them; the default is false. Keys are kept, so that
    /// a batch is never counted twice.
    /// </summary>
    public bool RemoveOldRows { get; set; }

    /// <summary>Gets the model to begin with; null to begin without rows.</summary>
    internal string? StartPath { get; private set; }

    internal RegressionModel? Start { get; private set; }

    internal Design? Design { get; private set; }

    internal string Target { get; private set; } = "";

    /// <summary>Begins with the rows that a model was fitted on.</summary>
    /// <param name="path">The model's file.</param>
    /// <returns>These options.</returns>
    public LearningOptions FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        StartPath = path;
        return this;
    }

    /// <summary>Begins with the rows that a model was fitted on.</summary>
    /// <param name="model">The model.</param>
    /// <returns>These options.</returns>
    public LearningOptions FromModel(RegressionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Start = model;
        return this;
    }

    /// <summary>Begins without rows; there is no version until the rows determine every coefficient.</summary>
    /// <param name="design">The columns and features.</param>
    /// <param name="target">The target's name.</param>
    /// <returns>These options.</returns>
    public LearningOptions FromNothing(Design design, string target)
    {
        ArgumentNullException.ThrowIfNull(design);
        ArgumentException.ThrowIfNullOrEmpty(target);
        (Design, Target) = (design, target);
        return this;
    }

    /// <summary>Returns what decides the state, in words: a store keeps it, and is refused with another.</summary>
    internal string Describe(RegressionModel? start) => FormattableString.Invariant(
        $"{(start is null ? $"target {Target} on {string.Join(", ", Design!.VariableNames)}" : $"model {start.Fingerprint}")}, forgetting {Forgetting:R}, window {Window}, ridge {Ridge:R}");

    /// <summary>Returns what is wrong, or null.</summary>
    internal string? Problem() =>
        StartPath is null && Start is null && Design is null ? "says neither a model to begin with (FromFile, FromModel) nor a design and a target (FromNothing)"
        : !(Forgetting is > 0 and <= 1) ? $"has a forgetting factor of {Forgetting}; it is above 0 and at most 1"
        : Window < 0 ? $"has a window of {Window} rows; it is 1 or more, or 0 for all"
        : Window > 0 && Forgetting < 1 ? "has a window and forgetting; choose one"
        : Window > 0 && Design is null ? "has a window and a model to begin with, whose rows are not known and could not leave the window; begin from nothing, or use forgetting"
        : !(Ridge >= 0) || !double.IsFinite(Ridge) ? $"has a ridge of {Ridge}; it is 0 or more"
        : !(LeastDigits is >= 0 and <= 15) ? $"asks for {LeastDigits} digits; it is 0 to 15"
        : SnapshotEvery < 1 ? $"stores its state every {SnapshotEvery} batches; it is 1 or more"
        : null;
}
