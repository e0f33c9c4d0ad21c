using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HpcLinReg.Tests.Bits;

/// <summary>
/// One set of bits on every machine with fused multiply-adds. A digest below changes only by decision: with it every recorded
/// result of every user changes in its last place.
/// </summary>
public class DigestTests
{
    /// <summary>Set in child processes to the level of CPU features that they were started at.</summary>
    private const string Level = "HPCLINREG_TEST_LEVEL";

    private static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "HpcLinReg.Tests.exe" : "HpcLinReg.Tests");

    [Theory]
    [InlineData("predictions", "7E3A1866F3A5258B")]
    [InlineData("gradients", "3735FE67BC40455F")]
    [InlineData("moments", "A8541863AD8F6A95")]
    [InlineData("fits", "B164EADC659F2DFF")]
    [InlineData("factors", "2679C9CCCE31A8D9")]
    public void Results_have_the_recorded_bits(string results, string recorded)
    {
        Assert.SkipUnless(Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.Arm64.IsSupported, "This machine has no fused multiply-add, and bits are promised only with it.");
        Assert.Equal(recorded, Digests.All[results]());
    }

    [Fact]
    public void The_process_has_the_level_it_was_started_at() => Assert.True(
        Environment.GetEnvironmentVariable(Level) switch
        {
            null => true,
            "AVX2" => !Vector512.IsHardwareAccelerated && Avx2.IsSupported,
            "256 bits preferred" => Vector256.IsHardwareAccelerated,
            "128 bits preferred" => !Vector256.IsHardwareAccelerated && Fma.IsSupported,
            "wide Vector<T>" => Vector<double>.Count == 8 || !Vector512.IsHardwareAccelerated,
            "no tiers" => true,
            _ => false,
        },
        $"Vector512 {Vector512.IsHardwareAccelerated}, AVX2 {Avx2.IsSupported}, {Vector<double>.Count} doubles in Vector<T>.");

    [Theory]
    [InlineData("AVX2", "DOTNET_EnableAVX512", "0")]
    [InlineData("256 bits preferred", "DOTNET_PreferredVectorBitWidth", "256")]
    [InlineData("128 bits preferred", "DOTNET_PreferredVectorBitWidth", "128")]
    [InlineData("wide Vector<T>", "DOTNET_MaxVectorTBitWidth", "512")]
    [InlineData("no tiers", "DOTNET_TieredCompilation", "0")]
    public async Task Every_level_of_cpu_features_has_them(string level, string variable, string value)
    {
        // Children run this class too; only the first process starts children.
        if (Environment.GetEnvironmentVariable(Level) is not null)
        {
            return;
        }

        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "-class", typeof(DigestTests).FullName! })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[Level] = level;
        start.Environment[variable] = value;
        using Process child = Process.Start(start)!;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<string> errors = child.StandardError.ReadToEndAsync(cancellation);
        string output = await child.StandardOutput.ReadToEndAsync(cancellation);
        await child.WaitForExitAsync(cancellation);
        Assert.True(child.ExitCode == 0, $"{level}: exit code {child.ExitCode}\n{output}{await errors}");
        Assert.Contains("Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
    }
}
