namespace HpcLinReg.Tests.Architecture;

public class FunctionTests
{
    [Theory]
    [InlineData("Kernels")]
    [InlineData("Cholesky")]
    [InlineData("Descent")]
    [InlineData("Threads")]
    [InlineData("Rows")]
    [InlineData("Moments")]
    [InlineData("Fits")]
    [InlineData("Solver")]
    [InlineData("Polynomials")]
    [InlineData("Online")]
    [InlineData("Terms")]
    [InlineData("Distributions")]
    [InlineData("Models")]
    public void Functions_of_the_engine_fit_on_a_page(string folder)
    {
        Dictionary<string, string> files = Repository.Sources($"src/HpcLinReg/{folder}");
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(file => FunctionRules.Violations($"{folder}/{file.Key}", file.Value)));
    }

    [Fact]
    public void A_long_function_and_one_of_many_parameters_are_found()
    {
        string lines = string.Concat(Enumerable.Repeat("        x++;\n", FunctionRules.MostLines));
        Assert.Equal(["Kernels/A.cs: Long has 62 lines and 1 parameters"], FunctionRules.Violations("Kernels/A.cs", $"class A {{\n    void Long(int x) {{\n{lines}    }}\n}}"));
        Assert.Empty(FunctionRules.Violations("Kernels/A.cs", $"class A {{\n    /// <summary>Documentation does not count.</summary>\n    void Short(int x) {{\n{lines[..^26]}    }}\n}}"));
        Assert.Equal(
            ["Kernels/B.cs: Many has 1 lines and 8 parameters", "Kernels/B.cs: B has 1 lines and 8 parameters", "Kernels/B.cs: Local has 1 lines and 8 parameters"],
            FunctionRules.Violations("Kernels/B.cs", """
                class B {
                    void Many(int a, int b, int c, int d, int e, int f, int g, int h) { }
                    B(int a, int b, int c, int d, int e, int f, int g, int h) { }
                    void Outer() { void Local(int a, int b, int c, int d, int e, int f, int g, int h) { } }
                    void Pairs(ref double x, ref double xLow, ref double y, ref double yLow, int a, int b, int c, int d, int e) { }
                }
                """));
    }

    [Fact]
    public void The_mark_of_unrolled_kernels_is_for_them_alone()
    {
        const string Parameters = "(int a, int b, int c, int d, int e, int f, int g, int h)";
        const string Body = "{ int s0 = 0, s1 = 0, s2 = 0, s3 = 0; }";
        Assert.Empty(FunctionRules.Violations("Kernels/Gram/A.cs", $"class A {{ [Unrolled] void Add{Parameters} {Body} }}"));
        Assert.Equal(["Descent/A.cs: Add is unrolled outside of the kernels"], FunctionRules.Violations("Descent/A.cs", $"class A {{ [Kernels.Unrolled] void Add{Parameters} {Body} }}"));
        Assert.Equal(["Kernels/A.cs: Add is marked as unrolled but is not"], FunctionRules.Violations("Kernels/A.cs", $"class A {{ [Unrolled] void Add() {Body} }}"));
        Assert.Equal(["Kernels/A.cs: Add is marked as unrolled but is not"], FunctionRules.Violations("Kernels/A.cs", $"class A {{ [Unrolled] void Add{Parameters} {{ }} }}"));
    }
}
