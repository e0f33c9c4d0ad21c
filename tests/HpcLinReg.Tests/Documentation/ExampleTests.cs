using System.Reflection;

namespace HpcLinReg.Tests.Documentation;

/// <summary>Examples write to the process's one console, so nothing runs beside them.</summary>
[CollectionDefinition("Console", DisableParallelization = true)]
public class ConsoleUsers;

/// <summary>What examples are found and how they are run, on documents made up here.</summary>
[Collection("Console")]
public class ExampleTests
{
    [Fact]
    public void The_first_block_and_the_output_below_it_are_taken()
    {
        var example = Example.First("# A\n```sh\nls\n```\n```csharp\nA();\nB();\n```\nprints\n\n```text\none\n\ntwo\n```\n```csharp\nC();\n```\n");
        Assert.Equal(new Example("A();\nB();\n", "one\n\ntwo\n"), example);
    }

    [Fact]
    public void Line_ends_of_another_system_make_no_difference() =>
        Assert.Equal(new Example("A();\n", "x\n"), Example.First("```csharp\r\nA();\r\n```\r\n```text\r\nx\r\n```\r\n"));

    [Theory]
    [InlineData("no block at all", "There is no")]
    [InlineData("```text\nx\n```\n", "There is no")]
    [InlineData("```csharp\nA();\n```\n", "not followed")]
    [InlineData("```csharp\nA();\n```\n```csharp\nB();\n```\n```text\nx\n```\n", "not followed")]
    [InlineData("```csharp\nA();\n```\n```sh\nls\n```\n```text\nx\n```\n", "not followed")]
    [InlineData("```csharp\nA();\n", "not closed")]
    public void A_document_without_an_example_and_its_output_is_refused(string markdown, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidOperationException>(() => Example.First(markdown)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_example_uses_the_engine_and_its_output_is_caught() =>
        Assert.Equal("3\n", ExampleProgram.Run("using HpcLinReg; Console.WriteLine(new LinearModel([2.0], 1).Predict<double>([1.0]));"));

    [Theory]
    [InlineData("Missing.Method();", "CS0103")]
    [InlineData("int unused;", "CS0168")]
    public void An_example_that_does_not_compile_cleanly_is_refused(string code, string error) =>
        Assert.Contains(error, Assert.Throws<InvalidOperationException>(() => ExampleProgram.Run(code)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_example_that_throws_is_no_success_and_gives_the_console_back()
    {
        TextWriter before = Console.Out;
        Assert.Throws<TargetInvocationException>(() => ExampleProgram.Run("throw new InvalidOperationException();"));
        Assert.Same(before, Console.Out);
    }
}
