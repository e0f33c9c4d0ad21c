using HpcLinReg.Descent;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

public class LossHistoryTests
{
    [Law(MaxTest = 200)]
    public void Thinning_keeps_first_last_and_best_and_is_even(byte capacity, Seed seed)
    {
        var random = new Random(seed);
        int points = random.Next(1, 3001);
        int room = 4 + (capacity % 60);
        double[] losses = [.. Enumerable.Range(0, points).Select(_ => random.NextDouble())];
        var recorder = new LossRecorder(room);
        for (int k = 0; k < points; k++)
        {
            recorder.Add(new LossPoint(k, losses[k], 1, 0));
        }

        LossHistory history = LossRecorder.ToHistory(recorder, new LossRecorder(0));
        long[] steps = [.. history.Points.Select(point => point.Step)];
        Assert.All(history.Points, point => Assert.Equal(losses[point.Step], point.Loss));
        Assert.Equal((0, points - 1), (history.First.Step, history.Last.Step));
        Assert.Equal(losses.Min(), history.Best.Loss);
        Assert.Contains(history.Best, history.Points);
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.InRange(steps.Length, Math.Min(points, room / 2), room + 2);

        // Without the two that were kept on purpose, steps are multiples of one spacing, none left out.
        long[] even = [.. steps.Where(step => step != history.Last.Step && step != history.Best.Step).DefaultIfEmpty(0)];
        long spacing = points <= room ? 1 : Enumerable.Range(0, 40).Select(k => 1L << k).First(power => (points - 1) / power < room);
        Assert.All(even, step => Assert.Equal(0, step % spacing));
        Assert.All(Enumerable.Range(0, points).Where(k => k % spacing == 0), k => Assert.Contains(k, steps));
    }

    [Fact]
    public void Nothing_recorded_is_an_empty_history()
    {
        LossHistory history = LossRecorder.ToHistory(new LossRecorder(4), new LossRecorder(0));
        Assert.Empty(history.Points);
        Assert.Equal(default, history.Best);
    }
}
