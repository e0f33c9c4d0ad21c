namespace HpcLinReg.Hosting;

/// <content>Candidates: versions that are tried beside the current one.</content>
public sealed partial class ServedModel
{
    private Canary? _canary;
    private Shadow? _shadow;

    /// <summary>Keeps a model as a version without making it current, for a canary, a shadow, or requests that name it.</summary>
    /// <param name="model">The model.</param>
    /// <returns>The version.</returns>
    /// <exception cref="ArgumentException">
    /// The model cannot be served, or reads other columns than the current version; the message says what to do.
    /// </exception>
    public ModelSnapshot AddCandidate(RegressionModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        RefuseLearned();
        Require(model);
        lock (_changing)
        {
            return Add(model, _last + 1);
        }
    }

    /// <summary>
    /// Gets or sets the canary; null for none. It may change while requests are answered, and ends when its version becomes current.
    /// </summary>
    /// <exception cref="ArgumentException">The version is not kept, or the share is not from 0 to 1.</exception>
    public ModelSplit? Split
    {
        get => Volatile.Read(ref _canary)?.Split;
        set
        {
            lock (_changing)
            {
                if (value is not null && !(value.Share is >= 0 and <= 1))
                {
                    throw new ArgumentException($"The share of a canary is from 0 to 1, not {value.Share}.", nameof(value));
                }

                Volatile.Write(ref _canary, value is null ? null : new Canary(value, Kept(value.Version)));
            }
        }
    }

    /// <summary>Gets or sets the version that predicts the same rows after the answers, to be compared with them; null for none.</summary>
    /// <exception cref="ArgumentException">The version is not kept.</exception>
    /// <exception cref="InvalidOperationException">The model is served outside of a host, which would run the shadow.</exception>
    public long? ShadowVersion
    {
        get => Volatile.Read(ref _shadow)?.Snapshot.Version;
        set
        {
            if (value is not null && _shadows is null)
            {
                throw new InvalidOperationException("A shadow needs a host to run beside the requests; add the model with AddHpcLinReg().");
            }

            lock (_changing)
            {
                Volatile.Write(ref _shadow, value is { } version ? new Shadow(Kept(version)) : null);
            }
        }
    }

    /// <summary>Gets what the shadow has found so far; null where there is none.</summary>
    public ShadowSummary? ShadowSummary => Volatile.Read(ref _shadow)?.Summary;

    /// <summary>Returns the version for a caller: the canary's where the key's hash falls into its share, else the current one.</summary>
    /// <param name="key">
    /// What identifies the caller; the same key gets the same version, in every process. Empty for the current version.
    /// </param>
    /// <returns>The snapshot, whose <see cref="ModelSnapshot.Version"/> the answer should name.</returns>
    /// <exception cref="InvalidOperationException">There is no version yet.</exception>
    /// <remarks>Allocates nothing.</remarks>
    public ModelSnapshot Select(ReadOnlySpan<char> key) =>
        Volatile.Read(ref _canary) is { } canary && !key.IsEmpty && Canary.Place(key) < canary.Split.Share ? canary.Snapshot : Current;

    /// <summary>
    /// Gives rows and their answers to the shadow, if there is one; returns at once, and drops them where the shadow is behind.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="predictions">What was answered, one for each row; NaN where there was no prediction.</param>
    /// <exception cref="ArgumentException">There is not one prediction for each row.</exception>
    /// <remarks>Copies rows and predictions; without a shadow nothing is done.</remarks>
    public void CompareWithShadow(MatrixSpan<double> rows, ReadOnlySpan<double> predictions)
    {
        if (rows.Rows != predictions.Length)
        {
            throw new ArgumentException($"There are {rows.Rows} rows but {predictions.Length} predictions.", nameof(predictions));
        }

        if (Volatile.Read(ref _shadow) is { } shadow && rows.Rows > 0)
        {
            _shadows!.Offer(shadow, rows, predictions);
        }
    }

    private ModelSnapshot Kept(long version) => Find(version)
        ?? throw new ArgumentException($"The model '{Name}' does not keep a version {version}; it keeps {string.Join(", ", _versions.Select(kept => kept.Version))}.", nameof(version));
}
