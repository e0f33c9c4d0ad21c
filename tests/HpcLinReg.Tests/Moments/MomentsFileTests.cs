using System.Buffers.Binary;
using System.Security.Cryptography;
using HpcLinReg.Tests.Data;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class MomentsFileTests
{
    private static readonly string[] Names = ["a", "b", "y"];

    [Fact]
    public void Facts_are_read_as_they_were_written_and_added_up_by_a_merge()
    {
        MomentsFile one = new(Sum(0, 2048), Facts(missing: 3, least: -1, most: 4, dropped: 3)), other = new(Sum(2048, 3000), Facts(missing: 0, least: -2, most: 1, dropped: 1));
        MomentsFile merged = Again(MomentsFile.Merge(other, one));
        Assert.Equal((0L, 3000L, 3000L, 3, true), (merged.Header.FirstRow, merged.Header.NextRow, merged.Header.RowCount, merged.Header.Columns, merged.Header.IsExact));
        Assert.Equal(Names, merged.Header.Names);
        MomentsFacts facts = merged.Facts;
        Assert.Equal(("sha256:00", "{}", "w", WeightKind.Frequency, 4L, (Int128)(-6) << 70), (facts.Source, facts.Schema, facts.Weights, facts.WeightKind, facts.RowsDropped, facts.ScaledLogWeights));
        Assert.Equal(("city", CellKind.Text, 3L), (facts.Inputs[0].Name, facts.Inputs[0].Kind, facts.Inputs[0].Missing));
        Assert.Equal(["Bern", "Rom"], facts.Inputs[0].Levels);
        Assert.True(double.IsNaN(facts.Inputs[0].Least));
        Assert.Equal((-2.0, 4.0), (facts.Inputs[1].Least, facts.Inputs[1].Most));
    }

    [Fact]
    public void Files_are_merged_by_their_paths()
    {
        using TemporaryFolder folder = new();
        new MomentsFile(Sum(1000, 5000)).Save(folder.Path("b.moments"));
        new MomentsFile(Sum(0, 1000)).Save(folder.Path("a.moments"));
        var merged = MomentsFile.Merge([folder.Path("b.moments"), folder.Path("a.moments")]);
        Assert.Equal(Bytes(new MomentsFile(Sum(0, 5000))), Bytes(merged));
        Assert.Equal(["a.moments", "b.moments"], Directory.GetFiles(folder.Path("")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Parts_that_are_no_whole_are_refused_by_rows_and_names()
    {
        MomentsFile first = new(Sum(0, 2048)), second = new(Sum(2048, 4096)), third = new(Sum(4096, 5000));
        Refused("Rows 2048 to 4095 (counted from 0) are in no part: part 1 (counted from 0) ends before and part 0 (counted from 0) begins after. Add what lies between.", third, first);
        Refused("Rows 2048 to 4095 (counted from 0) are in two parts, part 1 (counted from 0) and part 2 (counted from 0). Leave one of them out.", first, second, second);
        Refused("Row 2000 (counted from 0) is in two parts", new(Sum(0, 2001)), new(Sum(2000, 2001)));
        Refused("There is nothing to merge");
        Refused("part 1 (counted from 0) holds folded moments", first, new(second.ToMoments()));
        Refused("its column 2 (counted from 0) is 'z' where there is 'y'", first, new(Sum(2048, 4096, ["a", "b", "z"])));
        Refused("it has 2 columns where there are 3", first, new(new MomentsAccumulator(["a", "b"], 2048)));
        Refused("it was summed in DoubleDouble where the precision is Plain", first, new(new MomentsAccumulator(Names, 2048, MomentsPrecision.DoubleDouble)));
    }

    [Fact]
    public void Parts_of_other_sources_are_refused_by_what_differs()
    {
        MomentsFile first = new(Sum(0, 2048), Facts());
        void Other(string message, MomentsFacts facts) => Refused(message, first, new MomentsFile(Sum(2048, 3000), facts));
        Other("the fingerprint 'other' where it is 'sha256:00'", Facts(source: "other"));
        Other("(the schema differs)", Facts(schema: "[]"));
        Other("its weights are 'v' (Frequency) where they are 'w' (Frequency)", Facts(weights: "v"));
        Other("its weights are none where they are 'w' (Frequency)", Facts(weights: null));
        Other("its column 'city' has other levels, such as 'Wien'", Facts(levels: ["Bern", "Rom", "Wien"]));
        Other("its column 'city' has other levels, or in another order", Facts(levels: ["Rom", "Bern"]));
        Other("the column 'town' (Text) where there is 'city' (Text)", Facts(name: "town"));
    }

    [Fact]
    public void Other_versions_and_contracts_are_refused_by_name()
    {
        byte[] bytes = Bytes(new MomentsFile(Sum(0, 10)));
        bytes[7] = (byte)'2';
        Assert.Contains("it has format version 2, and this engine reads version 1", Unreadable(Sealed(bytes)), StringComparison.Ordinal);
        bytes = Bytes(new MomentsFile(Sum(0, 10)));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), 4);
        Assert.Contains($"it has bit contract 4, and this engine has {EngineInfo.BitContract}", Unreadable(Sealed(bytes)), StringComparison.Ordinal);

        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder.Path("old.moments"), Sealed(bytes));
        new MomentsFile(Sum(10, 20)).Save(folder.Path("new.moments"));
        string message = Assert.Throws<InvalidDataException>(() => MomentsFile.Merge([folder.Path("new.moments"), folder.Path("old.moments")])).Message;
        Assert.StartsWith($"'{folder.Path("old.moments")}': This .moments file cannot be used here: it has bit contract 4", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_versions_and_contracts_do_not_merge_with_files_of_this_one()
    {
        using TemporaryFolder folder = new();
        new MomentsFile(Sum(0, 2048)).Save(folder.Path("0.moments"));
        byte[] other = Bytes(new MomentsFile(Sum(2048, 4096)));
        other[7] = (byte)'2';
        Refused("it has format version 2, and this engine reads version 1. Sum the rows again with this version, or use the version that wrote it.");
        other[7] = (byte)'1';
        BinaryPrimitives.WriteInt64LittleEndian(other.AsSpan(8), EngineInfo.BitContract + 1);
        Refused($"it has bit contract {EngineInfo.BitContract + 1}, and this engine has {EngineInfo.BitContract}");

        void Refused(string message)
        {
            File.WriteAllBytes(folder.Path("1.moments"), Sealed(other));
            foreach (string[] order in (string[][])[["0.moments", "1.moments"], ["1.moments", "0.moments"]])
            {
                string text = Assert.Throws<InvalidDataException>(() => MomentsFile.Merge(order.Select(folder.Path))).Message;
                Assert.StartsWith($"'{folder.Path("1.moments")}': ", text, StringComparison.Ordinal);
                Assert.Contains(message, text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Other_files_are_no_moments()
    {
        Assert.Contains("it has 3 bytes, fewer than any of them, so it is another file, or one that was not written to its end", Unreadable([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("This is no .moments file: it does not begin with HLRMOMT", Unreadable(new byte[300]), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_with_remainders_round_to_their_values()
    {
        MomentsAccumulator sum = WithRemainders(0, 10);
        Assert.Equal((2, true, MomentsPrecision.DoubleDouble), (sum.Columns, sum.HasRemainders, sum.Precision));
        byte[] before = Bytes(new MomentsFile(sum));
        Refused("Row 10 (counted from 0), column 'b', is 1 with the remainder 0.5; their sum must round to the value.", () => sum.Add(new MatrixSpan<double>([1, 1, 0, 0.5], 4)));
        Refused("Row 10 (counted from 0), column 'a', is NaN", () => sum.Add(new MatrixSpan<double>([double.NaN, 1, 0, 0], 4)));
        Refused("column 'a', is 1 with the remainder NaN", () => sum.Add(new MatrixSpan<double>([1, 1, double.NaN, 0], 4)));
        Refused("a row is 2 values and then their 2 remainders, and these rows have 2 values.", () => sum.Add(new MatrixSpan<double>([1, 1], 2)));
        Refused("summed in double-double, and these moments are summed in double", () => Sum(0, 100).ToMoments().SolvePolynomial([new PolynomialVariable(2, 0, 1)], [0, 1], 2));
        Refused("The variables have 2 terms, but 1 columns are named", () => sum.ToMoments().SolvePolynomial([new PolynomialVariable(2, 0, 1)], [0], 1));
        Refused("fit with an intercept, or fit the rows", () => sum.ToMoments().SolvePolynomial([new PolynomialVariable(1, 0, 1)], [0], 1, new FitOptions { Intercept = false }));
        Refused("side by side", () => sum.Add(new MatrixSpan<double>([1, 1, 0], 3), [0.0]));
        Refused("have remainders and those of the other have none", () => sum.Merge(new MomentsAccumulator(["a", "b"], 10, MomentsPrecision.DoubleDouble)));
        Assert.Equal(before, Bytes(new MomentsFile(sum)));
        sum.Add(new MatrixSpan<double>([1, 1, double.NaN, double.NaN], 4), new MatrixSpan<double>([], 1, 0, 0), [0.0]);
        Assert.Equal(10, sum.RowCount);

        // The mean has the digits that a double would lose.
        var tiny = MomentsAccumulator.WithRemainders(["x"], 0);
        tiny.Add(new MatrixSpan<double>([1, Math.ScaleB(1, -60)], 2));
        Assert.Equal(Math.ScaleB(1, -60), tiny.ToMoments().MeanRemainders[0]);

        static void Refused(string message, Action act) => Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(act).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_accumulator_is_not_read_from_folded_moments_but_moments_from_an_accumulator()
    {
        MomentsAccumulator sum = Sum(0, 100);
        Assert.Contains("load it as Moments", Assert.Throws<InvalidDataException>(() => MomentsAccumulator.Load(new MemoryStream(Bytes(new MomentsFile(sum.ToMoments()))))).Message, StringComparison.Ordinal);
        Assert.Equal(sum.ToMoments().CrossProducts, Moments.Load(new MemoryStream(Bytes(new MomentsFile(sum)))).CrossProducts);
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_read_to_its_end()
    {
        byte[] bytes = Bytes(new MomentsFile(Sum(0, 100)));
        using var stream = new System.IO.Compression.DeflateStream(Compressed(bytes), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(bytes, Bytes(MomentsFile.Load(stream)));
    }

    [Fact]
    public void A_header_that_promises_too_much_allocates_nothing_for_it()
    {
        byte[] bytes = Bytes(new MomentsFile(new MomentsAccumulator(3)));

        // The number of columns, after the magic, the contract, the block and the flags.
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), 1 << 16);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(bytes.Length - 32 - 24), 1);
        byte[] forged = Sealed(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("it states 1 nodes, more than its bytes hold", Unreadable(forged), StringComparison.Ordinal);

        // Vectors of the tree for 65,536 columns, and the buffer.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public void Mutated_files_are_refused_or_are_the_state_that_they_state()
    {
        byte[][] files = [.. Files()];
        var random = new Random(Cases.AreMultiplied ? Random.Shared.Next() : 25);
        int read = 0, cases = Cases.Times(3000);
        for (int i = 0; i < cases; i++)
        {
            byte[] original = files[random.Next(files.Length)];
            byte[] mutated = Mutated(original, random);
            if (!mutated.AsSpan().SequenceEqual(original))
            {
                Assert.Throws<InvalidDataException>(() => MomentsFile.Load(new MemoryStream(mutated)));
            }

            byte[] forged = Sealed(mutated);
            if (Read(forged) is { } file)
            {
                // Whoever forges the hash states another state: one with one sequence of bytes, which can be used.
                read++;
                Assert.Equal(forged, Bytes(file));
                Use(file);
            }
        }

        Assert.InRange(read, cases / 50, cases);
    }

    private static IEnumerable<byte[]> Files()
    {
        var folded = Sum(0, 5000).ToMoments();
        var weighted = new MomentsAccumulator(2, 7, MomentsPrecision.DoubleDouble);
        double[] cells = [.. Enumerable.Range(0, 10000).Select(i => (double)(i % 17))], weights = [.. Enumerable.Range(0, 5000).Select(i => i % 5 / 2.0)];
        weighted.Add(new MatrixSpan<double>(cells, 1), new MatrixSpan<double>(cells, 1), [.. weights, .. weights]);
        yield return Bytes(new MomentsFile(Sum(30, 9000), Facts()));
        yield return Bytes(new MomentsFile(Sum(2048, 4096), Facts()));
        yield return Bytes(new MomentsFile(Sum(5, 12)));
        yield return Bytes(new MomentsFile(weighted));
        yield return Bytes(new MomentsFile(WithRemainders(2040, 2060)));
        yield return Bytes(new MomentsFile(folded, Facts()));
        yield return Bytes(new MomentsFile(folded.Merge(Sum(0, 50).ToMoments()).Remove(Sum(0, 50).ToMoments())));
        yield return Bytes(new MomentsFile(weighted.ToMoments().Decay(0.5)));
    }

    private static MomentsAccumulator WithRemainders(int start, int end)
    {
        var sum = MomentsAccumulator.WithRemainders(["a", "b"], start);
        for (int row = start; row < end; row++)
        {
            sum.Add(new MatrixSpan<double>([row % 7, row / 3.0, 0, row % 5 * 1e-17], 4));
        }

        return sum;
    }

    /// <summary>Changes bytes, whole numbers and lengths, and cuts and repeats pieces.</summary>
    private static byte[] Mutated(byte[] original, Random random)
    {
        List<byte> bytes = [.. original];
        for (int change = random.Next(3); change >= 0; change--)
        {
            // The header and the beginning of each piece are where most can go wrong.
            int place = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Count, 500)) : random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    Overwrite(bytes, place & ~7, random.Next(4) switch { 0 => random.NextInt64(), 1 => random.Next(-3, 5000), 2 => long.MaxValue - random.Next(3), _ => 1L << random.Next(63) });
                    break;
                case 3:
                    Overwrite(bytes, place & ~7, BitConverter.DoubleToInt64Bits(random.Next(4) switch { 0 => double.NaN, 1 => double.NegativeInfinity, 2 => -1e308, _ => 1e308 }));
                    break;
                case 4:
                    bytes.RemoveRange(place, random.Next(Math.Min(40, bytes.Count - place)));
                    break;
                default:
                    bytes.InsertRange(place, [.. bytes.Skip(place).Take(random.Next(40))]);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Overwrite(List<byte> bytes, int place, long value)
    {
        for (int i = 0; i < sizeof(long) && place + i < bytes.Count; i++)
        {
            bytes[place + i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Uses forged moments: whatever they state, only exceptions that state a reason come of it.</summary>
    private static void Use(MomentsFile file)
    {
        try
        {
            var moments = file.ToMoments();
            _ = moments.Solve(0);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OverflowException or ArgumentException)
        {
            Assert.NotEmpty(exception.Message);
        }
    }

    private static MomentsFile? Read(byte[] bytes)
    {
        try
        {
            return MomentsFile.Load(new MemoryStream(bytes));
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Returns the bytes with the hash that belongs to them.</summary>
    private static byte[] Sealed(byte[] bytes) => bytes.Length < 32 ? bytes : [.. bytes[..^32], .. SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32))];

    private static string Unreadable(byte[] bytes) => Assert.Throws<InvalidDataException>(() => MomentsFile.Load(new MemoryStream(bytes))).Message;

    private static MemoryStream Compressed(byte[] bytes)
    {
        MemoryStream stream = new();
        using (var deflate = new System.IO.Compression.DeflateStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        stream.Position = 0;
        return stream;
    }

    private static void Refused(string message, params MomentsFile[] parts) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => MomentsFile.Merge(parts)).Message, StringComparison.Ordinal);

    private static MomentsFacts Facts(long missing = 0, double least = 0, double most = 1, long dropped = 0, string source = "sha256:00", string schema = "{}", string? weights = "w",
        string name = "city", string[]? levels = null) => new()
        {
            Source = source,
            Schema = schema,
            Weights = weights,
            WeightKind = weights is null ? WeightKind.Precision : WeightKind.Frequency,
            ScaledLogWeights = weights is null ? 0 : (Int128)(-3) << 70,
            RowsDropped = dropped,
            Inputs = [new() { Name = name, Kind = CellKind.Text, Levels = [.. levels ?? ["Bern", "Rom"]], Missing = missing }, new() { Name = "b", Kind = CellKind.Number, Least = least, Most = most }],
        };

    /// <summary>Sums rows of three columns, numbers that depend on the row alone.</summary>
    private static MomentsAccumulator Sum(int start, int end, string[]? names = null)
    {
        var sum = new MomentsAccumulator(names ?? Names, start);
        double[] cells = new double[3 * (end - start)];
        for (int row = start; row < end; row++)
        {
            (cells[3 * (row - start)], cells[(3 * (row - start)) + 1], cells[(3 * (row - start)) + 2]) = (row % 89 / 7.0, Math.Sin(row), 3 + (row % 89) + (0.1 * Math.Cos(row * 7)));
        }

        sum.Add(new MatrixSpan<double>(cells, 3));
        return sum;
    }

    private static MomentsFile Again(MomentsFile file) => MomentsFile.Load(new MemoryStream(Bytes(file)));

    private static byte[] Bytes(MomentsFile file)
    {
        using MemoryStream stream = new();
        file.Save(stream);
        return stream.ToArray();
    }
}
