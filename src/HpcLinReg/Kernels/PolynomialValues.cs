using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// Computes predictions of a polynomial model, ŷ = b + Σⱼ fⱼ·(w₁ + w₂tⱼ + … + wₖtⱼᵏ⁻¹) over the variables j of a row, with the inner sum by
/// Horner's rule. The lanes of a line are eight rows, and each lane is one chain that starts at b, so a single row has the same bits. Per
/// row and term 2 flops; per row and variable 4 more and 8 bytes of x.
/// </summary>
/// <remarks>
/// Error: t and f are each rounded twice, Horner's rule rounds twice a term and the outer sum twice a variable, so term m of a variable of
/// degree k among v variables is wrong by at most γ(2m + 2(k − 1) + 2v) of itself, γ(n) = nu/(1 − nu): less than 4(K + 1)u·Σ|terms| with K
/// terms in all, b among the sum (Higham 2002, §3.1 and §5.1). With fused multiply-add each of the last two counts is halved.
/// </remarks>
internal static class PolynomialValues
{
    /// <summary>Returns the prediction of one row.</summary>
    internal static double Row<T>(ref T x, ReadOnlySpan<ShiftedPowers> variables, ref double weights, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = intercept;
        ref double w = ref weights;
        for (int j = 0; j < variables.Length; j++)
        {
            ShiftedPowers powers = variables[j];
            double value = Line.Widen(Unsafe.Add(ref x, j));
            double t = (value - powers.Shift) * powers.Scale;
            double series = Unsafe.Add(ref w, powers.Degree - 1);
            for (int m = powers.Degree - 2; m >= 0; m--)
            {
                series = double.MultiplyAddEstimate(series, t, Unsafe.Add(ref w, m));
            }

            sum = double.MultiplyAddEstimate(series, (value - powers.Root) * powers.RootScale, sum);
            w = ref Unsafe.Add(ref w, powers.Degree);
        }

        return sum;
    }

    /// <summary>Computes the prediction of every row of x.</summary>
    internal static void Rows<T, TResult>(
        MatrixSpan<T> x, ReadOnlySpan<ShiftedPowers> variables, ReadOnlySpan<double> weights, double intercept, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        ref T first = ref MemoryMarshal.GetReference(x.Values);
        ref double w = ref MemoryMarshal.GetReference(weights);
        nint stride = x.RowStride;
        int row = 0;
        for (; row <= x.Rows - Line.Lanes; row += Line.Lanes)
        {
            Line.Store(EightRows(ref Unsafe.Add(ref first, row * stride), x.RowStride, variables, ref w, intercept), ref destination[row]);
        }

        for (; row < x.Rows; row++)
        {
            destination[row] = TResult.CreateTruncating(Row(ref Unsafe.Add(ref first, row * stride), variables, ref w, intercept));
        }
    }

    /// <summary>
    /// Computes the values of the terms of one row, each by one product from the one before: term m has a relative error of at most γ(3m).
    /// </summary>
    internal static void Terms<T>(ReadOnlySpan<T> x, ReadOnlySpan<ShiftedPowers> variables, Span<double> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int place = 0;
        for (int j = 0; j < variables.Length; j++)
        {
            ShiftedPowers powers = variables[j];
            double value = Line.Widen(x[j]);
            double t = (value - powers.Shift) * powers.Scale;
            double term = (value - powers.Root) * powers.RootScale;
            for (int m = 0; m < powers.Degree; m++, place++)
            {
                terms[place] = term;
                term *= t;
            }
        }
    }

    /// <summary>Returns the predictions of eight rows.</summary>
    private static Vector512<double> EightRows<T>(ref T x, int stride, ReadOnlySpan<ShiftedPowers> variables, ref double weights,
        double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = Vector512.Create(intercept);
        ref double w = ref weights;
        for (int j = 0; j < variables.Length; j++)
        {
            ShiftedPowers powers = variables[j];
            Vector512<double> value = Line.LoadColumn(ref Unsafe.Add(ref x, j), stride);
            Vector512<double> t = (value - Vector512.Create(powers.Shift)) * powers.Scale;
            var series = Vector512.Create(Unsafe.Add(ref w, powers.Degree - 1));
            for (int m = powers.Degree - 2; m >= 0; m--)
            {
                series = Vector512.MultiplyAddEstimate(series, t, Vector512.Create(Unsafe.Add(ref w, m)));
            }

            sum = Vector512.MultiplyAddEstimate(series, (value - Vector512.Create(powers.Root)) * powers.RootScale, sum);
            w = ref Unsafe.Add(ref w, powers.Degree);
        }

        return sum;
    }
}
