using System.Runtime.CompilerServices;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// The formulas of linear regression in plain loops, which is what results are compared with, here and in the tests. Sums are carried in
/// <see cref="DoubleDouble"/>, so that the reference's own error does not count against a bound. The scales are sums of the
/// terms' sizes, by which bounds are stated.
/// </summary>
/// <remarks>Sums are compiled well at once, because some levels under test would leave them at the first tier.</remarks>
internal static class PlainLoops
{
    /// <summary>Unit roundoff of double.</summary>
    internal const double Roundoff = 1.0 / (1L << 53);

    /// <summary>γ(k) = ku/(1 − ku), Higham 2002, §3.1.</summary>
    internal static double Gamma(double k) => k * Roundoff / (1 - (k * Roundoff));

    /// <summary>Σⱼ xᵢⱼwⱼ + b.</summary>
    internal static double[] Predict(MatrixSpan<double> x, ReadOnlySpan<double> w, double b)
    {
        double[] predictions = new double[x.Rows];
        for (int i = 0; i < x.Rows; i++)
        {
            predictions[i] = (double)(Dot(x[i], w) + b);
        }

        return predictions;
    }

    /// <summary>Σⱼ|xᵢⱼwⱼ| + |b|.</summary>
    internal static double[] PredictScale(MatrixSpan<double> x, ReadOnlySpan<double> w, double b)
    {
        double[] scales = new double[x.Rows];
        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<double> row = x[i];
            scales[i] = Math.Abs(b);
            for (int j = 0; j < row.Length; j++)
            {
                scales[i] += Math.Abs(row[j] * w[j]);
            }
        }

        return scales;
    }

    /// <summary>Σᵢ xᵢⱼrᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double[] TransposeMultiply(MatrixSpan<double> x, ReadOnlySpan<double> r)
    {
        var sums = new DoubleDouble[x.Columns];
        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<double> row = x[i];
            for (int j = 0; j < row.Length; j++)
            {
                sums[j] += DoubleDouble.Product(row[j], r[i]);
            }
        }

        return Array.ConvertAll(sums, sum => (double)sum);
    }

    /// <summary>Σᵢ|xᵢⱼrᵢ|.</summary>
    internal static double[] TransposeMultiplyScale(MatrixSpan<double> x, ReadOnlySpan<double> r)
    {
        double[] scales = new double[x.Columns];
        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<double> row = x[i];
            for (int j = 0; j < row.Length; j++)
            {
                scales[j] += Math.Abs(row[j] * r[i]);
            }
        }

        return scales;
    }

    /// <summary>Σᵢ aᵢbᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static DoubleDouble Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        DoubleDouble sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += DoubleDouble.Product(a[i], b[i]);
        }

        return sum;
    }
}
