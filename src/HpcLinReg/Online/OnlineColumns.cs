using System.Numerics.Tensors;
using HpcLinReg.Kernels;

namespace HpcLinReg.Online;

/// <summary>
/// Units, means, sums of squares and error bounds of the columns [x | y] of an <see cref="OnlineRegression"/>, padded to whole lines. A
/// column is kept times 2^−exponent, an exact change of units that follows its values, so that neither squares nor products of small
/// columns leave the range of double.
/// </summary>
internal sealed class OnlineColumns(int columns, int stride)
{
    /// <summary>Columns stay between 2⁻²⁰⁰ and 2²⁰⁰ in their units.</summary>
    private const double Most = 1.6069380442589903e60;

    internal const int LeastExponent = -1000;
    internal const int MostExponent = 510;

    private readonly int[] _shifts = new int[stride];

    internal int[] Exponents { get; } = new int[columns];

    /// <summary>2^−exponent.</summary>
    internal double[] Scales { get; } = Ones(stride);

    internal double[] Means { get; } = new double[stride];

    internal double[] MeansLow { get; } = new double[stride];

    /// <summary>Gets bounds of the errors of means.</summary>
    internal double[] MeanBounds { get; } = new double[stride];

    /// <summary>Gets Σv(x − x̄)², or Σvx² without an intercept, plus λ: an upper bound.</summary>
    internal double[] Squares { get; } = new double[stride];

    /// <summary>Gets Σv·(bound of the mean's error)² since the last removal, by which rows are perturbed.</summary>
    internal double[] SquaredShifts { get; } = new double[stride];

    /// <summary>Gets the errors of removals: the cross-product of columns i and j errs by at most √(Lostᵢ·Lostⱼ).</summary>
    internal double[] Lost { get; } = new double[stride];

    internal void Clear(double ridge)
    {
        Array.Clear(Means);
        Array.Clear(MeansLow);
        Array.Clear(MeanBounds);
        Array.Clear(Squares);
        Array.Clear(SquaredShifts);
        Array.Clear(Lost);
        Array.Fill(Scales, 1);
        Array.Clear(Exponents);
        for (int j = 0; j < columns - 1 && ridge > 0; j++)
        {
            Exponents[j] = Math.ILogB(ridge) / 2;
            Scales[j] = Math.ScaleB(1, -Exponents[j]);
            Squares[j] = Math.ScaleB(ridge, -2 * Exponents[j]);
        }
    }

    internal void CopyFrom(OnlineColumns other)
    {
        other.Exponents.CopyTo(Exponents, 0);
        other.Scales.CopyTo(Scales, 0);
        other.Means.CopyTo(Means, 0);
        other.MeansLow.CopyTo(MeansLow, 0);
        other.MeanBounds.CopyTo(MeanBounds, 0);
        other.Squares.CopyTo(Squares, 0);
        other.SquaredShifts.CopyTo(SquaredShifts, 0);
        other.Lost.CopyTo(Lost, 0);
    }

    internal DoubleDouble Mean(int column) => new(Means[column], MeansLow[column]);

    /// <summary>Scales a row to the columns' units. Returns whether all values stay in range.</summary>
    internal bool Scale(Span<double> row) => RowCentring.Scale(row, Scales, Means, Squares, Most);

    /// <summary>Scales a row that is to be removed. Returns whether it can be one of the rows.</summary>
    internal bool ScaleAgain(Span<double> row)
    {
        TensorPrimitives.Multiply(row, Scales, row);
        return RowCentring.AreWithin(row, Most);
    }

    /// <summary>Changes units so that the row, and the columns once their weights have faded by 2^−fade, are near 1.</summary>
    /// <returns>The exponents' changes, in whole lines.</returns>
    internal ReadOnlySpan<int> Adapt(ReadOnlySpan<double> row, int fade)
    {
        Array.Clear(_shifts);
        for (int j = 0; j < columns; j++)
        {
            int size = int.MinValue;
            size = row[j] == 0 ? size : Math.Max(size, Math.ILogB(row[j]) - Exponents[j]);
            size = Means[j] == 0 ? size : Math.Max(size, Math.ILogB(Means[j]));
            size = Squares[j] == 0 ? size : Math.Max(size, (Math.ILogB(Squares[j]) - fade) / 2);
            int shift = size == int.MinValue || Math.Abs(size) < 100 ? 0
                : Math.Clamp(Exponents[j] + size, LeastExponent, MostExponent) - Exponents[j];
            _shifts[j] = shift;
            Exponents[j] += shift;
            Scales[j] = Math.ScaleB(1, -Exponents[j]);
            Means[j] = Math.ScaleB(Means[j], -shift);
            MeansLow[j] = Math.ScaleB(MeansLow[j], -shift);
            MeanBounds[j] = Math.ScaleB(MeanBounds[j], -shift);
            Squares[j] = Math.ScaleB(Squares[j], -fade - (2 * shift));
            SquaredShifts[j] = Math.ScaleB(SquaredShifts[j], -fade - (2 * shift));
            Lost[j] = Math.ScaleB(Lost[j], -fade - (2 * shift));
        }

        return _shifts;
    }

    private static double[] Ones(int length)
    {
        double[] ones = new double[length];
        Array.Fill(ones, 1);
        return ones;
    }
}
