using System.Diagnostics;
using System.Globalization;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using HpcLinReg.Data;

namespace HpcLinReg.Benchmarks.Reading;

/// <summary>
/// <c>-- reading ROWS FOLDER</c>: what reading CSV files costs without a fit, from opening to the last row, beside DuckDB.NET streaming the same file as text
/// with TRY_CAST. Both count the rows that they give. A ratio is the median over pairs, one run of each in turn; FOLDER receives the files and is kept. The last column
/// is what gathering means, ranges and the digest of the rows (<see cref="TrainingRecord"/>) takes of our time.
/// </summary>
internal static class ReadingCommand
{
    private const int Pairs = 5;

    private static readonly (string Name, string File, string Select, string Features)[] Files =
    [
        ("9 numbers", "numbers.csv", Numbers(9, ""), "c2, c3, c4, c5, c6, c7, c8, c9"),
        ("9 numbers, 1 % of the cells missing", "missing.csv", Numbers(9, "CASE WHEN hash(i * 31 + {0}) % 100 = 0 THEN NULL ELSE {1} END"), "c2, c3, c4, c5, c6, c7, c8, c9"),
        ("date, text and 7 numbers; the text is no feature", "mixed.csv", Mixed, "epoch(d) AS e, c2, c3, c4, c5, c6, c7"),
        ("the same, gzip", "mixed.csv.gz", Mixed, "epoch(d) AS e, c2, c3, c4, c5, c6, c7"),
        ("the same, the text is a feature (read twice, for its levels)", "mixed.csv", Mixed, "epoch(d) AS e, s, c2, c3, c4, c5, c6, c7"),
    ];

    private static string Mixed => $"DATE '2020-01-01' + CAST(i % 2000 AS INTEGER) AS d, 'level' || (hash(i) % 8) AS s, {Numbers(7, "")}";

    internal static int Run(string count, string folder)
    {
        long rows = long.Parse(count, CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        Console.WriteLine("| file | rows used | HpcLinReg, s | DuckDB.NET, s | ratio | least | most | record, % |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach ((string name, string file, string select, string features) in Files)
        {
            string path = Path.Combine(folder, file);
            Write(path, select, rows);
            List<(double Own, double Peer, double Record)> times = [];
            long used = 0;
            for (int pair = 0; pair <= Pairs; pair++)
            {
                (double own, used) = Time(() => Own(path, features));
                (double peer, long seen) = Time(() => Peer(path));
                if (seen != rows)
                {
                    throw new InvalidOperationException($"DuckDB gave {seen} of {rows} rows.");
                }

                (double record, _) = Time(() => Gather(features.Count(mark => mark == ',') + 1, used));

                // The first pair warms up.
                if (pair > 0)
                {
                    times.Add((own, peer, record));
                }
            }

            double[] ratios = [.. times.Select(time => time.Own / time.Peer).Order()];
            Console.WriteLine(FormattableString.Invariant(
                $"| {name} | {used} | {Median(times.Select(time => time.Own)):F2} | {Median(times.Select(time => time.Peer)):F2} | {ratios[Pairs / 2]:F2} | {ratios[0]:F2} | {ratios[^1]:F2} | {100 * Median(times.Select(time => time.Record / time.Own)):F1} |"));
        }

        return 0;
    }

    private static string Numbers(int count, string wrapped) => string.Join(", ", Enumerable.Range(1, count).Select(j =>
    {
        string number = $"round((hash(i * 16 + {j}) % 1000003) / 977.0::DOUBLE, 4)";
        return $"{(wrapped.Length == 0 ? number : string.Format(CultureInfo.InvariantCulture, wrapped, j, number))} AS c{j}";
    }));

    private static void Write(string path, string select, long rows)
    {
        if (File.Exists(path))
        {
            return;
        }

        using DuckDBConnection connection = new("Data Source=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"COPY (SELECT {select} FROM range({rows}) t(i)) TO '{path}' (FORMAT csv, HEADER)";
        command.ExecuteNonQuery();
    }

    private static long Own(string path, string features)
    {
        using var source = DataSource.OpenFile(path);
        var rows = DataRows.Of(source, new FitRequest { Target = "c1", Features = features });
        using IRowReader reader = rows.Open();
        long seen = 0;
        for (ReadOnlySpan<double> block = reader.ReadRows(); block.Length > 0; block = reader.ReadRows())
        {
            seen += block.Length / rows.Columns;
        }

        return seen;
    }

    /// <summary>Gathers what is kept of the training rows from as many rows in memory.</summary>
    private static long Gather(int columns, long rows)
    {
        const int BlockRows = 2048;
        double[] block = new double[BlockRows * (columns + 1)];
        Random random = new(1);
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = random.NextDouble();
        }

        TrainingRecord record = new(columns);
        for (long row = 0; row < rows; row += BlockRows)
        {
            int count = (int)Math.Min(BlockRows, rows - row);
            record.Add(new MatrixSpan<double>(block.AsSpan(0, count * (columns + 1)), columns + 1), columns);
        }

        return record.RowCount;
    }

    /// <summary>The chunks of the C interface, which cost less than rows one by one: the peer at its best.</summary>
    private static long Peer(string path)
    {
        using DuckDBConnection connection = new("Data Source=:memory:");
        connection.Open();
        string[] header;
        using (DuckDBCommand command = connection.CreateCommand())
        {
            command.CommandText = $"DESCRIBE SELECT * FROM read_csv('{path}', all_varchar = true, header = true)";
            using DuckDBDataReader reader = command.ExecuteReader();
            List<string> names = [];
            while (reader.Read())
            {
                names.Add(reader.GetString(0));
            }

            header = [.. names];
        }

        IEnumerable<string> cells = header.Select(name => name switch
        {
            "s" => name,
            "d" => $"CAST(epoch_us(TRY_CAST({name} AS TIMESTAMP)) AS DOUBLE) / 1e6",
            _ => $"TRY_CAST({name} AS DOUBLE)",
        });
        string sql = $"SELECT {string.Join(", ", cells)} FROM read_csv('{path}', all_varchar = true, header = true)";
        NativeMethods.PreparedStatements.DuckDBPrepare(connection.NativeConnection, sql, out DuckDBPreparedStatement statement);
        using (statement)
        {
            if (NativeMethods.PreparedStatements.DuckDBExecutePreparedStreaming(statement, out DuckDBResult result) == DuckDBState.Error)
            {
                throw new InvalidOperationException(NativeMethods.Query.DuckDBResultError(ref result));
            }

            long seen = 0;
            while (true)
            {
                using DuckDBDataChunk chunk = NativeMethods.StreamingResult.DuckDBStreamFetchChunk(result);
                if (chunk.IsInvalid)
                {
                    break;
                }

                seen += (long)NativeMethods.DataChunks.DuckDBDataChunkGetSize(chunk);
            }

            NativeMethods.Query.DuckDBDestroyResult(ref result);
            return seen;
        }
    }

    private static (double Seconds, long Rows) Time(Func<long> read)
    {
        long start = Stopwatch.GetTimestamp();
        long rows = read();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, rows);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Pairs / 2);
}
