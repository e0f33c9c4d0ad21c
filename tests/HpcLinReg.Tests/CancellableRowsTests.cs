using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

public class CancellableRowsTests
{
    [Fact]
    public void A_closed_form_stops_at_the_next_rows_and_is_the_same_until_then()
    {
        using var problem = new Problem(5000, 3, seed: 4);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        double[] weighted = ArrayRows.Join(problem.X, problem.Targets, [.. Enumerable.Range(0, 5000).Select(i => 1.0 + (i % 3))]);
        foreach (Action<IRowSource, CancellationToken> fit in (Action<IRowSource, CancellationToken>[])
            [(rows, token) => LinearRegression.Fit(rows, null, token), (rows, token) => LinearRegression.FitPolynomial(rows, [2, 1, 1], null, token)])
        {
            for (int at = 1; at <= 4; at++)
            {
                using var stop = new CancellationTokenSource();
                int read = 0, last = at;
                var source = new ArrayRows(at % 2 == 0 ? joint : weighted, at % 2 == 0 ? 4 : 5, 1000) { HasWeights = at % 2 != 0 };
                source.OnRead = () =>
                {
                    if (++read == last)
                    {
                        stop.Cancel();
                    }
                };
                Assert.Throws<OperationCanceledException>(() => fit(source, stop.Token));
                Assert.Equal(at, read);
            }
        }

        using var never = new CancellationTokenSource();
        var whole = new ArrayRows(weighted, 5, 1000) { HasWeights = true };
        Fit plain = LinearRegression.Fit(whole), cancellable = LinearRegression.Fit(whole, null, never.Token);
        Assert.Equal(plain.Model.Weights.ToArray(), cancellable.Model.Weights.ToArray());
        Assert.Equal((plain.RowCount, plain.Certificate.Digits), (cancellable.RowCount, cancellable.Certificate.Digits));
    }
}
