using System.Xml.Linq;

namespace HpcLinReg.Tests.Architecture;

/// <summary>What the assemblies refer to, by their metadata, and what the projects ask for, whether they use it or not.</summary>
public class DependencyTests
{
    [Fact]
    public void The_engine_references_the_framework_and_tensors_only()
    {
        string[] names = References(typeof(LinearRegression));
        Assert.Equal(["System.Numerics.Tensors"], names.Where(name => !IsFramework(name)));
        Assert.DoesNotContain(names, name => name.StartsWith("System.Net", StringComparison.Ordinal) || name.StartsWith("System.IO", StringComparison.Ordinal));
    }

    /// <summary>System.Numerics.Tensors comes with the engine.</summary>
    [Fact]
    public void The_data_package_references_the_engine_DuckDB_Arrow_and_zstd_only()
    {
        string[] names = [.. References(typeof(HpcLinReg.Data.DataSource)).Where(name => !IsFramework(name))];
        Assert.Contains("HpcLinReg", names);
        Assert.All(names, name => Assert.Matches(@"^(HpcLinReg|System\.Numerics\.Tensors|DuckDB\.NET\..+|Apache\.Arrow(\.Compression)?|ZstdSharp)$", name));
    }

    /// <summary>A row for a model is filled in one place, so that fit, prediction and service cannot differ: no other project evaluates weights on rows it made itself.</summary>
    [Theory]
    [InlineData("src/HpcLinReg.Data")]
    [InlineData("src/HpcLinReg.Statistics")]
    [InlineData("src/HpcLinReg.Hosting")]
    [InlineData("src/HpcLinReg.Hosting.AspNetCore")]
    [InlineData("src/HpcLinReg.Labs")]
    [InlineData("src/HpcLinReg.Orleans")]
    [InlineData("src/HpcLinReg.Cli")]
    public void Models_are_evaluated_through_their_own_type_only(string project)
    {
        // The chapter shows the formula itself; the self test and the benchmarks are about kernels.
        string[] own = ["Chapter/", "SelfTest/", "Benchmarks/"];
        foreach ((string path, string text) in Repository.Sources(project).Where(source => !own.Any(folder => source.Key.StartsWith(folder, StringComparison.Ordinal))))
        {
            Assert.False(System.Text.RegularExpressions.Regex.IsMatch(text, @"\bModel\.Predict\b|LinearRegression\.Predict\b"), $"{project}/{path} predicts with weights of its own; use RegressionModel.");
        }
    }

    [Fact]
    public void Not_everything_called_System_is_the_framework()
    {
        Assert.True(IsFramework("System.Runtime"));
        Assert.False(IsFramework("System.CommandLine"));
        Assert.False(IsFramework("HpcLinReg"));
    }

    [Theory]
    [InlineData("src/HpcLinReg", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "System.Numerics.Tensors")]
    [InlineData("src/HpcLinReg.Data", "Apache.Arrow", "Apache.Arrow.Compression", "DuckDB.NET.Data.Full", "HpcLinReg", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "ZstdSharp.Port")]
    [InlineData("src/HpcLinReg.Data.Arrow", "Apache.Arrow", "HpcLinReg.Data", "Microsoft.CodeAnalysis.PublicApiAnalyzers")]
    [InlineData("src/HpcLinReg.Data.DataFrame", "HpcLinReg.Data", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Data.Analysis")]
    [InlineData("src/HpcLinReg.Data.ML", "HpcLinReg.Data", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.ML.DataView")]
    [InlineData("src/HpcLinReg.Statistics", "HpcLinReg", "Microsoft.CodeAnalysis.PublicApiAnalyzers")]
    [InlineData(
        "src/HpcLinReg.Hosting", "HpcLinReg", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Extensions.Diagnostics.HealthChecks",
        "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Options.ConfigurationExtensions")]
    [InlineData(
        "src/HpcLinReg.Hosting.AspNetCore", "Google.Protobuf", "Grpc.AspNetCore.Server", "Grpc.Tools", "HpcLinReg.Hosting", "Microsoft.AspNetCore.App", "Microsoft.AspNetCore.OpenApi",
        "Microsoft.CodeAnalysis.PublicApiAnalyzers")]
    [InlineData("src/HpcLinReg.Hosting.Sqlite", "HpcLinReg.Hosting", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Data.Sqlite")]
    [InlineData("src/HpcLinReg.Orleans", "HpcLinReg.Data", "HpcLinReg.Hosting", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Sdk")]
    [InlineData("src/HpcLinReg.Orleans.PostgreSql", "HpcLinReg.Orleans", "Microsoft.CodeAnalysis.PublicApiAnalyzers", "Npgsql")]
    [InlineData("src/HpcLinReg.Labs", "HpcLinReg")]
    [InlineData("src/HpcLinReg.SelfTest", "HpcLinReg")]
    [InlineData("src/HpcLinReg.Native", "HpcLinReg")]
    [InlineData(
        "src/HpcLinReg.Cli", "HpcLinReg.Data", "HpcLinReg.Hosting.AspNetCore", "HpcLinReg.Hosting.Sqlite", "HpcLinReg.Labs", "HpcLinReg.Orleans.PostgreSql", "HpcLinReg.SelfTest", "HpcLinReg.Statistics",
        "Humanizer.Core", "Microsoft.CodeAnalysis.Common", "Microsoft.CodeAnalysis.Workspaces.Common", "Microsoft.Orleans.Client", "Microsoft.Orleans.Clustering.Redis", "Microsoft.Orleans.Persistence.Redis",
        "Microsoft.Orleans.Server", "OpenTelemetry.Exporter.OpenTelemetryProtocol", "OpenTelemetry.Extensions.Hosting", "SkiaSharp",
        "SkiaSharp.NativeAssets.Linux.NoDependencies", "Spectre.Console", "System.CommandLine", "System.Composition.AttributedModel", "System.Composition.Convention",
        "System.Composition.Hosting", "System.Composition.Runtime", "System.Composition.TypedParts")]
    public void Projects_ask_for_what_stands_below_them_only(string folder, params string[] expected)
    {
        var project = XDocument.Parse(Repository.Read($"{folder}/{Path.GetFileName(folder)}.csproj"));
        string[] asked = [.. project.Descendants()
            .Where(element => element.Name.LocalName is "PackageReference" or "ProjectReference" or "Reference" or "FrameworkReference")
            .Select(element => element.Attribute("Include")!.Value)
            .Select(name => name.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name)
            .Order(StringComparer.Ordinal)];
        Assert.Equal(expected, asked);
    }

    private static string[] References(Type type) => [.. type.Assembly.GetReferencedAssemblies().Select(name => name.Name!)];

    /// <summary>The shared framework is the folder the runtime's own library lies in; packages lie beside the tests.</summary>
    private static bool IsFramework(string name) => File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, $"{name}.dll"));
}
