using HpcLinReg.Tests.Architecture;
using HpcLinReg.Tests.Documentation;

namespace HpcLinReg.Hosting.Tests.Documentation;

/// <summary>The program writes to the process's one console and into its working directory, so nothing runs beside it.</summary>
[CollectionDefinition("Process", DisableParallelization = true)]
public class ProcessUsers;

/// <summary>The sample of docs/serving.md.</summary>
[Collection("Process")]
public class ServingDocumentTests
{
    /// <summary>What the Web SDK adds to a console project's implicit usings.</summary>
    private const string WebUsings =
        "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging; global using System.Net.Http;";

    [Fact]
    public void The_sample_is_short_compiles_and_prints_what_the_document_says()
    {
        var example = Example.First(Repository.Read("docs/serving.md"));
        Assert.InRange(example.Code.Split('\n').Length - 1, 10, 40);
        using var folder = new TemporaryFolder();
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            Assert.Equal(example.Output, ExampleProgram.Run(example.Code, WebUsings));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }
}
