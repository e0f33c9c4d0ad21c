using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Models;

/// <summary>
/// Leverages and standard errors of rows. With RᵀR = A = XᵀX + λI of the centred design, U = R⁻¹ and u = Uᵀ(x − x̄), the leverage is 1/Σv + ‖u‖² and the variance of ŷ in
/// units of s² is 1/Σv + uᵀMu with M = R⁻ᵀXᵀXR⁻¹, which without a penalty is the identity (Seber and Lee 2003, §3.11 and §10.7).
/// </summary>
/// <remarks>U is multiplied with instead of solving for u, because a product of independent rows keeps the vector units busy and a solve waits for each row. Immutable.</remarks>
internal sealed class Uncertainty
{
    [ThreadStatic]
    private static LineBuffer _scratch;

    private readonly LineBuffer _inverse;
    private readonly LineBuffer _means;
    private readonly double[] _middle;
    private readonly double _constant;
    private readonly int _order;
    private readonly int _length;

    /// <summary>Inverts the factor.</summary>
    /// <param name="factor">R, row-major; rows of dropped terms are 0.</param>
    /// <param name="means">The means of the terms; empty without an intercept.</param>
    /// <param name="middle">M, row-major; empty for the identity.</param>
    /// <param name="order">d, the number of terms.</param>
    /// <param name="totalWeight">Σv; infinite without an intercept, which then has no variance.</param>
    internal Uncertainty(ReadOnlySpan<double> factor, ReadOnlySpan<double> means, ReadOnlySpan<double> middle, int order, double totalWeight)
    {
        _order = order;
        _length = TriangleProduct.PaddedLength(order);
        _means = new LineBuffer(_length);
        means.CopyTo(_means);
        _middle = middle.ToArray();
        _constant = 1 / totalWeight;
        _inverse = new LineBuffer(TriangleProduct.PackedLength(order));
        TriangleProduct.Pack(Invert(factor, order), order, _inverse);
    }

    /// <summary>Computes the leverage of a row of terms, and the variance of its prediction in units of s².</summary>
    internal (double Leverage, double Variance) Of(ReadOnlySpan<double> terms)
    {
        LineBuffer scratch = _scratch;
        if (scratch.Length < 2 * _length)
        {
            _scratch = scratch = new LineBuffer(2 * _length);
        }

        Span<double> z = scratch.Span[.._length];
        Centre(terms, z);
        if (_middle.Length == 0)
        {
            double leverage = _constant + TriangleProduct.Multiply(_inverse, z, []);
            return (leverage, leverage);
        }

        Span<double> u = scratch.Span.Slice(_length, _length);
        return (_constant + TriangleProduct.Multiply(_inverse, z, u), _constant + Math.Max(0, Quadratic(u)));
    }

    /// <summary>z = x − x̄, padded with zeros.</summary>
    private void Centre(ReadOnlySpan<double> terms, Span<double> z)
    {
        ref double x = ref MemoryMarshal.GetReference(terms);
        ref double centred = ref MemoryMarshal.GetReference(z);
        int j = 0;
        for (; j <= terms.Length - Line.Lanes; j += Line.Lanes)
        {
            Line.Store(Line.Load(ref x, j) - Line.Load(ref _means.First, j), ref Unsafe.Add(ref centred, j));
        }

        for (; j < z.Length; j++)
        {
            z[j] = j < terms.Length ? terms[j] - _means[j] : 0;
        }
    }

    /// <summary>R⁻¹, row-major, with zeros for dropped terms.</summary>
    internal static double[] Invert(ReadOnlySpan<double> factor, int order)
    {
        var inverse = new double[order * order];
        var column = new double[order];
        for (int k = 0; k < order; k++)
        {
            Array.Clear(column);
            column[k] = 1;
            Cholesky.SolveUpper(factor, order, k + 1, column);
            for (int i = 0; i <= k; i++)
            {
                inverse[(i * order) + k] = column[i];
            }
        }

        return inverse;
    }

    private double Quadratic(ReadOnlySpan<double> u)
    {
        double sum = 0;
        for (int i = 0; i < _order; i++)
        {
            sum += u[i] * Reduce.Dot(ref _middle[i * _order], ref MemoryMarshal.GetReference(u), _order);
        }

        return sum;
    }
}
