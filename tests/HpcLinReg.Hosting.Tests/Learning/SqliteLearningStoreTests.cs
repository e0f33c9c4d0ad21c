using HpcLinReg.Hosting.Sqlite;
using Microsoft.Data.Sqlite;

namespace HpcLinReg.Hosting.Tests.Learning;

/// <summary>The log in a file: restarts, damage, and a second process.</summary>
public class SqliteLearningStoreTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void SQLite_is_new_enough_and_syncs_each_commit()
    {
        using var folder = new TemporaryFolder();
        using (var store = new SqliteLearningStore(folder["state.db"]))
        {
            Assert.Null(store.Open("load", "plain"));
        }

        using SqliteConnection connection = Connect(folder["state.db"]);
        Assert.True(Version.Parse((string)Ask(connection, "SELECT sqlite_version()")) >= new Version(3, 51, 3));
        Assert.Equal("wal", Ask(connection, "PRAGMA journal_mode"));
    }

    [Fact]
    public async Task A_restart_continues_with_the_same_bits_answers_and_versions()
    {
        using var folder = new TemporaryFolder();
        using var memory = new MemoryStore();
        OnlineModel steady = Rows.Start(memory);
        LearnedBatch? first = null;
        for (int run = 0; run < 4; run++)
        {
            using var store = new SqliteLearningStore(folder["state.db"]);
            OnlineModel online = Rows.Start(store, options => options.SnapshotEvery = 8);
            Assert.True(run == 0 || Rows.Bits(steady.Served).SequenceEqual(Rows.Bits(online.Served)));
            for (int i = 1; i <= 10; i++)
            {
                int number = (10 * run) + i;
                await steady.AddAsync($"k{number}", Rows.Batch(number), Stop);
                LearnedBatch learned = await online.AddAsync($"k{number}", Rows.Batch(number), Stop);
                first ??= learned;
            }

            Assert.Equal(Rows.Bits(steady.Served), Rows.Bits(online.Served));
            Assert.Equal(first, await online.AddAsync("k1", Rows.Batch(1), Stop));
            await online.StopAsync();
        }
    }

    [Fact]
    public void A_file_that_is_in_use_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var store = new SqliteLearningStore(folder["state.db"]);
        Assert.Contains("another process", Assert.Throws<LearningStoreException>(() => new SqliteLearningStore(folder["state.db"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_store_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["text.db"], [.. Enumerable.Repeat((byte)'x', 5000)]);
        Assert.Contains("cannot be opened", Assert.Throws<LearningStoreException>(() => new SqliteLearningStore(folder["text.db"])).Message, StringComparison.Ordinal);
        using (SqliteConnection connection = Connect(folder["other.db"]))
        {
            Ask(connection, "PRAGMA user_version = 7");
        }

        Assert.Contains("has the format 7", Assert.Throws<LearningStoreException>(() => new SqliteLearningStore(folder["other.db"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE batches SET payload = zeroblob(length(payload)) WHERE sequence = 3", "Entry 3 of 'load'")]
    [InlineData("UPDATE batches SET key = 'k33' WHERE sequence = 3", "Entry 3 of 'load'")]
    [InlineData("UPDATE batches SET skipped = 1 WHERE sequence = 3", "Entry 3 of 'load'")]
    [InlineData("DELETE FROM batches WHERE sequence = 3", "no entry 3")]
    [InlineData("UPDATE models SET description = 'another'", "began 'load' as: another")]
    public async Task A_damaged_entry_stops_the_start_and_is_named(string damage, string words)
    {
        using var folder = new TemporaryFolder();
        await Learn(folder["state.db"], 5);
        using (SqliteConnection connection = Connect(folder["state.db"]))
        {
            Ask(connection, damage);
        }

        using var store = new SqliteLearningStore(folder["state.db"]);
        Assert.Contains(words, Assert.Throws<LearningStoreException>(() => Rows.Start(store)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_state_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        await Learn(folder["state.db"], 10, options => options.SnapshotEvery = 4);
        using (SqliteConnection connection = Connect(folder["state.db"]))
        {
            Ask(connection, "UPDATE states SET state = zeroblob(length(state))");
        }

        using var store = new SqliteLearningStore(folder["state.db"]);
        Assert.Contains("is damaged", Assert.Throws<LearningStoreException>(() => Rows.Start(store, options => options.SnapshotEvery = 4)).Message, StringComparison.Ordinal);
    }

    /// <summary>What a crash leaves of the last writes is any beginning of the write-ahead log.</summary>
    [Fact]
    public async Task A_log_that_is_cut_at_any_byte_gives_its_beginning()
    {
        using var folder = new TemporaryFolder();
        List<long[]> bits = [];
        byte[] main, log;
        using (var store = new SqliteLearningStore(folder["state.db"]))
        {
            OnlineModel online = Rows.Start(store);
            for (int i = 1; i <= 20; i++)
            {
                await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
                bits.Add(Rows.Bits(online.Served));
            }

            main = File.ReadAllBytes(folder["state.db"]);
            log = File.ReadAllBytes(folder["state.db-wal"]);
            await online.StopAsync();
        }

        var random = new Random(1);
        HashSet<long> prefixes = [];
        foreach (int length in Enumerable.Range(0, 40).Select(_ => random.Next(log.Length)).Append(log.Length))
        {
            string copy = folder[$"cut-{length}.db"];
            await File.WriteAllBytesAsync(copy, main, Stop);
            await File.WriteAllBytesAsync($"{copy}-wal", log[..length], Stop);
            using var store = new SqliteLearningStore(copy);
            OnlineModel online = Rows.Start(store);
            long sequence = online.Status.Sequence;
            prefixes.Add(sequence);
            Assert.True(sequence == 0 || bits[(int)sequence - 1].SequenceEqual(Rows.Bits(online.Served)), $"The log cut at {length} bytes has other bits after entry {sequence}.");
            Assert.Equal(sequence + 1, (await online.AddAsync("next", Rows.Batch(99), Stop)).Sequence);
            await online.StopAsync();
        }

        Assert.Contains(20, prefixes);
        Assert.True(prefixes.Count > 5, "The cuts gave hardly any different beginnings.");
    }

    /// <summary>The file has no checksums of its own pages, so damage shows where it is read: as a name, or as an entry whose checksum does not fit; never as other bits.</summary>
    [Fact]
    public async Task Overwritten_bytes_of_the_file_never_give_other_bits()
    {
        using var folder = new TemporaryFolder();
        long[] expected = await Learn(folder["state.db"], 30);
        byte[] whole = await File.ReadAllBytesAsync(folder["state.db"], Stop);
        var random = new Random(2);
        int refused = 0;
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. whole];
            random.NextBytes(damaged.AsSpan(random.Next(damaged.Length - 8), 8));
            string copy = folder[$"damaged-{i}.db"];
            await File.WriteAllBytesAsync(copy, damaged, Stop);
            try
            {
                using var store = new SqliteLearningStore(copy);
                OnlineModel online = Rows.Start(store);
                Assert.True(online.Status.Sequence < 30 || expected.SequenceEqual(Rows.Bits(online.Served)));
                await online.StopAsync();
            }
            catch (LearningStoreException)
            {
                refused++;
            }
        }

        Assert.True(refused > 10, $"Only {refused} of 60 damages were found.");
    }

    [Fact]
    public async Task A_backup_is_a_store_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var store = new SqliteLearningStore(folder["state.db"]);
        OnlineModel online = Rows.Start(store);
        await online.AddAsync("k1", Rows.Batch(1, 10), Stop);
        store.Backup(folder["backup.db"]);
        Assert.Throws<LearningStoreException>(() => store.Backup(folder["backup.db"]));
        await online.AddAsync("k2", Rows.Batch(2), Stop);
        using var copy = new SqliteLearningStore(folder["backup.db"]);
        OnlineModel restored = Rows.Start(copy);
        Assert.Equal(1, restored.Status.Sequence);
        await restored.AddAsync("k2", Rows.Batch(2), Stop);
        Assert.Equal(Rows.Bits(online.Served), Rows.Bits(restored.Served));
        await online.StopAsync();
        await restored.StopAsync();
    }

    /// <summary>Learns, ends, and returns the bits.</summary>
    private static async Task<long[]> Learn(string path, int batches, Action<LearningOptions>? configure = null)
    {
        using var store = new SqliteLearningStore(path);
        OnlineModel online = Rows.Start(store, configure);
        for (int i = 1; i <= batches; i++)
        {
            await online.AddAsync($"k{i}", Rows.Batch(i), Stop);
        }

        await online.StopAsync();
        return Rows.Bits(online.Served);
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static object Ask(SqliteConnection connection, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own texts.
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar() ?? 0;
    }
}
