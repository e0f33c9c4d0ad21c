using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace HpcLinReg.Hosting.Sqlite;

/// <summary>Keeps logs of learners in a SQLite file: WAL, synchronous=FULL, one connection that holds the file's lock.</summary>
/// <remarks>Thread-safe: calls wait for each other.</remarks>
public sealed class SqliteLearningStore : ILearningStore
{
    /// <summary>Until 3.51.2 a reset of the write-ahead log could corrupt the file (https://sqlite.org/wal.html).</summary>
    private static readonly Version LeastSqlite = new(3, 51, 3);

    private const int Format = 1;

    private const string Schema = """
        CREATE TABLE IF NOT EXISTS models (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS batches (
          model INTEGER NOT NULL, sequence INTEGER NOT NULL, key TEXT NOT NULL, forgets TEXT, digest BLOB NOT NULL, rows INTEGER NOT NULL, skipped INTEGER NOT NULL,
          payload BLOB NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (model, sequence), UNIQUE (model, key));
        CREATE TABLE IF NOT EXISTS states (model INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, contract INTEGER NOT NULL, state BLOB NOT NULL);
        """;

    private readonly Lock _using = new();
    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">The file, on a local disk.</param>
    /// <exception cref="LearningStoreException">Another process uses it, or it is no store of this format, or damaged.</exception>
    public SqliteLearningStore(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _path = Path.GetFullPath(path);
        _connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            _connection.Open();
            Prepare();
        }
        catch (SqliteException exception)
        {
            _connection.Dispose();
            throw exception.SqliteErrorCode is Busy or Locked
                ? new LearningStoreException($"The store {_path} is used by another process; a store belongs to one process at a time.", exception)
                : new LearningStoreException($"The store {_path} cannot be opened: {exception.Message} If it is damaged, restore it from a backup.", exception);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    private const int Busy = 5;
    private const int Locked = 6;

    /// <inheritdoc/>
    public StoredState? Open(string model, string description) => Guarded(() =>
    {
        lock (_using)
        {
            using SqliteCommand find = Command("SELECT id, description FROM models WHERE name = $name", ("$name", model));
            using (SqliteDataReader reader = find.ExecuteReader())
            {
                if (reader.Read())
                {
                    _ids[model] = reader.GetInt64(0);
                    return reader.GetString(1) == description ? StateOf(model)
                        : throw new LearningStoreException($"The store {_path} began '{model}' as: {reader.GetString(1)}. Now it is: {description}. Start as it began, or with a new store.");
                }
            }

            using SqliteCommand insert = Command("INSERT INTO models (name, description) VALUES ($name, $description) RETURNING id", ("$name", model), ("$description", description));
            _ids[model] = (long)insert.ExecuteScalar()!;
            return null;
        }
    });

    /// <inheritdoc/>
    public IEnumerable<StoredBatch> Read(string model, long after)
    {
        // A page at a time, so that replaying a long log needs no more memory than its largest entries.
        const int Page = 256;
        while (true)
        {
            long last = after;
            List<StoredBatch> page = Guarded(() => ReadPage(model, last, Page));
            foreach (StoredBatch batch in page)
            {
                after = batch.Sequence;
                yield return batch;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public StoredBatch? Find(string model, string key) => Guarded(() =>
    {
        lock (_using)
        {
            using SqliteCommand select = Command($"{Select} WHERE model = $model AND key = $key", ("$model", IdOf(model)), ("$key", key));
            using SqliteDataReader reader = select.ExecuteReader();
            return reader.Read() ? BatchOf(reader, model) : null;
        }
    });

    /// <inheritdoc/>
    public void Commit(string model, IReadOnlyList<StoredBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        lock (_using)
        {
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            foreach (StoredBatch batch in batches)
            {
                using SqliteCommand insert = Command(
                    "INSERT INTO batches VALUES ($model, $sequence, $key, $forgets, $digest, $rows, $skipped, $payload, $crc)",
                    ("$model", IdOf(model)), ("$sequence", batch.Sequence), ("$key", batch.Key), ("$forgets", (object?)batch.Forgets ?? DBNull.Value),
                    ("$digest", batch.Digest.ToArray()),
                    ("$rows", batch.Rows), ("$skipped", batch.Skipped), ("$payload", MemoryMarshal.AsBytes(batch.Values.Span).ToArray()),
                    ("$crc", (long)batch.Checksum()));
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    /// <inheritdoc/>
    public void Save(string model, StoredState state, bool removeRows)
    {
        ArgumentNullException.ThrowIfNull(state);
        lock (_using)
        {
            long id = IdOf(model);
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            using (SqliteCommand save = Command(
                "INSERT INTO states VALUES ($model, $sequence, $contract, $state) ON CONFLICT (model) DO UPDATE SET sequence = excluded.sequence, contract = excluded.contract, state = excluded.state",
                ("$model", id), ("$sequence", state.Sequence), ("$contract", state.BitContract), ("$state", state.State.ToArray())))
            {
                save.ExecuteNonQuery();
            }

            if (removeRows)
            {
                RemoveRows(model, id, state.Sequence);
            }

            transaction.Commit();
        }
    }

    /// <summary>Writes a copy of the whole store, consistent and compact, while it is used.</summary>
    /// <param name="path">The copy, which must not exist.</param>
    /// <exception cref="LearningStoreException">It cannot be written.</exception>
    public void Backup(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        lock (_using)
        {
            try
            {
                using SqliteCommand vacuum = Command("VACUUM INTO $path", ("$path", Path.GetFullPath(path)));
                vacuum.ExecuteNonQuery();
            }
            catch (SqliteException exception)
            {
                throw new LearningStoreException($"The backup {path} was not written: {exception.Message}", exception);
            }
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        lock (_using)
        {
            _connection.Dispose();
        }
    }

    private List<StoredBatch> ReadPage(string model, long after, int most)
    {
        lock (_using)
        {
            List<StoredBatch> page = [];
            using SqliteCommand select = Command(
                $"{Select} WHERE model = $model AND sequence > $after ORDER BY sequence LIMIT $most", ("$model", IdOf(model)), ("$after", after), ("$most", most));
            using SqliteDataReader reader = select.ExecuteReader();
            while (reader.Read())
            {
                page.Add(BatchOf(reader, model));
            }

            return page;
        }
    }

    /// <summary>Names the file where SQLite finds it damaged, or cannot read it.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is SqliteException or InvalidCastException)
        {
            throw new LearningStoreException($"The store {_path} cannot be read: {exception.Message} If it is damaged, restore it from a backup.", exception);
        }
    }

    private void Prepare()
    {
        string version = (string)Scalar("SELECT sqlite_version()")!;
        if (Version.Parse(version) < LeastSqlite)
        {
            throw new LearningStoreException($"SQLite {version} may corrupt its write-ahead log; {LeastSqlite} or later is needed (Microsoft.Data.Sqlite 10.0.15 has it).");
        }

        // The lock is held until the connection closes, and the kernel releases it when the process dies.
        Run("PRAGMA locking_mode = EXCLUSIVE");
        if (!string.Equals((string?)Scalar("PRAGMA journal_mode = WAL"), "wal", StringComparison.OrdinalIgnoreCase))
        {
            throw new LearningStoreException($"The store {_path} cannot have a write-ahead log there; put it on a local disk.");
        }

        Run("PRAGMA synchronous = FULL");
        Run("BEGIN IMMEDIATE");
        long format = (long)Scalar("PRAGMA user_version")!;
        if (format is not (0 or Format))
        {
            throw new LearningStoreException($"The store {_path} has the format {format}; this library knows {Format}. Use the version that wrote it, or a newer one.");
        }

        Run(Schema);
        Run($"PRAGMA user_version = {Format}");
        Run("COMMIT");
    }

    private StoredState? StateOf(string model)
    {
        using SqliteCommand select = Command("SELECT sequence, contract, state FROM states WHERE model = $model", ("$model", IdOf(model)));
        using SqliteDataReader reader = select.ExecuteReader();
        return reader.Read() ? new StoredState(reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)) : null;
    }

    /// <summary>
    /// Empties the entries that a stored state contains: key and digest stay, so that a repeated request is still recognized.
    /// </summary>
    private void RemoveRows(string model, long id, long sequence)
    {
        List<StoredBatch> removed = [];
        using (SqliteCommand select = Command($"{Select} WHERE model = $model AND sequence <= $sequence AND length(payload) > 0", ("$model", id), ("$sequence", sequence)))
        using (SqliteDataReader reader = select.ExecuteReader())
        {
            while (reader.Read())
            {
                removed.Add(BatchOf(reader, model) with { Values = default });
            }
        }

        foreach (StoredBatch batch in removed)
        {
            using SqliteCommand empty = Command(
                "UPDATE batches SET payload = x'', crc = $crc WHERE model = $model AND sequence = $sequence", ("$crc", (long)batch.Checksum()), ("$model", id), ("$sequence", batch.Sequence));
            empty.ExecuteNonQuery();
        }
    }

    private const string Select = "SELECT sequence, key, forgets, digest, rows, skipped, payload, crc FROM batches";

    private StoredBatch BatchOf(SqliteDataReader reader, string model)
    {
        StoredBatch batch = new()
        {
            Sequence = reader.GetInt64(0),
            Key = reader.GetString(1),
            Forgets = reader.IsDBNull(2) ? null : reader.GetString(2),
            Digest = reader.GetFieldValue<byte[]>(3),
            Rows = reader.GetInt32(4),
            Skipped = reader.GetInt32(5),
            Values = MemoryMarshal.Cast<byte, double>(reader.GetFieldValue<byte[]>(6)).ToArray(),
        };
        return batch.Checksum() == reader.GetInt64(7) ? batch
            : throw new LearningStoreException($"Entry {batch.Sequence} of '{model}' in {_path} is damaged: its checksum does not fit. Restore the store from a backup.");
    }

    private long IdOf(string model) => _ids.TryGetValue(model, out long id) ? id : throw new InvalidOperationException($"The log of '{model}' was not opened.");

    private SqliteCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this file; values are parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    private void Run(string text)
    {
        using SqliteCommand command = Command(text);
        command.ExecuteNonQuery();
    }

    private object? Scalar(string text)
    {
        using SqliteCommand command = Command(text);
        return command.ExecuteScalar();
    }
}
