using HpcLinReg;
using HpcLinReg.SelfTest.Bits;

// A native program as a user would write it, against the package: fit, predict, check; then every digest. It ends with 1 on any mismatch.
int wrong = 0;

// y = 2a + 3b + 1 exactly, in double and in float.
double[] x = [1, 1, 2, 1, 3, 2, 4, 3, 5, 5];
double[] y = [6, 8, 13, 18, 26];
Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, columns: 2), y);
Check("first weight", fit.Model.Weights[0], 2, 1e-12);
Check("second weight", fit.Model.Weights[1], 3, 1e-12);
Check("intercept", fit.Model.Intercept, 1, 1e-12);
Check("prediction of a row", fit.Model.Predict<double>([6, 8]), 37, 1e-11);
Fit single = LinearRegression.Fit(new MatrixSpan<float>([.. x.Select(value => (float)value)], columns: 2), [.. y.Select(value => (float)value)]);
Check("first weight from float", single.Model.Weights[0], fit.Model.Weights[0], 0);

// A row alone and in a batch: the same bits.
double[] batch = new double[5];
fit.Model.Predict<double, double>(new MatrixSpan<double>(x, columns: 2), batch);
for (int i = 0; i < batch.Length; i++)
{
    Check($"row {i} in a batch", batch[i], fit.Model.Predict<double>(x.AsSpan(2 * i, 2)), 0);
    Check($"fitted value {i}", batch[i], y[i], 1e-11);
}

// X = [1, 2, 3], y = [2, 4, 6], w = 1, b = 0, by hand.
double[] gradient = new double[1];
LossGradient loss = LinearRegression.Gradient(new MatrixSpan<double>([1, 2, 3], columns: 1), [2, 4, 6], [1], 0, gradient);
Check("loss", loss.Loss, 14.0 / 3, 0);
Check("gradient", gradient[0], -28.0 / 3, 0);
Check("gradient of the intercept", loss.InterceptGradient, -4, 0);

// A model from columns, to JSON and back, and a prediction with its interval.
var table = new ColumnTable { ["a"] = new double[] { 1, 2, 3, 4, 5, 6, 7 }, ["s"] = new[] { "u", "v", "u", "v", "u", "v", "u" }, ["y"] = new double[] { 1, 3, 2, 5, 4, 6, 9 } };
var model = RegressionModel.Fit(table, "y", ["s", "a * a", Feature.Polynomial("a", 2)]);
var loaded = RegressionModel.FromJson(model.ToJson());
var row = new Dictionary<string, Cell> { ["a"] = 4.5, ["s"] = "v" };
UncertainPrediction fresh = model.PredictWithUncertainty(row), stored = loaded.PredictWithUncertainty(row);
Check("a loaded model", stored.Value, fresh.Value, 0);
Check("its upper limit", stored.PredictionUpper, fresh.PredictionUpper, 0);
Check("its width is positive", fresh.PredictionUpper > fresh.PredictionLower ? 1 : 0, 1, 0);
Check("an unknown level", loaded.Predict(new Dictionary<string, Cell> { ["a"] = 1, ["s"] = "w" }).Issue == PredictionIssue.UnknownLevel ? 1 : 0, 1, 0);

// Published for x86-64-v3, so the kernels have fused multiply-add.
Check("fused multiply-add", EngineInfo.HasFusedMultiplyAdd ? 1 : 0, 1, 0);
Check("vector bits", EngineInfo.VectorBits, 256, 0);

// So the bits are those of the just-in-time compiler.
foreach (Digest digest in Digests.All)
{
    foreach ((string way, Action<Digest.Sink> compute) in digest.Ways)
    {
        string actual = Digest.Of(compute);
        string recorded = RecordedDigests.ByResults[digest.Results];
        Console.WriteLine($"{digest.Results}, {way}: {actual}{(actual == recorded ? "" : $" instead of {recorded}")}");
        wrong += actual == recorded ? 0 : 1;
    }
}

Console.WriteLine($"{(wrong == 0 ? "right" : $"{wrong} WRONG")}: {EngineInfo.InstructionSet}, {EngineInfo.VectorBits} bits");
return wrong == 0 ? 0 : 1;

void Check(string what, double actual, double expected, double tolerance)
{
    if (!(Math.Abs(actual - expected) <= tolerance))
    {
        Console.WriteLine($"{what}: {actual:R} instead of {expected:R}");
        wrong++;
    }
}
