using System.Runtime.CompilerServices;
using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// Means and cross-products of the joint columns [X | y] of a <see cref="FixedProblem"/>, exactly, by plain loops over whole numbers; and
/// the least-squares solution from them in about 32 digits.
/// </summary>
internal sealed class PlainMoments
{
    private const double UnitSquared = (double)FixedProblem.Unit * FixedProblem.Unit;

    private readonly int _rows;
    private readonly int _columns;
    private readonly long[] _sums;
    private readonly long[] _products;

    internal PlainMoments(FixedProblem problem)
    {
        _rows = problem.Rows;
        _columns = problem.Columns + 1;
        _sums = new long[_columns];
        _products = new long[_columns * _columns];
        long[] row = new long[_columns];
        for (int i = 0; i < _rows; i++)
        {
            ReadOnlySpan<double> x = problem.X[i];
            for (int j = 0; j < _columns; j++)
            {
                row[j] = (long)(FixedProblem.Unit * (j < x.Length ? x[j] : problem.Y[i]));
                _sums[j] += row[j];
            }

            for (int a = 0; a < _columns; a++)
            {
                Span<long> products = _products.AsSpan(a * _columns, _columns);
                for (int b = a; b < _columns; b++)
                {
                    products[b] += row[a] * row[b];
                }
            }
        }
    }

    /// <summary>Mean j.</summary>
    internal DoubleDouble Mean(int j) => (DoubleDouble)_sums[j] / (DoubleDouble)((double)_rows * FixedProblem.Unit);

    /// <summary>Σ(aᵢ − āᵢ)(aⱼ − āⱼ) = (nΣaᵢaⱼ − ΣaᵢΣaⱼ)/n; without centring Σaᵢaⱼ.</summary>
    internal DoubleDouble Product(int i, int j, bool centred)
    {
        long product = _products[(Math.Min(i, j) * _columns) + Math.Max(i, j)];
        return centred
            ? (DoubleDouble)(((Int128)_rows * product) - ((Int128)_sums[i] * _sums[j])) / (DoubleDouble)(_rows * UnitSquared)
            : (DoubleDouble)product / UnitSquared;
    }

    /// <summary>
    /// Weights, and the intercept behind them, of the least-squares solution; by elimination without pivots, which a positive definite
    /// matrix allows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double[] Solve(bool intercept, double ridge)
    {
        int d = _columns - 1;
        var a = new DoubleDouble[d, _columns];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < _columns; j++)
            {
                a[i, j] = Product(i, j, centred: intercept);
            }

            a[i, i] += ridge;
        }

        for (int k = 0; k < d; k++)
        {
            for (int i = k + 1; i < d; i++)
            {
                DoubleDouble factor = a[i, k] / a[k, k];
                for (int j = k; j < _columns; j++)
                {
                    a[i, j] -= factor * a[k, j];
                }
            }
        }

        var weights = new DoubleDouble[d];
        for (int i = d - 1; i >= 0; i--)
        {
            DoubleDouble rest = a[i, d];
            for (int j = i + 1; j < d; j++)
            {
                rest -= a[i, j] * weights[j];
            }

            weights[i] = rest / a[i, i];
        }

        DoubleDouble constant = intercept ? Mean(d) : 0;
        for (int j = 0; intercept && j < d; j++)
        {
            constant -= Mean(j) * weights[j];
        }

        return [.. weights.Select(weight => (double)weight), (double)constant];
    }
}
