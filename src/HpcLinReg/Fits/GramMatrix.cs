using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Fits;

/// <summary>XᵀX of (centred) columns, each times a power of two.</summary>
/// <param name="High">Row-major d × d; on and above the diagonal.</param>
/// <param name="Low">Its low parts; empty when it is in double.</param>
/// <param name="Scales">The power of two of each column.</param>
internal sealed record GramMatrix(double[] High, double[] Low, double[] Scales)
{
    /// <summary>
    /// Computes ‖X(v + low)‖ as √(vᵀXᵀXv), without subtracting a penalty, however small XᵀX is beside one. Squares stay within the range of
    /// double.
    /// </summary>
    internal double LengthOfProduct(ReadOnlySpan<double> v, ReadOnlySpan<double> low)
    {
        double[] scaled = new double[v.Length], scaledLow = new double[v.Length];
        TensorPrimitives.Divide(v, Scales, scaled);
        TensorPrimitives.Divide(low, Scales, scaledLow);
        double unit = StandardErrors.TakeUnit(scaled, scaledLow);
        return unit * Math.Sqrt(Math.Max(0, Low.Length > 0 ? InDoubleDouble(scaled, scaledLow) : InDouble(scaled)));
    }

    private double InDouble(double[] v)
    {
        double sum = 0;
        for (int i = 0; i < v.Length; i++)
        {
            ref double row = ref High[(i * v.Length) + i];
            ref double rest = ref MemoryMarshal.GetArrayDataReference(v);
            double product = 2 * Reduce.Dot(ref row, ref Unsafe.Add(ref rest, i), v.Length - i);
            sum += v[i] * (product - (row * v[i]));
        }

        return sum;
    }

    private double InDoubleDouble(ReadOnlySpan<double> v, ReadOnlySpan<double> low)
    {
        int d = v.Length;
        var scaled = new DoubleDouble[d];
        for (int j = 0; j < d; j++)
        {
            scaled[j] = new DoubleDouble(v[j], low[j]);
        }

        DoubleDouble sum = 0;
        for (int i = 0; i < d; i++)
        {
            DoubleDouble product = new DoubleDouble(High[(i * d) + i], Low[(i * d) + i]) * scaled[i];
            for (int j = i + 1; j < d; j++)
            {
                DoubleDouble entry = new(High[(i * d) + j], Low[(i * d) + j]);
                product += (entry + entry) * scaled[j];
            }

            sum += product * scaled[i];
        }

        return sum.Value;
    }
}
