using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>One in-memory DuckDB. For files it may read those files and nothing else, and no text can change that.</summary>
internal sealed class Session : IDisposable
{
    private readonly DuckDBConnection _connection = new("Data Source=:memory:");

    private Session()
    {
        _connection.Open();
    }

    /// <summary>Gets what the functions of DuckDB's C interface take.</summary>
    internal DuckDBNativeConnection NativeConnection => _connection.NativeConnection;

    /// <summary>Opens a session that can read only the given files; with none, it can only parse.</summary>
    internal static Session ForFiles(IReadOnlyList<string> files)
    {
        Session session = new();
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

    /// <summary>Ends what runs in another thread, with an exception there.</summary>
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
                row[i] = reader.IsDBNull(i) ? null : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture);
            rows.Add(row);
        }

        return rows;
    }

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
