using System.Numerics.Tensors;
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
    private static double[]? _scratch;

    private readonly double[] _inverse;
    private readonly double[] _means;
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
        _means = means.ToArray();
        _middle = middle.ToArray();
        _constant = 1 / totalWeight;
        _inverse = new double[TriangleProduct.PackedLength(order)];
        TriangleProduct.Pack(Invert(factor, order), order, _inverse);
    }

    /// <summary>Computes the leverage of a row of terms, and √ of the variance of its prediction in units of s.</summary>
    internal (double Leverage, double RootOfVariance) Of(ReadOnlySpan<double> terms)
    {
        double[] scratch = _scratch is { } kept && kept.Length >= 2 * _length ? kept : _scratch = new double[2 * _length];
        Span<double> z = scratch.AsSpan(0, _length), u = scratch.AsSpan(_length, _length);
        if (_means.Length > 0)
        {
            TensorPrimitives.Subtract(terms, _means, z);
        }
        else
        {
            terms.CopyTo(z);
        }

        z[_order..].Clear();
        double squares = TriangleProduct.Multiply(_inverse, z, u);
        double leverage = _constant + squares;
        return (leverage, Math.Sqrt(_middle.Length == 0 ? leverage : _constant + Math.Max(0, Quadratic(u))));
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
            TriangularSystem.SolveUpper(factor, order, k + 1, column);
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
