using System.Text.Json;
using HpcLinReg.Tests.Cli;

namespace HpcLinReg.Tests.Bits;

/// <summary>
/// The same bits at every level of CPU features and of compilation that this machine has, each in a process of its own that asserts the
/// level it got: <c>hpclinreg selftest</c>, run once.
/// </summary>
public class LevelTests
{
    private static readonly Lazy<Outcome> SelfTest = new(() => CommandLine.Run("selftest", "--json"));

    [Fact]
    public void Every_level_passes()
    {
        Assert.True(SelfTest.Value.ExitCode == 0, SelfTest.Value.Output + SelfTest.Value.Error);
        Assert.True(SelfTest.Value.Json.GetProperty("passed").GetBoolean());
        Assert.All(Levels(), level => Assert.Empty(level.GetProperty("failures").EnumerateArray()));
    }

    [Fact]
    public void Every_level_this_machine_can_have_was_started()
    {
        string[] levels = [.. Levels().Select(level => level.GetProperty("level").GetString()!)];
        string[] expected =
        [
            "as the runtime chooses",
            .. EngineInfo.VectorBits == 512 ? ["AVX-512, 256 bits", "AVX-512, wide Vector<T>", "AVX2"] : Array.Empty<string>(),
            .. EngineInfo.VectorBits > 128 ? ["128 bits, fused"] : Array.Empty<string>(),
            "compiled once",
            "all tiers",
            "first tier",
            .. EngineInfo.VectorBits > 128 ? ["without AVX2", "without vectors"] : Array.Empty<string>(),
        ];
        Assert.All(expected, name => Assert.Contains(name, levels));
    }

    [Fact]
    public void With_fused_multiply_add_every_level_has_the_recorded_bits()
    {
        JsonElement[] levels = [.. Levels().Where(level => level.GetProperty("fusedMultiplyAdd").GetBoolean())];
        Assert.All(levels, level => Assert.Equal("equal", level.GetProperty("bits").GetString()));
        foreach (JsonElement digest in levels.SelectMany(level => level.GetProperty("digests").EnumerateArray()))
        {
            Assert.Equal(digest.GetProperty("recorded").GetString(), digest.GetProperty("digest").GetString());
        }
    }

    /// <summary>That the bits differ shows that the levels do; that every error is below its bound shows that it does not matter.</summary>
    [Fact]
    public void Without_fused_multiply_add_results_lie_within_the_bounds_of_the_same_answer()
    {
        foreach (JsonElement level in Levels().Where(level => !level.GetProperty("fusedMultiplyAdd").GetBoolean()))
        {
            Assert.Equal("withinBounds", level.GetProperty("bits").GetString());
            Assert.NotEmpty(level.GetProperty("kernels").EnumerateArray());
            Assert.All(level.GetProperty("kernels").EnumerateArray(), kernel => Assert.InRange(kernel.GetProperty("worstShareOfBound").GetDouble(), 0, 1));
        }
    }

    [Fact]
    public void Every_kernel_was_compared_with_plain_loops_and_rounds()
    {
        foreach (JsonElement level in Levels())
        {
            JsonElement[] kernels = [.. level.GetProperty("kernels").EnumerateArray()];
            Assert.Equal(
                ["predict", "residuals", "Xᵀr", "gradient", "moments", "fit", "fit without intercept", "ridge fit", "Cholesky", "Cholesky solution"],
                kernels.Select(kernel => kernel.GetProperty("name").GetString()));
            Assert.All(kernels, kernel => Assert.True(kernel.GetProperty("passed").GetBoolean()));

            // An error of exactly 0 everywhere would mean that nothing was compared.
            Assert.All(kernels, kernel => Assert.InRange(kernel.GetProperty("worstShareOfBound").GetDouble(), 1e-4, 1));
        }
    }

    [Fact]
    public void Speeds_are_relative_to_the_first_level()
    {
        double[] speeds = [.. Levels().Select(level => level.GetProperty("relativeSpeed").GetDouble())];
        Assert.Equal(1, speeds[0]);
        Assert.All(speeds, speed => Assert.True(speed > 0));
    }

    /// <summary>The levels' reports. A level without one fails the test with the reason.</summary>
    private static JsonElement[] Levels()
    {
        JsonElement[] levels = [.. SelfTest.Value.Json.GetProperty("levels").EnumerateArray()];
        Assert.All(levels, level => Assert.True(level.TryGetProperty("instructionSet", out _), $"{level.GetProperty("level")} has no report: {level.GetProperty("failures")}"));
        return levels;
    }
}
