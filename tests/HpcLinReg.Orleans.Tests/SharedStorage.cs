using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Orleans.Tests;

/// <summary>A storage that outlives its silos, compares versions as a real one does, and fails when it is asked to.</summary>
internal sealed class SharedStorage
{
    private readonly ConcurrentDictionary<(string Grain, string Name), (long Version, byte[] Data)> _states = new();
    private int _failures;
    private int _lostAnswers;
    private string? _unread;

    /// <summary>Lets the next writes fail before anything is stored.</summary>
    internal void FailWrites(int count) => Volatile.Write(ref _failures, count);

    /// <summary>Lets the next writes be stored, and fail all the same.</summary>
    internal void LoseAnswers(int count) => Volatile.Write(ref _lostAnswers, count);

    /// <summary>Lets the states of a name be unreadable from now on; null ends that.</summary>
    internal void FailReads(string? name) => Volatile.Write(ref _unread, name);

    /// <summary>Changes a byte of a stored state.</summary>
    internal void Damage(string grain, string name, Func<byte[], byte[]> change)
    {
        (string Grain, string Name) key = Assert.Single(_states.Keys, key => key.Grain.EndsWith(grain, StringComparison.Ordinal) && key.Name == name);
        (long version, byte[]? data) = _states[key];
        _states[key] = (version, change(data));
    }

    internal IReadOnlyList<string> Names(string grain) => [.. _states.Keys.Where(key => key.Grain.EndsWith(grain, StringComparison.Ordinal)).Select(key => key.Name).Order(StringComparer.Ordinal)];

    internal IGrainStorage For(Serializer serializer) => new View(this, serializer);

    private void Write((string, string) key, string? etag, byte[] data)
    {
        if (Interlocked.Decrement(ref _failures) >= 0)
        {
            throw new IOException("The storage cannot be reached.");
        }

        long version = etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);
        bool isWritten = version == 0 ? _states.TryAdd(key, (1, data)) : _states.TryGetValue(key, out (long Version, byte[] Data) before) && before.Version == version && _states.TryUpdate(key, (version + 1, data), before);
        if (!isWritten)
        {
            throw new InconsistentStateException("The state was written by another silo.");
        }

        if (Interlocked.Decrement(ref _lostAnswers) >= 0)
        {
            throw new IOException("The answer was lost.");
        }
    }

    private sealed class View(SharedStorage shared, Serializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (stateName == Volatile.Read(ref shared._unread))
            {
                throw new IOException("The storage cannot be reached.");
            }

            grainState.RecordExists = shared._states.TryGetValue((grainId.ToString(), stateName), out (long Version, byte[] Data) stored);
            grainState.ETag = grainState.RecordExists ? stored.Version.ToString(CultureInfo.InvariantCulture) : null;
            grainState.State = grainState.RecordExists ? serializer.Deserialize<T>(stored.Data) : Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            shared.Write((grainId.ToString(), stateName), grainState.ETag, serializer.SerializeToArray(grainState.State));
            grainState.ETag = (long.Parse(grainState.ETag ?? "0", CultureInfo.InvariantCulture) + 1).ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            shared._states.TryRemove((grainId.ToString(), stateName), out _);
            grainState.ETag = null;
            grainState.State = Activator.CreateInstance<T>();
            grainState.RecordExists = false;
            return Task.CompletedTask;
        }
    }
}
