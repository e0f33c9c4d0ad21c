using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace HpcLinReg.Hosting;

/// <summary>All models of a service, in the order they were added.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ServedModels : IReadOnlyList<ServedModel>
{
    private readonly Lazy<ServedModel[]> _models;
    private readonly TimeProvider _time;

    internal ServedModels(IServiceProvider services, IEnumerable<ServedModelName> names, TimeProvider time)
    {
        string[] all = [.. names.Select(name => name.Value)];
        _models = new Lazy<ServedModel[]>(() => [.. all.Select(name => services.GetRequiredKeyedService<ServedModel>(name))]);
        _time = time;
    }

    /// <inheritdoc/>
    public int Count => _models.Value.Length;

    /// <inheritdoc/>
    public ServedModel this[int index] => _models.Value[index];

    /// <summary>Finds a model by its name.</summary>
    /// <param name="name">The name, with its case.</param>
    /// <param name="model">Receives the model.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(string name, [NotNullWhen(true)] out ServedModel? model)
    {
        foreach (ServedModel one in _models.Value)
        {
            if (string.Equals(one.Name, name, StringComparison.Ordinal))
            {
                model = one;
                return true;
            }
        }

        model = null;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<ServedModel> GetEnumerator() => ((IEnumerable<ServedModel>)_models.Value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal double AgeOf(ModelSnapshot snapshot) => (_time.GetUtcNow() - snapshot.LoadedAt).TotalSeconds;

    internal IEnumerable<Measurement<T>> Measure<T>(Func<ModelSnapshot, T> value)
        where T : struct =>
        from model in _models.Value
        let snapshot = model.CurrentOrNull
        where snapshot is not null
        select new Measurement<T>(value(snapshot), new KeyValuePair<string, object?>("hpclinreg.model.name", model.Name));
}
