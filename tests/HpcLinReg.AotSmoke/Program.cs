using HpcLinReg;

// A native program as a user would write it, against the package: fit, predict, check. Exit code 1 on any mismatch.
double[] x = [1, 1, 2, 1, 3, 2, 4, 3, 5, 5];
double[] y = [6, 8, 13, 18, 26];
Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, columns: 2), y);
double prediction = fit.Model.Predict<double>([6, 8]);

var batch = new double[5];
fit.Model.Predict<double, double>(new MatrixSpan<double>(x, columns: 2), batch);

bool right = Math.Abs(fit.Model.Weights[0] - 2) < 1e-12
    && Math.Abs(fit.Model.Weights[1] - 3) < 1e-12
    && Math.Abs(fit.Model.Intercept - 1) < 1e-12
    && Math.Abs(prediction - 37) < 1e-11
    && batch.Zip(y).All(pair => Math.Abs(pair.First - pair.Second) < 1e-11);
Console.WriteLine($"{(right ? "right" : "WRONG")}: prediction {prediction}, {EngineInfo.InstructionSet}, fused multiply-add {EngineInfo.HasFusedMultiplyAdd}");
return right && EngineInfo.HasFusedMultiplyAdd ? 0 : 1;
