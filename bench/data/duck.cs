#:package DuckDB.NET.Data.Full
#:property PublishAot=false

// The peer of bench/data/run: writes the files, and reads, or evaluates and copies, them as DuckDB.NET does by itself.
using System.Data.Common;
using DuckDB.NET.Data;

using DuckDBConnection connection = new("Data Source=:memory:");
connection.Open();
string path = args[1];
string From(string file) => file.EndsWith(".parquet", StringComparison.Ordinal) ? $"read_parquet('{file}')" : file.EndsWith(".json", StringComparison.Ordinal) ? $"read_json('{file}', format = 'newline_delimited')" : $"read_csv('{file}')";
string Format(string file) => file.EndsWith(".parquet", StringComparison.Ordinal) ? "FORMAT parquet" : file.EndsWith(".json", StringComparison.Ordinal) ? "FORMAT json" : "FORMAT csv, HEADER";
switch (args[0])
{
    case "write":
        int columns = int.Parse(args[3]);
        IEnumerable<string> terms = Enumerable.Range(1, columns - 1).Select(i => $"hash(range * 1024 + {i}) / 18446744073709551616.0 AS x{i}");
        Execute($"COPY (SELECT *, x1 - 2 * x2 + hash(x1) / 18446744073709551616.0 AS y FROM (SELECT {string.Join(", ", terms)} FROM range({args[2]}))) TO '{path}' ({Format(path)})");
        break;
    case "read":
        using (DbCommand command = connection.CreateCommand())
        {
            command.CommandText = $"SELECT * FROM {From(path)}";
            ((DuckDBCommand)command).UseStreamingMode = true;
            using DbDataReader reader = command.ExecuteReader();
            double sum = 0;
            while (reader.Read())
            {
                for (int i = 0; i < reader.FieldCount; i++)
                {
                    sum += reader.GetDouble(i);
                }
            }

            Console.WriteLine(sum);
        }

        break;
    default:
        Execute($"COPY (SELECT *, 0.5 + x1 - 2 * x2 + 0.125 * x3 - x4 + x5 - x6 + x7 AS prediction FROM {From(path)}) TO '{args[2]}' ({Format(args[2])})");
        break;
}

void Execute(string sql)
{
    using DbCommand command = connection.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}
