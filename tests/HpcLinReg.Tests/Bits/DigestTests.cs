using System.Globalization;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.Tests.Bits;

/// <summary>
/// One set of bits on every machine with fused multiply-add, in this process as the runtime compiles it by default;
/// <see cref="LevelTests"/> has the other levels.
/// </summary>
public class DigestTests
{
    public static TheoryData<string> Results => [.. Digests.All.Select(digest => digest.Results)];

    [Theory]
    [MemberData(nameof(Results))]
    public void Every_way_to_the_results_has_the_recorded_bits(string results)
    {
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.Arm64.IsSupported, "This machine has no fused multiply-add, and bits are promised only with it.");
        foreach ((string way, Action<Digest.Sink> compute) in Digests.All.Single(digest => digest.Results == results).Ways)
        {
            string actual = Digest.Of(compute);
            Assert.True(RecordedDigests.ByResults[results] == actual, $"{way}: {actual} instead of {RecordedDigests.ByResults[results]}");
        }
    }

    [Fact]
    public void Every_digest_is_recorded_once_and_none_is_left_over() =>
        Assert.Equal(RecordedDigests.ByResults.Keys.Order(), Digests.All.Select(digest => digest.Results).Order());

    /// <summary>
    /// <c>bit-contracts.txt</c> has a line for each contract there ever was: its number, and the SHA-256 of its digests as "name=digest" lines in the order of
    /// names. Whoever records a digest anew appends a line and raises <see cref="EngineInfo.BitContract"/>.
    /// </summary>
    [Fact]
    public void The_bit_contract_has_a_number_of_its_own_for_every_set_of_digests()
    {
        string digests = string.Concat(RecordedDigests.ByResults.OrderBy(digest => digest.Key, StringComparer.Ordinal).Select(digest => $"{digest.Key}={digest.Value}\n"));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(digests)));
        string[] contracts = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "TestData", "bit-contracts.txt"));
        string[] numbers = [.. Enumerable.Range(1, contracts.Length).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        Assert.Equal(numbers, contracts.Select(contract => contract.Split(' ')[0]));
        Assert.Equal($"{EngineInfo.BitContract} {hash}", contracts[^1]);
    }

    [Fact]
    public void A_digest_tells_a_single_bit_and_a_zero_from_its_negative()
    {
        string plain = Digest.Of(sink => sink.Append([1, 0]));
        Assert.NotEqual(plain, Digest.Of(sink => sink.Append([double.BitIncrement(1), 0])));
        Assert.NotEqual(plain, Digest.Of(sink => sink.Append([1, -0.0])));
        Assert.Equal(plain, Digest.Of(sink =>
        {
            sink.Append([1]);
            sink.Append([0]);
        }));
    }

    /// <summary>If sums were exact, any order of them would have the bits, and no digest could tell a kernel from another.</summary>
    [Fact]
    public void The_problems_can_tell_the_order_of_a_sum()
    {
        foreach (FixedProblem problem in FixedProblem.All.Where(problem => problem is { Rows: > 100, Columns: > 2 }))
        {
            double[] forward = new double[problem.Rows], backward = new double[problem.Rows];
            for (int i = 0; i < problem.Rows; i++)
            {
                ReadOnlySpan<double> row = problem.X[i];
                for (int j = 0; j < row.Length; j++)
                {
                    forward[i] = Math.FusedMultiplyAdd(row[j], problem.Weights[j], forward[i]);
                    backward[i] = Math.FusedMultiplyAdd(row[^(j + 1)], problem.Weights[^(j + 1)], backward[i]);
                }
            }

            Assert.NotEqual(forward, backward);
        }
    }

    [Fact]
    public void The_large_problems_are_worth_several_threads()
    {
        int[] threads = [.. FixedProblem.Large.Select(problem => ParallelMoments.UsefulThreads(problem.Rows, problem.Columns + 1, 8))];
        Assert.All(threads, count => Assert.InRange(count, 3, 8));
        Assert.Contains(8, threads);
    }
}
