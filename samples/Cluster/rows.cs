#:package DuckDB.NET.Data.Full

// dotnet run rows.cs FOLDER ROWS FILES: writes Parquet files of rows with four numbers and a target that is made of three of them.
using System.Globalization;
using DuckDB.NET.Data;

string folder = args[0];
long rows = long.Parse(args[1], CultureInfo.InvariantCulture), files = long.Parse(args[2], CultureInfo.InvariantCulture);
Directory.CreateDirectory(folder);
using var connection = new DuckDBConnection("DataSource=:memory:");
connection.Open();
for (long file = 0; file < files; file++)
{
    long first = rows * file / files, last = rows * (file + 1) / files;
    using DuckDBCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The numbers and the folder are those of whoever runs this.
    command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
        COPY (
          SELECT a, b, c, d, 1.5 + 2 * a - b + 0.25 * c + u AS y
          FROM (SELECT (hash(i) % 1000003) / 1000.0 AS a, (hash(i * 3 + 1) % 1000033) / 500.0 AS b, (i % 1000) / 8.0 AS c,
                       (hash(i * 7 + 5) % 65537) / 64.0 AS d, (hash(i * 11 + 2) % 10007) / 10007.0 AS u FROM range({first}, {last}) t(i)))
        TO '{folder.Replace("'", "''", StringComparison.Ordinal)}/rows-{file:D3}.parquet' (FORMAT parquet)
        """);
#pragma warning restore CA2100
    command.ExecuteNonQuery();
}
