using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HpcLinReg.Tests.Architecture;

namespace HpcLinReg.Native.Tests;

/// <summary>hpclinreg.h says what the library does; the C programs, compiled against it, check the rest.</summary>
public partial class HeaderTests
{
    private static readonly string Header = Comments().Replace(Repository.Read("src/HpcLinReg.Native/hpclinreg.h"), " ");

    [Fact]
    public void The_header_declares_every_exported_function_with_its_parameters()
    {
        var exported = Repository.Sources("src/HpcLinReg.Native").Values
            .SelectMany(text => Exported().Matches(text).Select(match => (Name: match.Groups[1].Value, Count: Parameters(match.Groups[2].Value))))
            .ToDictionary(function => function.Name, function => function.Count);
        var declared = Declared().Matches(Header).ToDictionary(match => match.Groups[1].Value, match => Parameters(match.Groups[2].Value));
        Assert.InRange(exported.Count, 20, int.MaxValue);
        Assert.Equal(exported.OrderBy(function => function.Key, StringComparer.Ordinal), declared.OrderBy(function => function.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Statuses_have_the_numbers_of_the_header()
    {
        foreach (Status status in Enum.GetValues<Status>())
        {
            string name = "HLR_" + Capitals().Replace($"{status}", "_$1").ToUpperInvariant();
            Assert.Matches($@"\b{name} = {(int)status}\b", Header);
        }
    }

    /// <summary>As many bytes as the members of the header's structures have: none has padding that the other side lacks.</summary>
    [Fact]
    public void Structures_have_the_sizes_of_their_members()
    {
        Assert.Equal(40, Unsafe.SizeOf<MatrixArgument>());
        Assert.Equal(24, Unsafe.SizeOf<VectorArgument>());
        Assert.Equal(40, Unsafe.SizeOf<FitSettings>());
        Assert.Equal(104, Unsafe.SizeOf<ModelFacts>());
        Assert.Equal(40, Unsafe.SizeOf<SumsFacts>());
        Assert.Equal((72, 80, 40), (Unsafe.SizeOf<ArrowSchema>(), Unsafe.SizeOf<ArrowArray>(), Unsafe.SizeOf<ArrowStream>()));
    }

    private static int Parameters(string list) => list.Trim() is "" or "void" ? 0 : list.Count(character => character == ',') + 1;

    [GeneratedRegex(@"/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"EntryPoint = ""(\w+)""\)\]\s+internal static \w+ \w+\(([^)]*)\)")]
    private static partial Regex Exported();

    [GeneratedRegex(@"int(?:32|64)_t (hlr_\w+)\(([^)]*)\);", RegexOptions.Singleline)]
    private static partial Regex Declared();

    [GeneratedRegex("(?<!^)([A-Z])")]
    private static partial Regex Capitals();
}
