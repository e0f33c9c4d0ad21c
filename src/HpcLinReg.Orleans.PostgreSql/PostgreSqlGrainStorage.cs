using System.Globalization;
using Npgsql;
using Orleans.Serialization;
using Orleans.Storage;

namespace HpcLinReg.Orleans.PostgreSql;

/// <summary>
/// A grain storage in one table of PostgreSQL. The ETag of a state is its version, and each write names the one it replaces.
/// </summary>
/// <remarks>Thread-safe. A state has at most 1 GB, PostgreSQL's own limit of a value.</remarks>
public sealed class PostgreSqlGrainStorage : IGrainStorage, IAsyncDisposable
{
    // Silos that start together make the table one after another: without the lock the second one fails.
    private const string Schema = """
        SELECT pg_advisory_xact_lock(4921530711);
        CREATE TABLE IF NOT EXISTS hpclinreg_states (
          grain text NOT NULL, name text NOT NULL, version bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (grain, name));
        """;

    private readonly NpgsqlDataSource _source;
    private readonly Serializer _serializer;
    private readonly SemaphoreSlim _preparing = new(1);
    private bool _isPrepared;

    /// <summary>Creates a storage; nothing is connected before the first state is read.</summary>
    /// <param name="connectionString">The connection, as Npgsql takes it.</param>
    /// <param name="serializer">Writes states, and reads those of earlier versions.</param>
    public PostgreSqlGrainStorage(string connectionString, Serializer serializer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        (_source, _serializer) = (NpgsqlDataSource.Create(connectionString), serializer);
    }

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        await PrepareAsync();
        await using NpgsqlCommand command = Command("SELECT version, data FROM hpclinreg_states WHERE grain = $1 AND name = $2", grainId, stateName);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        if (await reader.ReadAsync())
        {
            grainState.ETag = reader.GetInt64(0).ToString(CultureInfo.InvariantCulture);
            grainState.State = _serializer.Deserialize<T>(reader.GetFieldValue<byte[]>(1));
            grainState.RecordExists = true;
        }
        else
        {
            grainState.ETag = null;
            grainState.State = Activator.CreateInstance<T>();
            grainState.RecordExists = false;
        }
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        await PrepareAsync();
        long version = VersionOf(grainState.ETag);
        await using NpgsqlCommand command = version == 0
            ? Command("INSERT INTO hpclinreg_states VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING", grainId, stateName)
            : Command("UPDATE hpclinreg_states SET version = version + 1, data = $3 WHERE grain = $1 AND name = $2 AND version = $4", grainId, stateName);
        command.Parameters.AddWithValue(_serializer.SerializeToArray(grainState.State));
        if (version != 0)
        {
            command.Parameters.AddWithValue(version);
        }

        await RequireOneRowAsync(command, stateName, grainId, grainState.ETag);
        grainState.ETag = (version + 1).ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        ArgumentNullException.ThrowIfNull(grainState);
        await PrepareAsync();
        if (grainState.ETag is not null)
        {
            await using NpgsqlCommand command = Command("DELETE FROM hpclinreg_states WHERE grain = $1 AND name = $2 AND version = $3", grainId, stateName);
            command.Parameters.AddWithValue(VersionOf(grainState.ETag));
            await RequireOneRowAsync(command, stateName, grainId, grainState.ETag);
        }

        grainState.ETag = null;
        grainState.State = Activator.CreateInstance<T>();
        grainState.RecordExists = false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _preparing.Dispose();
    }

    private static long VersionOf(string? etag) => etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture);

    private NpgsqlCommand Command(string text, GrainId grain, string name)
    {
#pragma warning disable CA2100 // Every text is a constant of this file; values are parameters.
        NpgsqlCommand command = _source.CreateCommand(text);
#pragma warning restore CA2100
        command.Parameters.AddWithValue(grain.ToString());
        command.Parameters.AddWithValue(name);
        return command;
    }

    private static async Task RequireOneRowAsync(NpgsqlCommand command, string name, GrainId grain, string? etag)
    {
        if (await command.ExecuteNonQueryAsync() != 1)
        {
            throw new InconsistentStateException($"The state '{name}' of {grain} was written by another silo since this one read it.", "another one", etag ?? "none");
        }
    }

    private async Task PrepareAsync()
    {
        if (_isPrepared)
        {
            return;
        }

        await _preparing.WaitAsync();
        try
        {
            if (!_isPrepared)
            {
                await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
                await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
                await using NpgsqlCommand command = new(Schema, connection, transaction);
                await command.ExecuteNonQueryAsync();
                await transaction.CommitAsync();
                _isPrepared = true;
            }
        }
        finally
        {
            _preparing.Release();
        }
    }
}
