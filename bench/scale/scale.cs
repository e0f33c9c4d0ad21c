#:project ../../src/HpcLinReg/HpcLinReg.csproj
#:project ../../src/HpcLinReg.Data/HpcLinReg.Data.csproj
#:property PublishAot=false

// What bench/scale/run measures: Parquet files of any size, and merges of many parts.
//   scale.cs write FOLDER ROWS FILES       writes Parquet files of 8 columns
//   scale.cs merge COLUMNS PARTS [plain]   merges parts of one block each, as a coordinator does, and prints bytes and times
//   scale.cs parts FOLDER COLUMNS PARTS    writes such parts as files, for the tool to merge
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using DuckDB.NET.Data;
using HpcLinReg;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["write", var folder, var rows, var files]:
        Write(folder, long.Parse(rows), int.Parse(files));
        break;
    case ["merge", var columns, var parts, .. var rest]:
        Merge(int.Parse(columns), int.Parse(parts), rest is ["plain"] ? MomentsPrecision.Plain : MomentsPrecision.DoubleDouble);
        break;
    case ["parts", var folder, var columns, var parts]:
        WriteParts(folder, int.Parse(columns), int.Parse(parts));
        break;
    default:
        Console.Error.WriteLine("scale.cs write FOLDER ROWS FILES | merge COLUMNS PARTS [plain] | parts FOLDER COLUMNS PARTS");
        return 2;
}

return 0;

static void Write(string folder, long rows, int files)
{
    Directory.CreateDirectory(folder);
    using DuckDBConnection connection = new("Data Source=:memory:");
    connection.Open();
    for (int k = 0; k < files; k++)
    {
        (long first, long next) = (rows * k / files, rows * (k + 1) / files);
        using DuckDBCommand command = connection.CreateCommand();

        // Numbers that depend on the row alone, by DuckDB's hash.
        string draw(int j) => $"(hash(i * 16 + {j}) % 1000003) / 1000003.0";
        command.CommandText = $"COPY (SELECT {string.Join(", ", Enumerable.Range(1, 6).Select(j => $"{draw(j)} AS x{j}"))}, CASE WHEN i % 1009 = 3 THEN NULL ELSE {draw(7)} END AS x7, {draw(1)} - 2 * {draw(2)} + {draw(8)} AS y FROM range({first}, {next}) t(i)) TO '{Path.Combine(folder, $"{k:D3}.parquet")}' (FORMAT parquet)";
        command.ExecuteNonQuery();
    }
}

static void Merge(int columns, int parts, MomentsPrecision precision)
{
    byte[] bytes = Block(columns, precision);
    MomentsAccumulator? whole = null;
    TimeSpan busy = default;
    for (int k = 0; k < parts; k++)
    {
        Move(bytes, k);

        // Processor time, all threads: on a busy machine a clock shows the other programs as well.
        TimeSpan start = Environment.CpuUsage.TotalTime;
        var part = MomentsAccumulator.Load(new MemoryStream(bytes));
        if (whole is null)
        {
            whole = part;
        }
        else
        {
            whole.Merge(part);
        }

        busy += Environment.CpuUsage.TotalTime - start;
    }

    using MemoryStream result = new();
    whole!.Save(result);
    double seconds = busy.TotalSeconds;
    Console.WriteLine($"| {columns} | {precision} | {parts:N0} | {bytes.Length:N0} | {result.Length:N0} | {seconds:F2} s | {1000 * seconds / parts:F3} ms |");
}

static void WriteParts(string folder, int columns, int parts)
{
    Directory.CreateDirectory(folder);
    byte[] bytes = Block(columns, MomentsPrecision.DoubleDouble);
    for (int k = 0; k < parts; k++)
    {
        Move(bytes, k);
        File.WriteAllBytes(Path.Combine(folder, $"{k}.moments"), bytes);
    }
}

// A file of the sums of one block.
static byte[] Block(int columns, MomentsPrecision precision)
{
    const int Rows = 2048;
    var random = new Random(1);
    double[] cells = new double[Rows * columns];
    for (int i = 0; i < cells.Length; i++)
    {
        cells[i] = random.NextDouble() + (i % columns);
    }

    MomentsAccumulator block = new(columns, 0, precision);
    block.Add(new MatrixSpan<double>(cells, columns));
    using MemoryStream stream = new();
    block.Save(stream);
    return stream.ToArray();
}

// Makes it the sums of block k: first row, next row and the node's place in the tree, and the hash.
static void Move(byte[] bytes, int k)
{
    const int Rows = 2048;
    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(48), k * (long)Rows);
    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(56), (k + 1) * (long)Rows);
    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(128), k);
    SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
}
