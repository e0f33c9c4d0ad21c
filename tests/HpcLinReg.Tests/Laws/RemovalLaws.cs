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
            if (!online.Remove(Row(i), y[i]))
            {
                Assert.True(online.NeedsRebuild, $"seed {seed}: a row was refused without a call for a rebuild");
                return;
            }
        }

        Assert.Equal(n, online.Weight);
        var rest = new DataSet($"seed {seed}, {m} rows of {unit} removed", DataSet.Matrix(n, d, (i, j) => x[i, j]), y[..n]) { Intercept = intercept };
        ExactLeastSquares exact = rest.Exact();

        // The model's κ: of the constant and the columns measured from the first row, which may be far away and gone.
        var measured = new DataSet("", DataSet.Matrix(n, d + 1, (i, j) => j < d ? x[i, j] - (intercept ? x[order[0], j] : 0) : 1), y[..n]) { Intercept = false };
        double condition = 1 / (intercept ? measured : rest).Fit().ReciprocalCondition;
        double scale = exact.Coefficients.Sum(b => Math.Abs(b.ToDouble())) + Math.Abs(exact.Intercept.ToDouble()) + Math.Sqrt(y[..n].Sum(value => value * value));

        // Cross-products known to so many digits, times κ².
        double bound = 100 * Math.Pow(10, -online.Digits) * condition * condition * scale;
        for (int j = 0; j < d; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], online.Weights[j]);
            Assert.True(error <= bound, $"{rest}: weight {j} is wrong by {error:E1} with {online.Digits:F1} digits, bound {bound:E1}");
        }

        Assert.InRange(Accuracy.Error(exact.Intercept, online.Intercept), 0, bound);
    }
}
