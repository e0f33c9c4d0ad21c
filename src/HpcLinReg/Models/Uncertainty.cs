using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Models;

/// <summary>
/// Leverages and standard errors of rows. With RᵀR = A = XᵀX + λI of the centred design, U = R⁻¹ and u = Uᵀ(x − x̄), the leverage is 1/Σv +
/// ‖u‖² and the variance of ŷ in units of s² is 1/Σv + uᵀMu with M = R⁻ᵀXᵀXR⁻¹, which without a penalty is the identity (Seber and Lee
/// 2003, §3.11 and §10.7).
/// </summary>
/// <remarks>
/// U is multiplied with instead of solving for u, because a product of independent rows keeps the vector units busy and a solve waits for
/// each row. Immutable.
/// </remarks>
internal sealed class Uncertainty
{
    [ThreadStatic]
    private static LineBuffer _scratch;

    private readonly LineBuffer _inverse;
    private readonly LineBuffer _means;
    private readonly double[] _middle;
    private readonly double[] _cross = [];
    private readonly double _constant;
    private readonly double _constantVariance;
    private readonly int _order;
    private readonly int _length;

    /// <summary>Inverts the factor.</summary>
    /// <param name="factor">R, row-major; rows of dropped terms are 0.</param>
    /// <param name="means">The means of the terms; empty without an intercept.</param>
    /// <param name="middle">M, row-major; empty for the identity.</param>
    /// <param name="order">d, the number of terms.</param>
    /// <param name="totalWeight">Σv; infinite without an intercept, which then has no variance.</param>
    /// <param name="robust">The covariance of the coordinates q = (1/√Σv, u); null for s²M.</param>
    /// <param name="s">The residual standard error, in whose square variances are measured.</param>
    internal Uncertainty(
        ReadOnlySpan<double> factor, ReadOnlySpan<double> means, ReadOnlySpan<double> middle, int order, double totalWeight,
        RobustCovariance? robust = null, double s = double.NaN)
    {
        _order = order;
        _length = TriangleProduct.PaddedLength(order);
        _means = new LineBuffer(_length);
        means.CopyTo(_means);
        _middle = middle.ToArray();
        _constant = _constantVariance = 1 / totalWeight;
        if (robust is not null)
        {
            (_middle, _cross, _constantVariance) =
                InUnitsOf(s, robust.Middle.AsSpan(), order, Math.Sqrt(_constant), double.IsFinite(totalWeight));
        }

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
        if (_middle.Length == 0 && _cross.Length == 0)
        {
            double leverage = _constant + TriangleProduct.Multiply(_inverse, z, []);
            return (leverage, leverage);
        }

        Span<double> u = scratch.Span.Slice(_length, _length);
        double leverageOfCentred = TriangleProduct.Multiply(_inverse, z, u), variance = Quadratic(u);
        return (_constant + leverageOfCentred,
            _cross.Length == 0 ? _constantVariance + Math.Max(0, variance) : Math.Max(0, _constantVariance + Cross(u) + variance));
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
        double[] inverse = new double[order * order];
        double[] column = new double[order];
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

    /// <summary>
    /// The parts of a robust covariance in units of s²: that of u, twice that of u and the constant, and that of the constant.
    /// </summary>
    private static (double[] Middle, double[] Cross, double Constant) InUnitsOf(double s, ReadOnlySpan<double> robust, int order,
        double first, bool hasIntercept)
    {
        int offset = hasIntercept ? 1 : 0;
        int width = order + offset;
        double[] middle = new double[order * order];
        double[] cross = new double[offset * order];
        for (int i = 0; i < order; i++)
        {
            for (int j = 0; j < order; j++)
            {
                middle[(i * order) + j] = robust[((i + offset) * width) + j + offset] / s / s;
            }

            if (hasIntercept)
            {
                cross[i] = 2 * first * robust[i + 1] / s / s;
            }
        }

        return (middle, cross, hasIntercept ? first * first * robust[0] / s / s : 0);
    }

    private double Cross(ReadOnlySpan<double> u) =>
        _order == 0 ? 0 : Reduce.Dot(ref MemoryMarshal.GetArrayDataReference(_cross), ref MemoryMarshal.GetReference(u), _order);

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
