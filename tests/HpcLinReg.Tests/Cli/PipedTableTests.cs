using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

public sealed class PipedTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_piped_table_is_neither_broken_nor_padded()
    {
        string name = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"word{i}"));
        Outcome outcome = CommandLine.Run("fit", _folder.Write("x.csv", $"\"{name}\",y\n1,1\n2,3.5\n3,5\n"), "--target", "y");
        Assert.Equal(0, outcome.ExitCode);
        string[] lines = outcome.Output.Split('\n');
        Assert.Contains(lines, line => line.StartsWith("word0 word1 ", StringComparison.Ordinal) && line.Contains('…', StringComparison.Ordinal) && line.Length < 80);
        Assert.All(lines, line => Assert.Equal(line.TrimEnd(), line));
    }
}
