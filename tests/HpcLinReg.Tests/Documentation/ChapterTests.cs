using HpcLinReg.Tests.Architecture;

namespace HpcLinReg.Tests.Documentation;

/// <summary>The chapter's program is compiled and run, and has to print what the chapter says it prints.</summary>
[Collection("Console")]
public class ChapterTests
{
    [Fact]
    public void The_example_compiles_and_prints_what_the_chapter_says()
    {
        var example = Example.First(Repository.Read("docs/chapter.md"));
        Assert.InRange(example.Code.Split('\n').Length, 20, 61);
        Assert.Equal(example.Output, ExampleProgram.Run(example.Code));
    }
}
