using Microsoft.Extensions.Options;

namespace HpcLinReg.Orleans;

/// <summary>Merges the streams of a model.</summary>
/// <remarks>
/// The version is the number of entries that the model contains, and the model a function of the streams' moments, merged in the order of
/// their names: an activation in another silo has the same versions with the same bits, and stores neither.
/// </remarks>
internal sealed class ModelGrain(
    [PersistentState("model", ClusterStorage.Name)] IPersistentState<ModelState> state,
    IOptions<ClusterFitOptions> options, TimeProvider time) : Grain, IModelGrain, IDisposable
{
    private readonly SortedDictionary<string, (long Sequence, Moments? Moments)> _sources = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _writing = new(1);
    private ModelVersion _current = new();
    private string? _silence;
    private long? _asked;

    /// <inheritdoc/>
    public async Task<string?> Define(StreamDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if ((definition.Problem() ?? PartKey.ProblemOf(this.GetPrimaryKeyString())) is { } problem)
        {
            return problem;
        }

        if (state.State.Definition is { } known)
        {
            return known.IsSameAs(definition) ? null : $"the model '{this.GetPrimaryKeyString()}' is defined otherwise; give this one another name";
        }

        state.State.Definition = definition;
        await WriteAsync();
        return null;
    }

    /// <inheritdoc/>
    public async Task Join(string source)
    {
        // One write after another: joining interleaves.
        await _writing.WaitAsync();
        try
        {
            if (!state.State.Sources.Contains(source, StringComparer.Ordinal))
            {
                state.State.Sources = [.. state.State.Sources.Append(source).Order(StringComparer.Ordinal)];
                await WriteAsync();
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ModelVersion> Current(long known)
    {
        if (_asked is not { } asked || time.GetElapsedTime(asked) >= options.Value.PollingInterval)
        {
            await GatherAsync();
            _asked = time.GetTimestamp();
        }

        ModelVersion current = _silence is null ? _current : _current with { Withheld = _silence };
        return current.Version == known ? current with { Model = null } : current;
    }

    public void Dispose() => _writing.Dispose();

    private async Task GatherAsync()
    {
        try
        {
            bool isChanged = false;
            string? foreign = null;
            foreach (string source in state.State.Sources)
            {
                long known = _sources.TryGetValue(source, out (long Sequence, Moments? Moments) before) ? before.Sequence : -1;
                StreamMoments answer = await GrainFactory.GetGrain<IStreamGrain>($"{this.GetPrimaryKeyString()}/{source}").Moments(known);
                if (answer.IsNewer)
                {
                    foreign ??= Take(source, answer);
                    isChanged = true;
                }
            }

            _silence = foreign;
            // Until every source has answered once, a version would lack entries that an earlier activation had.
            if (isChanged && foreign is null && _sources.Count == state.State.Sources.Count)
            {
                Solve();
            }
        }
        catch (Exception exception) when (exception is TimeoutException or OrleansException)
        {
            _silence = $"a source gave no answer: {exception.Message}";
        }
    }

    /// <summary>Takes a source's moments in; returns why they cannot be used, or null.</summary>
    private string? Take(string source, StreamMoments answer)
    {
        try
        {
            _sources[source] = (answer.Sequence, answer.Moments is null ? null : MomentsBytes.Read(answer.Moments));
            return null;
        }
        catch (InvalidDataException exception)
        {
            return $"the source '{source}' is learned by a silo of another version; use one version of HpcLinReg in all silos ({exception.Message.TrimEnd('.')})";
        }
    }

    private void Solve()
    {
        StreamDefinition definition = state.State.Definition!;
        Moments? all = null;
        foreach ((_, Moments? moments) in _sources.Values)
        {
            all = all is null || moments is null ? all ?? moments : all.Merge(moments);
        }

        long version = _sources.Values.Sum(source => source.Sequence);
        int needed = definition.Features.Count + 1;
        if (all is null || all.Count < needed)
        {
            _current = _current with { Withheld = $"{all?.Count ?? 0} rows do not determine {needed} coefficients" };
            return;
        }

        Fit fit = all.Solve(definition.Target, new FitOptions { Ridge = definition.Ridge });
        var design = Design.Create([.. definition.Features.Select(name => new ModelColumn(name, CellKind.Number))],
            [.. definition.Features.Select(Feature.Column)]);
        _current = new ModelVersion { Version = version, Model = RegressionModel.Create(design, definition.Target, fit).ToJson() };
    }

    private async Task WriteAsync()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What is stored is not known: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
    }
}
