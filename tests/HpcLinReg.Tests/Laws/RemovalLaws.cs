using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Rows that were taken in and out again leave the model of the others, with the digits that the model says are left.</summary>
public class RemovalLaws
{
    [Law(MaxTest = 200)]
    public void Rows_added_and_removed_again_leave_the_answer_of_the_rest(byte rows, byte extra, byte size, bool intercept, Seed seed)
    {
        var random = new Random(seed);
        int d = 1 + random.Next(5);
        (int n, int m) = (d + 3 + (rows % 30), 1 + (extra % 40));
        double unit = Math.ScaleB(1, size % 17);
        double[,] x = DataSet.Matrix(n + m, d, (i, _) => Families.Normal(random) * (i < n ? 1 : unit));
        double[] y = [.. Enumerable.Range(0, n + m).Select(i => x[i, 0] + Families.Normal(random))];
        double[] Row(int i) => [.. Enumerable.Range(0, d).Select(j => x[i, j])];
        var online = new OnlineRegression(d, new OnlineOptions { Intercept = intercept });
        int[] order = [.. Enumerable.Range(0, n + m)];
        random.Shuffle(order);
        foreach (int i in order)
        {
            online.Add(Row(i), y[i]);
        }

        foreach (int i in order.Where(i => i >= n).Reverse())
        {
            Assert.True(online.Remove<double>(Row(i), y[i]), $"seed {seed}: a row was refused");
        }

        Assert.Equal(n, online.Weight);
        var rest = new DataSet($"seed {seed}, {m} rows of {unit} removed", DataSet.Matrix(n, d, (i, j) => x[i, j]), y[..n]) { Intercept = intercept };
        ExactLeastSquares exact = rest.Exact();
        double error = 0;
        for (int i = 0; i < n; i++)
        {
            Rational wrong = Rational.From(online.Intercept) - exact.Intercept;
            for (int j = 0; j < d; j++)
            {
                wrong += (Rational.From(online.Weights[j]) - exact.Coefficients[j]) * Rational.From(x[i, j]);
            }

            error += Math.Pow(wrong.ToDouble(), 2);
        }

        double bound = Math.Pow(10, -online.Digits) * Math.Sqrt(y[..n].Sum(value => value * value));
        Assert.True(Math.Sqrt(error) <= bound, $"{rest}: predictions are wrong by {Math.Sqrt(error):E1} with {online.Digits:F1} digits, bound {bound:E1}");
    }
}
