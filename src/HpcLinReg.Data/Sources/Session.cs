using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>One in-memory DuckDB. For files it may read those files and nothing else, and no text can change that.</summary>
internal sealed class Session : IDisposable
{
    private const string InstantName = "hpclinreg_instant";

    /// <summary>
    /// How much parsed text DuckDB keeps ahead of the rows that were fetched. Its own megabyte is less than one thread parses at a time, so
    /// all threads but one would wait.
    /// </summary>
    private const string ReadAhead = "SET streaming_buffer_size = '64MB'";

    /// <summary>
    /// DuckDB makes a join of <c>x IN (1, 2, 3, 4, 5, 6)</c>, and a join does not keep the order of rows.
    /// </summary>
    private const string KeepOrder = "SET disabled_optimizers = 'in_clause'";

    private readonly DuckDBConnection _connection = new("Data Source=:memory:");

    private Session()
    {
        _connection.Open();
        Execute(KeepOrder);
    }

    /// <summary>Gets what the functions of DuckDB's C interface take.</summary>
    internal DuckDBNativeConnection NativeConnection => _connection.NativeConnection;

    /// <summary>Opens a session that can read only the given files; with none, it can only parse.</summary>
    /// <param name="files">The files.</param>
    /// <param name="areText">
    /// Whether their values are parsed from text, which all threads have to do for it to be fast; Parquet gains nothing from rows that wait
    /// in memory.
    /// </param>
    /// <param name="memoryLimit">How much memory DuckDB may take, as it writes it; null for its own limit, most of the machine's.</param>
    internal static Session ForFiles(IReadOnlyList<string> files, bool areText = false, string? memoryLimit = null)
    {
        Session session = new();
        if (memoryLimit is not null)
        {
            session.Execute($"SET memory_limit = {Sql.Text(memoryLimit)}");
        }

        if (areText)
        {
            session.Execute(ReadAhead);
        }

        session.Execute("SET temp_directory = ''");
        session.Execute("SET TimeZone = 'UTC'");
        session.Execute("SET autoinstall_known_extensions = false");
        session.Execute("SET autoload_known_extensions = false");
        session.Execute($"SET allowed_paths = {Sql.List(files)}");
        session.Execute("SET enable_external_access = false");
        session.Execute("SET lock_configuration = true");
        return session;
    }

    /// <summary>Opens a session for the queries of the person at the keyboard, who may read any file they can read anyway.</summary>
    internal static Session ForQueries()
    {
        Session session = new();
        session.Execute("SET TimeZone = 'UTC'");
        session.Execute($"SET temp_directory = {Sql.Text(Path.Combine(Path.GetTempPath(), $"hpclinreg-{Environment.ProcessId}"))}");
        return session;
    }

    /// <summary>Gives times without an offset a zone: <see cref="Instant"/> is then the time in UTC.</summary>
    /// <exception cref="UsageException">There is no such zone.</exception>
    internal void UseZone(string zone)
    {
        if (TimeSpan.TryParseExact(zone.AsSpan().TrimStart("+-"), @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan offset)
            && zone[0] is '+' or '-')
        {
            double minutes = zone[0] == '-' ? -offset.TotalMinutes : offset.TotalMinutes;
            Execute(string.Create(CultureInfo.InvariantCulture, $"CREATE TEMP MACRO {InstantName}(t) AS t - {minutes} * INTERVAL 1 MINUTE"));
            return;
        }

        string[] zones = [.. Table("SELECT name FROM pg_timezone_names()").Select(row => row[0]!)];
        string name = zones.FirstOrDefault(known => known.Equals(zone, StringComparison.OrdinalIgnoreCase))
            ?? throw new UsageException($"There is no time zone '{zone}'; name one such as Europe/Berlin, or an offset such as +02:00.{Suggestion.Question(zone, zones)}");
        // The offsets of a day before and a day after give the times in UTC that can be meant. None or two of them are right where clocks
        // change, and then the time is refused.
        string local = $"timezone({Sql.Text(name)}, timezone('UTC', u))";
        Execute($"CREATE TEMP MACRO hpclinreg_local(u) AS {local}");
        Execute("CREATE TEMP MACRO hpclinreg_try(t, near) AS t - (hpclinreg_local(near) - near)");
        Execute("CREATE TEMP MACRO hpclinreg_choose(t, a, b) AS CASE WHEN hpclinreg_local(a) = t THEN CASE WHEN a = b OR hpclinreg_local(b) <> t THEN a END WHEN hpclinreg_local(b) = t THEN b END");
        Execute($"CREATE TEMP MACRO {InstantName}(t) AS hpclinreg_choose(t, hpclinreg_try(t, t - INTERVAL 1 DAY), hpclinreg_try(t, t + INTERVAL 1 DAY))");
    }

    /// <summary>Returns a time of the zone as one in UTC; NULL where it does not occur once, as when clocks change.</summary>
    internal static string Instant(string sql) => $"{InstantName}({sql})";

    /// <summary>Stops the query that another thread runs; that thread gets an exception.</summary>
    internal void Interrupt() => NativeMethods.Startup.DuckDBInterrupt(NativeConnection);

    internal void Execute(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the first value of the first row as text; the parameters are $1, $2 and so on.</summary>
    internal string Scalar(string sql, params ReadOnlySpan<string> parameters)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string parameter in parameters)
        {
            command.Parameters.Add(new DuckDBParameter(parameter));
        }

        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>Returns all rows as text, NULL as null; for small answers.</summary>
    internal List<string?[]> Table(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        List<string?[]> rows = [];
        while (reader.Read())
        {
            string?[] row = new string?[reader.FieldCount];
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Returns what appends rows to a table.</summary>
    internal DuckDB.NET.Data.DuckDBAppender Appender(string catalog, string schema, string table) =>
        _connection.CreateAppender(catalog, schema, table);

    /// <summary>Prepares a command whose rows are streamed.</summary>
    internal DuckDBCommand Stream(string sql)
    {
        DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.UseStreamingMode = true;
        return command;
    }

    public void Dispose() => _connection.Dispose();
}
