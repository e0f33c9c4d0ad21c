using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Tests.Data;

/// <summary>A format of files, with a writer for tests: the same rows in each.</summary>
internal sealed record DataFormat(string Extension)
{
    internal static readonly string[] All = [".csv", ".tsv", ".ndjson", ".json", ".parquet", ".npy", ".npz", ".arrow", ".arrows"];

    /// <summary>Whether columns have types of their own: an array of NumPy's holds numbers of one type.</summary>
    internal bool HasTexts => Extension is not (".npy" or ".npz");

    internal bool HasManyTypes => Extension != ".npy";

    internal bool IsCompressible => Extension != ".parquet";

    /// <summary>Writes the rows of a query, whose columns are BIGINT, DOUBLE, DATE or VARCHAR.</summary>
    internal string Write(TemporaryFolder folder, string name, string query)
    {
        string path = folder.Path(name + Extension);
        using var session = Session.ForQueries();
        if (Extension is not (".npy" or ".npz" or ".arrow" or ".arrows"))
        {
            string options = Extension switch { ".csv" => "FORMAT csv", ".tsv" => "FORMAT csv, DELIMITER '\t'", ".json" => "FORMAT json, ARRAY true", ".ndjson" => "FORMAT json", _ => "FORMAT parquet" };
            session.Execute($"COPY ({query}) TO {Sql.Text(path)} ({options})");
            return path;
        }

        List<string?[]> types = session.Table($"DESCRIBE {query}"), rows = session.Table(query);
        (string Name, System.Array Values)[] columns = [.. types.Select((type, i) => (type[0]!, Column(type[1]!, [.. rows.Select(row => row[i])])))];
        switch (Extension)
        {
            case ".npy":
                File.WriteAllBytes(path, Npy(columns.Select(column => column.Values), isFortran: true));
                break;
            case ".npz":
                using (ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create))
                {
                    foreach ((string column, System.Array values) in columns)
                    {
                        // Half of them as numpy.savez stores them, half as numpy.savez_compressed does.
                        using Stream entry = archive.CreateEntry(column + ".npy", column.Length % 2 == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
                        entry.Write(Npy([values], isFortran: false));
                    }
                }

                break;
            default:
                WriteArrow(path, columns);
                break;
        }

        return path;
    }

    private static System.Array Column(string type, string?[] cells) => type switch
    {
        "BIGINT" => cells.Select(cell => long.Parse(cell!, CultureInfo.InvariantCulture)).ToArray(),
        not "VARCHAR" and not "DATE" => cells.Select(cell => cell is null ? (double?)null : double.Parse(cell, CultureInfo.InvariantCulture)).ToArray(),
        "DATE" => cells.Select(cell => DateOnly.Parse(cell!, CultureInfo.InvariantCulture)).ToArray(),
        _ => cells,
    };

    /// <summary>An array as numpy.save writes it; of one column it has one dimension.</summary>
    internal static byte[] Npy(IEnumerable<System.Array> columns, bool isFortran, string? type = null)
    {
        System.Array[] all = [.. columns];
        bool isWhole = all.All(values => values is long[]);
        type ??= isWhole ? "<i8" : "<f8";
        int rows = all[0].Length;
        string shape = all.Length == 1 ? $"({rows},)" : $"({rows}, {all.Length})";
        string header = $"{{'descr': '{type}', 'fortran_order': {(isFortran && all.Length > 1 ? "True" : "False")}, 'shape': {shape}, }}";
        header = header.PadRight((((header.Length + 11 + 63) / 64) * 64) - 11) + "\n";
        byte[] bytes = new byte[10 + header.Length + (8L * rows * all.Length)];
        ((ReadOnlySpan<byte>)[0x93, .. "NUMPY"u8, 1, 0]).CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)header.Length);
        Encoding.ASCII.GetBytes(header).CopyTo(bytes, 10);
        for (int j = 0; j < all.Length; j++)
        {
            for (int i = 0; i < rows; i++)
            {
                Span<byte> place = bytes.AsSpan(10 + header.Length + (8 * (isFortran ? (j * rows) + i : (i * all.Length) + j)), 8);
                long bits = isWhole ? ((long[])all[j])[i] : BitConverter.DoubleToInt64Bits(all[j] is long[] whole ? whole[i] : ((double?[])all[j])[i] ?? double.NaN);
                if (type[0] == '>')
                {
                    BinaryPrimitives.WriteInt64BigEndian(place, bits);
                }
                else
                {
                    BinaryPrimitives.WriteInt64LittleEndian(place, bits);
                }
            }
        }

        return bytes;
    }

    private void WriteArrow(string path, (string Name, System.Array Values)[] columns)
    {
        Field[] fields = [.. columns.Select(column => new Field(column.Name, column.Values switch { double?[] => DoubleType.Default, long[] => Int64Type.Default, DateOnly[] => Date32Type.Default, _ => StringType.Default }, nullable: true))];
        Schema schema = new(fields, null);
        using FileStream stream = File.Create(path);
        using ArrowStreamWriter writer = Extension == ".arrow" ? new ArrowFileWriter(stream, schema) : new ArrowStreamWriter(stream, schema);
        int rows = columns[0].Values.Length;
        writer.WriteStart();
        for (int start = 0; start < rows; start += 5000)
        {
            int count = Math.Min(5000, rows - start);
            writer.WriteRecordBatch(new RecordBatch(schema, columns.Select(column => Part(column.Values, start, count)), count));
        }

        writer.WriteEnd();
    }

    private static IArrowArray Part(System.Array values, int start, int count) => values switch
    {
        double?[] numbers => numbers.AsSpan(start, count).ToArray().Aggregate(new DoubleArray.Builder(), (builder, value) => value is { } number ? builder.Append(number) : builder.AppendNull()).Build(),
        long[] whole => new Int64Array.Builder().AppendRange(whole.AsSpan(start, count).ToArray()).Build(),
        DateOnly[] days => days.AsSpan(start, count).ToArray().Aggregate(new Date32Array.Builder(), (builder, day) => builder.Append(day.ToDateTime(TimeOnly.MinValue))).Build(),
        _ => ((string?[])values).AsSpan(start, count).ToArray().Aggregate(new StringArray.Builder(), (builder, text) => text is null ? builder.AppendNull() : builder.Append(text)).Build(),
    };
}
