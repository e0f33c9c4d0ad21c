using HpcLinReg.Cli;

namespace HpcLinReg.Tests.Cli;

public sealed class InterruptibleTests
{
    [Fact]
    public void Work_that_does_not_stop_is_left()
    {
        using var stop = new CancellationTokenSource();
        using var end = new ManualResetEventSlim();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Interruptible.Run(
            () =>
            {
                end.Wait(CancellationToken.None);
                return 0;
            },
            stop.Token));
        end.Set();
    }

    [Fact]
    public void Work_that_stops_cleans_up_first()
    {
        using var stop = new CancellationTokenSource();
        bool cleaned = false;
        Assert.ThrowsAny<OperationCanceledException>(() => Interruptible.Run<int>(
            () =>
            {
                stop.Cancel();
                cleaned = true;
                throw new OperationCanceledException(stop.Token);
            },
            stop.Token));
        Assert.True(cleaned);
    }

    [Fact]
    public void Results_and_failures_come_through()
    {
        Assert.Equal(7, Interruptible.Run(() => 7, CancellationToken.None));
        Assert.Equal("mine", Assert.Throws<FormatException>(() => Interruptible.Run<int>(() => throw new FormatException("mine"), CancellationToken.None)).Message);
    }
}
