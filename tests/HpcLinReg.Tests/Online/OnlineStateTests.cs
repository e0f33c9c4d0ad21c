using System.Buffers.Binary;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Online;

/// <summary>Where online models start, what they say of noise, and their state as bytes.</summary>
public class OnlineStateTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 2.5)]
    public void Standard_errors_are_those_of_the_fit(bool intercept, double ridge)
    {
        using var problem = new Problem(60, 4, seed: 2);
        var online = new OnlineRegression(4, new OnlineOptions { Intercept = intercept, Ridge = ridge });
        online.Add(problem.Design, problem.Y);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Intercept = intercept, Ridge = ridge });
        Assert.Equal(60, online.EffectiveRows, 1e-10);
        Assert.Equal(fit.Rank, online.Rank);
        Assert.Equal(fit.ResidualStandardError, online.ResidualStandardError, 1e-11);
        for (int j = 0; j < 4; j++)
        {
            Assert.Equal(fit.StandardErrors[j], online.StandardErrors[j], 1e-11);
        }

        Assert.Equal(fit.InterceptStandardError, online.InterceptStandardError, 1e-11);
    }

    [Fact]
    public void Faded_rows_count_for_what_they_are_worth()
    {
        var online = new OnlineRegression(1);
        for (int i = 0; i < 2000; i++)
        {
            online.Decay(0.75);
            online.Add<double>([i % 7], i % 5);
        }

        // (Σv)²/Σv² = (1 + λ)/(1 − λ).
        Assert.Equal(7, online.EffectiveRows, 1e-9);
        Assert.Equal(4, online.Weight, 1e-9);
        var empty = new OnlineRegression(1);
        Assert.Equal((0, 0, double.NaN), (empty.EffectiveRows, empty.Rank, empty.ResidualStandardError));
    }

    [Theory]
    [InlineData(true, MomentsPrecision.Plain)]
    [InlineData(true, MomentsPrecision.DoubleDouble)]
    [InlineData(false, MomentsPrecision.DoubleDouble)]
    public void Moments_go_on_as_the_rows_would(bool intercept, MomentsPrecision precision)
    {
        using var problem = new Problem(90, 3, seed: 3);
        var options = new OnlineOptions { Intercept = intercept };
        var sums = new MomentsAccumulator(columns: 4, firstRow: 0, precision);
        sums.Add(problem.Design.SliceRows(0, 50), problem.Y[..50]);
        var online = OnlineRegression.FromMoments(sums.ToMoments(), target: 3, options);
        var rows = new OnlineRegression(3, options);
        rows.Add(problem.Design.SliceRows(0, 50), problem.Y[..50]);
        AssertAlike(problem, rows, online, precision == MomentsPrecision.Plain ? 10 : 13);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 3)]
    public void A_fit_goes_on_as_its_rows_would(bool intercept, double ridge)
    {
        using var problem = new Problem(90, 3, seed: 3);
        var options = new OnlineOptions { Intercept = intercept, Ridge = ridge };
        Fit fit = LinearRegression.Fit(problem.Design.SliceRows(0, 50), problem.Y[..50], new FitOptions { Intercept = intercept, Ridge = ridge });
        var online = OnlineRegression.FromFit(fit, weight: 50, options);
        var rows = new OnlineRegression(3, options);
        rows.Add(problem.Design.SliceRows(0, 50), problem.Y[..50]);
        AssertAlike(problem, rows, online, 8);
        Assert.Contains("intercept or ridge", Assert.Throws<ArgumentException>(() => OnlineRegression.FromFit(fit, 50, options with { Ridge = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => OnlineRegression.FromFit(fit, double.NaN, options));
        Fit aliased = LinearRegression.Fit(new MatrixSpan<double>([1, 2, 2, 4, 3, 6], 2), [1, 2, 4]);
        Assert.Contains("aliased", Assert.Throws<ArgumentException>(() => OnlineRegression.FromFit(aliased, 3)).Message, StringComparison.Ordinal);
    }

    [Law(MaxTest = 30)]
    public void A_restored_model_goes_on_with_the_same_bits(Seed seed)
    {
        var sequence = new OnlineSequence(seed);
        for (int row = 0; row < sequence.Length && !sequence.HasRefused; row++)
        {
            sequence.Step();
        }

        OnlineRegression online = sequence.Online, restored = OnlineRegression.Restore(online.Snapshot());
        Assert.Equal(online.Snapshot(), restored.Snapshot());
        double[] cells = new double[online.Features];
        foreach (OnlineRegression model in (OnlineRegression[])[online, restored])
        {
            model.Decay(0.75);
            model.Add<double>(cells, 1);
            model.Remove<double>(cells, 1);
        }

        Assert.Equal(online.Snapshot(), restored.Snapshot());
        Assert.Equal(BitConverter.DoubleToInt64Bits(online.Digits), BitConverter.DoubleToInt64Bits(restored.Digits));
    }

    [Fact]
    public void Damaged_and_hostile_bytes_are_refused()
    {
        var online = new OnlineRegression(2);
        for (int i = 0; i < 9; i++)
        {
            online.Add<double>([i, i * i], i % 4);
        }

        byte[] snapshot = online.Snapshot();
        for (int i = 0; i < snapshot.Length; i++)
        {
            byte[] damaged = (byte[])snapshot.Clone();
            damaged[i] ^= 0x40;
            Assert.Throws<InvalidDataException>(() => OnlineRegression.Restore(damaged));
            Assert.Throws<InvalidDataException>(() => OnlineRegression.Restore(snapshot.AsSpan(0, i)));
        }

        // With a checksum that fits: each number in turn NaN, or the largest whole number; only the digits asked for may be any.
        for (int at = 0; at < snapshot.Length - 8; at += 8)
        {
            byte[] forged = (byte[])snapshot.Clone();
            BinaryPrimitives.WriteInt64LittleEndian(forged.AsSpan(at), long.MaxValue);
            BinaryPrimitives.WriteInt64LittleEndian(forged.AsSpan(forged.Length - 8), HpcLinReg.Online.SnapshotWriter.Checksum(forged.AsSpan(0, forged.Length - 8)));
            if (at != 5 * 8)
            {
                Assert.Throws<InvalidDataException>(() => OnlineRegression.Restore(forged));
            }
        }
    }

    private static void AssertAlike(Problem problem, OnlineRegression rows, OnlineRegression online, double digits)
    {
        Assert.InRange(online.Digits, digits, 16);
        Assert.Equal(rows.Weights[1], online.Weights[1], 1e-9);
        for (int i = 50; i < 90; i++)
        {
            rows.Add(problem.Design[i], problem.Y[i]);
            online.Add(problem.Design[i], problem.Y[i]);
        }

        Assert.Equal((90, 90.0), (online.Count, online.Weight));
        Assert.Equal(rows.ResidualSumOfSquares, online.ResidualSumOfSquares, 1e-9);
        Assert.Equal(rows.ResidualStandardError, online.ResidualStandardError, 1e-9);
        Assert.Equal(rows.Intercept, online.Intercept, 1e-9);
        for (int j = 0; j < 3; j++)
        {
            Assert.Equal(rows.Weights[j], online.Weights[j], 1e-9);
        }
    }
}
