using System.Diagnostics;
using HpcLinReg.Cli.SelfTest;
using HpcLinReg.SelfTest;
using HpcLinReg.SelfTest.Checks;
using HpcLinReg.SelfTest.Levels;

namespace HpcLinReg.Tests.Cli;

/// <summary>What the self-test says when something is wrong. <see cref="Bits.LevelTests"/> runs it where nothing is.</summary>
public class SelfTestCommandTests
{
    private static readonly LevelReport Good = new(
        "AVX2", true, "AVX2", 256, 256, true, [new("predict", 0.5, null)], [new("a law", null, null)], [new("fits", "AA", "AA")], 0.001);

    [Fact]
    public void A_level_with_nothing_wrong_has_no_failures() => Assert.Empty(Judged(Good));

    [Fact]
    public void Whatever_is_wrong_is_named()
    {
        Assert.Equal(["asked for, but AVX2 with 256 bits (elementwise 256) is in effect"], Judged(Good with { InEffect = false }));
        Assert.Equal(["predict: too far off"], Judged(Good with { Kernels = [new("predict", 7, "too far off")] }));
        Assert.Equal(["a law: broken"], Judged(Good with { Laws = [new("another", null, null), new("a law", null, "broken")] }));
        Assert.Equal(["the bits of fits have digest AB instead of AA"], Judged(Good with { Digests = [new("fits", "AB", "AA")] }));
    }

    [Fact]
    public void Other_bits_are_no_failure_without_fused_multiply_add() =>
        Assert.Empty(Judged(Good with { FusedMultiplyAdd = false, Digests = [new("fits", "AB", "AA")] }));

    [Fact]
    public void An_error_beyond_its_bound_and_one_that_is_no_number_fail()
    {
        var check = new BoundCheck("sum");
        check.Compare(1, 1.5, 1, $"first");
        Assert.Equal(new CheckResult("sum", 0.5, null), check.Result);
        check.Compare(1, 3, 1, $"second");
        check.Compare(1, double.NaN, 1, $"third");
        Assert.Equal("second is 3 instead of 1; the bound is 1", check.Result.Failure);
        var other = new BoundCheck("sum");
        other.Compare(1, double.NaN, 1, $"only");
        Assert.StartsWith("only is NaN instead of 1", other.Result.Failure, StringComparison.Ordinal);
        var exact = new BoundCheck("sum");
        exact.Compare(0, 0, 0, $"nothing");
        Assert.Equal(new CheckResult("sum", 0, null), exact.Result);
    }

    [Fact]
    public void A_process_that_crashed_or_took_too_long_or_talked_nonsense_has_failed()
    {
        Assert.Equal(["did nothing for 120 s and was stopped"], Judged(new ProcessOutcome(null, "", "did nothing for 120 s")));
        Assert.Equal(["ended with exit code 139 before it reported: it said nothing"], Judged(new ProcessOutcome(139, "", "")));
        Assert.Equal(["ended with exit code 1 before it reported: second"], Judged(new ProcessOutcome(1, "", "first\nsecond\n")));
        Assert.StartsWith("its report cannot be read", Assert.Single(Judged(new ProcessOutcome(0, "{", ""))), StringComparison.Ordinal);
        Assert.StartsWith("its report cannot be read", Assert.Single(Judged(new ProcessOutcome(0, "null", ""))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_does_not_end_is_stopped()
    {
        // Measuring the whole grid takes minutes.
        var limit = new ProcessLimit(Used: TimeSpan.FromSeconds(2), Idle: TimeSpan.MaxValue);
        ProcessOutcome outcome = await OwnProcess.RunAsync(CommandLine.StartInfo("bench"), limit, TestContext.Current.CancellationToken);
        Assert.Equal(new ProcessOutcome(null, "", "did not end within 2 s of processor time"), outcome);
    }

    [Fact]
    public async Task A_process_that_waits_for_ever_is_stopped()
    {
        // The labs wait for visitors.
        var limit = new ProcessLimit(Used: TimeSpan.MaxValue, Idle: TimeSpan.FromSeconds(1));
        ProcessOutcome outcome = await OwnProcess.RunAsync(CommandLine.StartInfo("labs", "--port", "0"), limit, TestContext.Current.CancellationToken);
        Assert.Equal(new ProcessOutcome(null, "", "did nothing for 1 s"), outcome);
    }

    [Fact]
    public async Task A_process_ends_with_us()
    {
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task<ProcessOutcome> run = OwnProcess.RunAsync(CommandLine.StartInfo("labs", "--port", "0"), CommandLine.Limit, interruption.Token);
        await interruption.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public void Children_that_fail_are_a_failure_of_the_command()
    {
        ProcessStartInfo start = CommandLine.StartInfo("selftest");

        // Enough for the parent, too little for its children, in hexadecimal bytes.
        start.Environment["DOTNET_GCHeapHardLimit"] = "1800000";
        Outcome outcome = CommandLine.Run(start);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("no report", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Not all results are as promised.", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("hpclinreg: as the runtime chooses: ended with exit code", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_child_has_the_variables_of_its_level_and_no_other_that_decides_code()
    {
        CpuLevel level = CpuLevel.All.Single(level => level.Name == "AVX2");
        string[] foreign = ["DOTNET_EnableAVX2", "COMPlus_TieredCompilation", "DOTNET_ReadyToRun", "dotnet_TC_QuickJit"];
        foreach (string name in foreign)
        {
            Environment.SetEnvironmentVariable(name, "1");
        }

        try
        {
            ProcessStartInfo start = OwnProcess.Start(level, "selftest");
            Assert.Equal("0", start.Environment["DOTNET_EnableAVX512"]);
            Assert.All(foreign, name => Assert.False(start.Environment.ContainsKey(name)));
            Assert.True(start.Environment.ContainsKey("PATH"));
        }
        finally
        {
            Array.ForEach(foreign, name => Environment.SetEnvironmentVariable(name, null));
        }
    }

    [Fact]
    public void A_child_tells_when_it_did_not_get_its_level()
    {
        // Started without the variables: only where the machine has nothing better is the level in effect.
        Outcome outcome = CommandLine.Run("selftest", "--child", "without vectors");
        Assert.Equal(EngineInfo.VectorBits == 64, LevelReport.Parse(outcome.Output).InEffect);
    }

    [Fact]
    public void An_unknown_option_is_wrong_usage() => CommandLine.AssertFails(2, ["--fast"], "selftest", "--fast");

    private static IReadOnlyList<string> Judged(LevelReport report) => Judged(new ProcessOutcome(0, report.ToJson(), ""));

    private static IReadOnlyList<string> Judged(ProcessOutcome outcome) => SelfTestRun.Judge(CpuLevel.Default, outcome).Failures;
}
