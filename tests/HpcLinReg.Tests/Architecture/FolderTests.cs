namespace HpcLinReg.Tests.Architecture;

public class FolderTests
{
    private const string Node = "namespace HpcLinReg; public sealed class MomentsNode { public int Count => 0; public static MomentsNode Make() => new(); }";

    [Fact]
    public void Folders_of_the_engine_use_only_those_below_them()
    {
        Dictionary<string, string> files = Repository.Sources("src/HpcLinReg");
        Assert.InRange(files.Count, 20, int.MaxValue);
        Assert.Empty(new FolderRules(files).FolderViolations());
    }

    [Fact]
    public void Public_types_live_in_the_root_namespace_and_internal_ones_in_their_folders() =>
        Assert.Empty(new FolderRules(Repository.Sources("src/HpcLinReg")).NamespaceViolations());

    [Theory]
    [InlineData("a plain name", "static int Use(MomentsNode moments) => 0;")]
    [InlineData("a qualified name", "static int Use(HpcLinReg.MomentsNode moments) => 0;")]
    [InlineData("a type argument", "static int Use(List<HpcLinReg.MomentsNode> moments) => 0;")]
    [InlineData("a static call", "static int Use() => HpcLinReg.MomentsNode.Make().Count;")]
    [InlineData("a target-typed new inside a tuple", "static object Use() { (HpcLinReg.MomentsNode a, int b) = (new(), 1); return (a, b); }")]
    public void A_kernel_that_knows_of_moments_is_found(string written, string member)
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Moments/MomentsNode.cs"] = Node,
            ["Kernels/Gram.cs"] = $"namespace HpcLinReg.Kernels; internal static class Gram {{ {member} }}",
        });
        Assert.True(rules.FolderViolations() is ["Kernels/Gram.cs uses MomentsNode of Moments"], $"Not found when written as {written}.");
    }

    [Fact]
    public void A_use_through_an_alias_an_extension_method_or_an_inferred_type_is_found()
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Moments/MomentsNode.cs"] = Node,
            ["Moments/Twice.cs"] = "namespace HpcLinReg; public static class TwiceExtension { public static int Twice(this int value) => 2 * value; }",
            ["Cholesky/Alias.cs"] = "using M = HpcLinReg.MomentsNode; namespace HpcLinReg.Cholesky; internal static class Alias { static object Use() => M.Make(); }",
            ["Cholesky/Factor.cs"] = "namespace HpcLinReg.Cholesky; internal static class Factor { static int Use() => 3.Twice(); }",
            ["Threads/Blocks.cs"] = "namespace HpcLinReg.Threads; internal static class Blocks { static void Use() { foreach (var moments in Kernels.Source.All()) { _ = moments; } } }",
            ["Kernels/Source.cs"] = "namespace HpcLinReg.Kernels; internal static class Source { internal static MomentsNode[] All() => []; }",
        });
        Assert.Equal(
            [
                "Cholesky/Alias.cs uses MomentsNode of Moments",
                "Cholesky/Factor.cs uses TwiceExtension of Moments",
                "Kernels/Source.cs uses MomentsNode of Moments",
                "Threads/Blocks.cs uses MomentsNode of Moments",
                "Threads/Blocks.cs uses Source of Kernels",
            ],
            rules.FolderViolations());
    }

    [Fact]
    public void The_solver_may_answer_with_a_fit_but_not_call_the_entry_points()
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Fits/Fit.cs"] = "namespace HpcLinReg; public sealed class Fit { }",
            ["Start.cs"] = "namespace HpcLinReg; public static class Start { public static Fit Fit() => new(); }",
            ["Solver/Solve.cs"] = "namespace HpcLinReg.Solver; internal static class Solve { static Fit Answer() => Start.Fit(); }",
        });
        Assert.Equal(["Solver/Solve.cs uses Start of the root"], rules.FolderViolations());
    }

    [Fact]
    public void Comments_strings_and_folders_below_are_no_violation()
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Moments/MomentsNode.cs"] = Node,
            ["Kernels/Gram.cs"] = "namespace HpcLinReg.Kernels; /* Moments */ internal static class Gram { /// <see cref=\"Moments\"/>\n internal static string Moments => \"Moments\"; }",
            ["Cholesky/Factor.cs"] = "namespace HpcLinReg.Cholesky; internal static class Factor { static string Use() => Kernels.Gram.Moments; }",
        });
        Assert.Empty(rules.FolderViolations());
    }

    [Fact]
    public void Subfolders_of_the_engine_use_only_what_is_shared_in_their_folder() =>
        Assert.Empty(new FolderRules(Repository.Sources("src/HpcLinReg")).SubfolderViolations());

    [Fact]
    public void A_subfolder_that_uses_a_neighbour_or_a_file_that_uses_subfolders_is_found()
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Kernels/Line.cs"] = "namespace HpcLinReg.Kernels; internal static class Line { internal const int Lanes = 8; }",
            ["Kernels/Gram/Gram.cs"] = "namespace HpcLinReg.Kernels; internal static class Gram { internal const int Length = Line.Lanes; }",
            ["Kernels/Pass.cs"] = "namespace HpcLinReg.Kernels; internal static class Pass { internal const int Length = Gram.Length; }",
            ["Kernels/Wide.cs"] = "namespace HpcLinReg.Kernels; internal static class Wide { internal const int Length = Pass.Length; }",
            ["Kernels/Gradient/Gradient.cs"] = "namespace HpcLinReg.Kernels; internal static class Gradient { static int Use() => Line.Lanes + Wide.Length + Gram.Length; }",
        });
        Assert.Empty(rules.FolderViolations());
        Assert.Equal(["Kernels/Gradient/Gradient.cs uses Kernels/Gram/Gram.cs", "Kernels/Gradient/Gradient.cs uses Kernels/Wide.cs"], rules.SubfolderViolations());
    }

    [Fact]
    public void A_folder_without_a_rule_is_found()
    {
        var rules = new FolderRules(new Dictionary<string, string> { ["Shared/Thing.cs"] = "namespace HpcLinReg.Shared; internal static class Thing { }" });
        Assert.Equal(["Shared/Thing.cs lies in a folder without a rule"], rules.FolderViolations());
    }

    [Fact]
    public void A_type_in_the_wrong_namespace_is_found()
    {
        var rules = new FolderRules(new Dictionary<string, string>
        {
            ["Kernels/Gram.cs"] = "namespace HpcLinReg; internal static class Gram { }",
            ["Solver/Answer.cs"] = "namespace HpcLinReg.Solver; public sealed class Answer { }",
            ["Moments/MomentsNode.cs"] = Node,
        });
        Assert.Equal(
            [
                "Kernels/Gram.cs declares Gram in HpcLinReg instead of HpcLinReg.Kernels",
                "Solver/Answer.cs declares Answer in HpcLinReg.Solver instead of HpcLinReg",
            ],
            rules.NamespaceViolations());
    }

    [Fact]
    public void Sources_that_do_not_compile_are_refused() =>
        Assert.Throws<InvalidOperationException>(() => new FolderRules(new Dictionary<string, string> { ["Fit.cs"] = "class Fit : Missing { }" }));
}
