using System.Diagnostics;
using System.Text.Json;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests;

/// <summary>docs/moments-format.md: files as they are, and a reader that was written by the text alone.</summary>
public class MomentsFormatTests
{
    public static TheoryData<string> Golden => ["plain", "weighted", "powers", "folded", "faded"];

    [Theory]
    [MemberData(nameof(Golden))]
    public void The_same_rows_are_the_bytes_that_they_were(string name)
    {
        Assert.SkipUnless(EngineInfo.HasFusedMultiplyAdd, "This machine has no fused multiply-add, and bits are promised only with it.");
        byte[] golden = File.ReadAllBytes(PathOf(name));
        Assert.Equal(golden, Bytes(Make(name)));
        Assert.Equal(golden, Bytes(MomentsFile.Load(PathOf(name))));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public async Task A_reader_in_Python_of_the_text_alone_finds_what_the_engine_does(string name)
    {
        JsonElement read = await ReadByPythonAsync(PathOf(name));
        var file = MomentsFile.Load(PathOf(name));
        (MomentsHeader header, Moments moments) = (file.Header, file.ToMoments());
        Assert.Equal((header.IsExact, header.FirstRow, header.NextRow, header.RowCount), (read.GetProperty("exact").GetBoolean(), Long("firstRow"), Long("nextRow"), Long("rowCount")));
        Assert.Equal((long)EngineInfo.BitContract, Long("bitContract"));
        Assert.Equal(header.Names, read.GetProperty("names").EnumerateArray().Select(text => text.GetString()!));
        Assert.Equal((file.Facts.Source, file.Facts.Schema), (read.GetProperty("source").GetString(), read.GetProperty("schema").GetString()));
        Assert.Equal(file.Facts.Inputs.Select(input => (input.Name, (long)input.Kind, input.Missing, input.Levels.Length)),
            read.GetProperty("inputs").EnumerateArray().Select(input => (input.GetProperty("name").GetString()!, input.GetProperty("kind").GetInt64(), input.GetProperty("missing").GetInt64(), input.GetProperty("levels").GetArrayLength())));

        Assert.Equal(moments.Count, Long("count"));
        Assert.Equal(moments.TotalWeight, read.GetProperty("weight").GetDouble(), 1e-15 * moments.TotalWeight);
        double[] means = [.. read.GetProperty("means").EnumerateArray().Select(mean => mean.GetDouble())];
        double[] products = [.. read.GetProperty("crossProducts").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(product => product.GetDouble())];
        for (int i = 0; i < means.Length; i++)
        {
            // Python's sums have no error beyond the file's; the fold has that of its bound, and both are rounded.
            Assert.Equal(moments.Means[i], means[i], moments.MeanErrorBounds[i] + (1e-15 * Math.Abs(means[i])));
            for (int j = 0; j < means.Length; j++)
            {
                double bound = Math.Sqrt(moments.SquareErrorBounds[i] * moments.SquareErrorBounds[j]);
                Assert.Equal(moments.CrossProducts[(i * means.Length) + j], products[(i * means.Length) + j], bound + (1e-15 * Math.Abs(products[(i * means.Length) + j])));
            }
        }

        long Long(string member) => read.GetProperty(member).GetInt64();
    }

    private static string PathOf(string name) => TemporaryFolder.TestData(Path.Combine("moments", $"{name}.moments"));

    private static MomentsFile Make(string name) => name switch
    {
        "plain" => new MomentsFile(Sum(2040, 4200, MomentsPrecision.Plain), new MomentsFacts
        {
            Source = "sha256:0123",
            Schema = """{"zone":"UTC"}""",
            RowsDropped = 25,
            Inputs =
            [
                new() { Name = "größe", Kind = CellKind.Number, Least = 0, Most = 12, Missing = 20 },
                new() { Name = "city", Kind = CellKind.Text, Levels = ["Bern", "Zürich"], Missing = 5 },
            ],
        }),
        "weighted" => new MomentsFile(Sum(30, 75, MomentsPrecision.DoubleDouble), new MomentsFacts { Weights = "w", WeightKind = WeightKind.Frequency, ScaledLogWeights = -7 }),
        "powers" => new MomentsFile(Powers(4090, 4110)),
        "folded" => new MomentsFile(Sum(0, 5000, MomentsPrecision.Plain).ToMoments().Remove(Sum(0, 3000, MomentsPrecision.Plain).ToMoments())),
        _ => new MomentsFile(Sum(0, 300, MomentsPrecision.DoubleDouble).ToMoments().Decay(0.5).Merge(Sum(300, 400, MomentsPrecision.DoubleDouble).ToMoments())),
    };

    /// <summary>Sums whole numbers; each eleventh row is missing, and in double-double rows have weights.</summary>
    private static MomentsAccumulator Sum(int start, int end, MomentsPrecision precision)
    {
        string[] names = ["größe", "city[Zürich]", "y"];
        MomentsAccumulator sum = new(names, start, precision);
        for (int row = start; row < end; row++)
        {
            double[] cells = [row * 7 % 13, row % 3 == 0 ? 1 : 0, (row * row % 101) + (row * 7 % 13)];
            if (row % 11 == 5)
            {
                sum.Skip(1);
            }
            else if (precision == MomentsPrecision.Plain)
            {
                sum.Add(new MatrixSpan<double>(cells, 3));
            }
            else
            {
                sum.Add(new MatrixSpan<double>(cells.AsSpan(0, 2), 2), new MatrixSpan<double>(cells.AsSpan(2), 1), [1 + (row % 4)]);
            }
        }

        return sum;
    }

    /// <summary>Sums whole numbers x and the terms of a cubic in them, with weights.</summary>
    private static MomentsAccumulator Powers(int start, int end)
    {
        PolynomialVariable cubic = new(3, 4100.5, 1 / 7.0);
        var sum = MomentsAccumulator.WithRemainders(["x", "t(x)", "t(x)^2", "t(x)^3"], start);
        double[] row = new double[8];
        for (int x = start; x < end; x++)
        {
            row[0] = x;
            cubic.Expand(x, row.AsSpan(1, 3), row.AsSpan(5, 3), hasIntercept: true);
            sum.Add(new MatrixSpan<double>(row, 8), new MatrixSpan<double>([], 1, 0, 0), [1 + (x % 4)]);
        }

        return sum;
    }

    private static async Task<JsonElement> ReadByPythonAsync(string path)
    {
        ProcessStartInfo start = new("python3", [TemporaryFolder.TestData(Path.Combine("moments", "read_moments.py")), path]) { RedirectStandardOutput = true };
        Process? python = null;
        try
        {
            python = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Skip($"Needs python3: {exception.Message}");
        }

        using Process process = python!;
        string json = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return JsonDocument.Parse(json).RootElement;
    }

    private static byte[] Bytes(MomentsFile file)
    {
        using MemoryStream stream = new();
        file.Save(stream);
        return stream.ToArray();
    }
}
