using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HpcLinReg.Tests.Reference;

public class SeedTests
{
    private readonly HashSet<string> _drawn = [];
    private int _cases;

    /// <summary>1000 cases of a law are 1000 data sets: of 2³¹ seeds, 1000 hold an equal pair once in 4000 runs.</summary>
    [Law(MaxTest = 1000)]
    public void Every_case_is_a_data_set_of_its_own(Seed seed)
    {
        DataSet set = Families.Draw(seed);
        _drawn.Add(Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<double>([.. set.Cells, .. set.Y]))));
        _cases++;
        Assert.InRange(_drawn.Count, 0.9 * _cases, _cases);
    }

    [Fact]
    public void A_seed_is_written_as_its_number() => Assert.Equal("1093203532", $"{new Seed(1093203532)}");

    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("20", 20)]
    public void The_number_of_cases_is_multiplied_by_hand(string? text, int factor) => Assert.Equal(factor, Cases.Parse(text));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("many")]
    public void Another_text_is_refused_by_name(string text) =>
        Assert.Contains($"HPCLINREG_CASES is '{text}'", Assert.Throws<InvalidOperationException>(() => Cases.Parse(text)).Message, StringComparison.Ordinal);
}
