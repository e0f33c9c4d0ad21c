using System.Numerics;
using HpcLinReg.Kernels;

namespace HpcLinReg.LeastSquares;

/// <summary>
/// Some columns of a design stand for their powers 1 to k. A power of x computed in double has lost digits before any solver sees it,
/// and powers of raw x are nearly collinear. So they are computed as powers of t = (x − c)·σ in double-double, c the middle
/// of x's range and σ a power of two that brings t within ±1; the fit is made there and brought back to x in double-double.
/// </summary>
internal sealed class PolynomialBasis
{
    /// <summary>The largest exponent of a scale: beyond it its inverse would leave the range.</summary>
    private const int MostScale = 1000;

    private readonly int[] _first;
    private readonly int[] _degrees;
    private readonly double[] _centers;
    private readonly double[] _scales;
    private double[] _high = [];
    private double[] _low = [];

    /// <summary>Describes joint columns.</summary>
    /// <param name="names">What the joint columns are called.</param>
    /// <param name="degrees">Of each joint column; 1 for one that stands for itself.</param>
    /// <param name="ranges">Smallest and largest value of each column that has a degree above 1.</param>
    /// <param name="intercept">Whether a constant is fitted; without one a shift would bring one in, so c = 0.</param>
    internal PolynomialBasis(ReadOnlySpan<string> names, ReadOnlySpan<int> degrees, ReadOnlySpan<(double Least, double Most)> ranges, bool intercept)
    {
        int columns = degrees.Length;
        _degrees = degrees.ToArray();
        _first = new int[columns];
        _centers = new double[columns];
        _scales = new double[columns];
        List<string> labels = [];
        for (int j = 0; j < columns; j++)
        {
            _first[j] = labels.Count;
            _scales[j] = 1;
            for (int power = 1; power <= degrees[j]; power++)
            {
                labels.Add(power == 1 ? names[j] : $"{names[j]}^{power}");
            }

            if (degrees[j] > 1)
            {
                (double least, double most) = ranges[j];
                _centers[j] = intercept ? (0.5 * least) + (0.5 * most) : 0;
                double reach = Math.Max(most - _centers[j], _centers[j] - least);
                _scales[j] = reach > 0 && double.IsFinite(reach) ? Math.ScaleB(1, Math.Min(MostScale, -Math.ILogB(reach) - 1)) : 1;
            }
        }

        Columns = labels.Count;
        Labels = new ColumnLabels([.. labels], labels.Count, labels.Count);
    }

    /// <summary>Gets the number of expanded columns.</summary>
    internal int Columns { get; }

    /// <summary>Gets what the expanded columns are called.</summary>
    internal ColumnLabels Labels { get; }

    /// <summary>Expands joint rows [x | y]; the buffers are used again by the next call.</summary>
    /// <returns>High and low parts, row-major.</returns>
    internal (double[] High, double[] Low) Expand<T>(MatrixSpan<T> x, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Rows * Columns;
        if (_high.Length < length)
        {
            _high = new double[length];
            _low = new double[length];
        }

        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<T> xs = x[i];
            ReadOnlySpan<T> ys = y.Columns == 0 ? [] : y[i];
            int place = i * Columns;
            for (int j = 0; j < _degrees.Length; j++)
            {
                double value = Line.Widen(j < xs.Length ? xs[j] : ys[j - xs.Length]);
                DoubleDouble t = DoubleDouble.Sum(value, -_centers[j]).Scale(_scales[j]);
                DoubleDouble power = t;
                for (int k = 0; k < _degrees[j]; k++, place++)
                {
                    (_high[place], _low[place]) = power;
                    power *= t;
                }
            }
        }

        return (_high, _low);
    }

    /// <summary>
    /// The matrix that takes coefficients of powers of t to those of powers of x: x's i-th from t's m-th by σᵐ·C(m, i)·(−c)ᵐ⁻ⁱ; row −1 is
    /// what goes to the intercept.
    /// </summary>
    internal DoubleDouble ToRaw(int column, int i, int m) => Power(_scales[column], m) * Shifted(-_centers[column], m, i);

    /// <summary>The inverse: xⁱ = (t/σ + c)ⁱ, so tᵐ has C(i, m)·cⁱ⁻ᵐ·σ⁻ᵐ of it; m = 0 is the constant.</summary>
    internal DoubleDouble FromRaw(int column, int m, int i) => Power(1 / _scales[column], m) * Shifted(_centers[column], i, m);

    /// <summary>The joint column an expanded column belongs to, where its powers begin, and their number.</summary>
    internal (int Column, int First, int Degree) Group(int expanded)
    {
        int column = Array.BinarySearch(_first, expanded);
        column = column < 0 ? ~column - 1 : column;
        return (column, _first[column], _degrees[column]);
    }

    /// <summary>C(m, i)·cᵐ⁻ⁱ.</summary>
    private static DoubleDouble Shifted(double c, int m, int i)
    {
        DoubleDouble value = Power(c, m - i);
        for (int k = 1; k <= i; k++)
        {
            value = value * (m - i + k) / k;
        }

        return value;
    }

    private static DoubleDouble Power(double value, int exponent)
    {
        DoubleDouble power = 1;
        for (int k = 0; k < exponent; k++)
        {
            power *= value;
        }

        return power;
    }
}
