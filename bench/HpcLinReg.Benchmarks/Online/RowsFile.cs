using System.Globalization;
using DuckDB.NET.Data;

namespace HpcLinReg.Benchmarks.Online;

/// <summary>
/// <c>-- rows N FILE</c>: N rows of twenty features and a target y = 1 + Σ(j/20)·xⱼ + noise as Parquet, for <c>bench/stream</c>. Hashes of the
/// row's number, so that the same N is the same file.
/// </summary>
internal static class RowsFile
{
    private const int Columns = 20;

    internal static int Write(string rows, string path)
    {
        long count = long.Parse(rows, CultureInfo.InvariantCulture);
        string features = string.Join(", ", Enumerable.Range(1, Columns).Select(j => $"(hash(i * {Columns} + {j}) % 1000003) / 1000003.0::DOUBLE - 0.5 AS x{j}"));
        string target = string.Join(" + ", Enumerable.Range(1, Columns).Select(j => $"x{j} * {j} / {Columns}.0::DOUBLE"));
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText =
            $"COPY (SELECT * EXCLUDE i, 1 + {target} + (hash(-i - 1) % 1009) / 1009.0::DOUBLE - 0.5 AS y FROM (SELECT i, {features} FROM range({count}) t(i))) TO '{path.Replace("'", "''", StringComparison.Ordinal)}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return 0;
    }
}
