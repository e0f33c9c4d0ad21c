using System.Diagnostics;
using System.Text.Json;
using HpcLinReg.Tests.Nist;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearRegression;

namespace HpcLinReg.Benchmarks.Accuracy;

/// <summary>Coefficients by the engine and by its peers, the intercept first; null where a solver gives up.</summary>
internal static class Solvers
{
    internal static double[]? Engine(CertifiedSet set, FitOptions options) =>
        Coefficients(LinearRegression.Fit(new MatrixSpan<double>(set.Design, set.Columns), set.Y, options with { Intercept = set.Intercept }));

    /// <summary>The engine, given x and the degree instead of powers.</summary>
    internal static double[]? Polynomial(CertifiedSet set, FitOptions options) =>
        Coefficients(set.Intercept, LinearRegression.FitPolynomial<double>([.. set.Predictors.Select(row => row[0].ToDouble())], set.Y, set.Degree, options with { Intercept = set.Intercept }).ToPowers());

    /// <summary>XᵀX and Xᵀy in double, Cholesky: what a textbook does.</summary>
    internal static double[]? NormalEquations(CertifiedSet set) => MathNet(set, MultipleRegression.NormalEquations);

    internal static double[]? HouseholderQR(CertifiedSet set) => MathNet(set, MultipleRegression.QR);

    /// <summary>NumPy's lstsq (LAPACK's gelsd) in a process of its own; null when it is not installed.</summary>
    internal static (string Version, Dictionary<string, double[]> Coefficients)? NumPy(string script, IEnumerable<CertifiedSet> sets)
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python))
        {
            return null;
        }

        using Process process = Process.Start(new ProcessStartInfo(Python, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardError.ReadToEndAsync();
        try
        {
            JsonSerializer.Serialize(process.StandardInput.BaseStream, sets.ToDictionary(set => set.Name, set => new { design = Rows(set), target = set.Y }));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read: NumPy cannot be imported.
        }

        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            return null;
        }

        using var answer = JsonDocument.Parse(output);
        return (answer.RootElement.GetProperty("version").GetString()!, answer.RootElement.GetProperty("coefficients").Deserialize<Dictionary<string, double[]>>()!);
    }

    private static double[] Coefficients(bool intercept, PowerCoefficients powers) => [.. intercept ? [powers.Intercept] : Array.Empty<double>(), .. powers.Weights];

    private static double[] Coefficients(Fit fit) => [.. fit.HasIntercept ? [fit.Model.Intercept] : Array.Empty<double>(), .. fit.Model.Weights];

    private static double[]? MathNet(CertifiedSet set, Func<Matrix<double>, Vector<double>, Vector<double>> solve)
    {
        try
        {
            return solve(Matrix<double>.Build.DenseOfRowArrays(Rows(set)), Vector<double>.Build.Dense(set.Y)).ToArray();
        }
        catch (ArgumentException)
        {
            // The matrix is not positive definite.
            return null;
        }
    }

    private static double[][] Rows(CertifiedSet set)
    {
        double[] design = set.Design;
        return [.. Enumerable.Range(0, set.Target.Length).Select(i => (double[])[.. set.Intercept ? [1.0] : Array.Empty<double>(), .. design.AsSpan(i * set.Columns, set.Columns)])];
    }
}
