using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Online;

namespace HpcLinReg;

/// <content>Columns that are exact combinations of others.</content>
public sealed partial class OnlineRegression
{
    /// <summary>
    /// 2⁻⁶⁰: a term with a smaller share of a column than this changes none of its cells' 53 bits, so it counts as rounding of
    /// double-double.
    /// </summary>
    private const double SmallestTerm = 1.0 / (1L << 60);

    /// <summary>
    /// 2⁻⁸⁰: fractions that differ from a coefficient by less are its value; other fractions with denominators q differ by 2⁻⁴⁰ and more.
    /// </summary>
    private const double SameFraction = 1.0 / (1L << 40) / (1L << 40);

    /// <summary>Combinations with larger denominators are not searched for.</summary>
    private const double LargestDenominator = 1 << 20;

    /// <summary>Finds, after a row, which columns are exact combinations of others in all rows.</summary>
    private void FindCombinations()
    {
        if (_combinations.Hold())
        {
            return;
        }

        Solve();
        bool isToTry = _combinations.Keep(_isKnown);
        for (int k = 0; k < Features && isToTry; k++)
        {
            if (_combinations.Is(k, ExactCombinations.State.Open))
            {
                _combinations.Try(k, Combination(k));
            }
        }

        _isCurrent = false;
    }

    /// <summary>
    /// Computes the coefficients of the known columns before column k in its combination, and that of the column itself, in the cells'
    /// units: multiplied by the smallest number that makes fractions whole, rounded to the nearest doubles, and without terms that are
    /// rounding of double-double.
    /// </summary>
    private Span<double> Combination(int k)
    {
        Span<double> high = _second, low = _secondLow;
        high.Clear();
        low.Clear();
        for (int i = k - 1; i >= 0; i--)
        {
            if (_isKnown[i])
            {
                DoubleDouble sum = _solved.Entry(i, k);
                for (int j = i + 1; j < k; j++)
                {
                    sum += _solved.Entry(i, j) * new DoubleDouble(-high[j], -low[j]);
                }

                (high[i], low[i]) = sum;
            }
        }

        double length = Length(k), whole = 1;
        for (int i = 0; i < k; i++)
        {
            bool isTerm = Math.Abs(high[i]) * Length(i) > SmallestTerm * length;
            (high[i], low[i]) = isTerm ? (high[i], low[i]) : (0, 0);
            whole *= isTerm ? Denominator(new DoubleDouble(high[i], low[i]).Scale(whole)) : 1;
        }

        whole = whole <= LargestDenominator ? whole : 1;
        for (int i = 0; i < k; i++)
        {
            high[i] = Math.ScaleB((new DoubleDouble(high[i], low[i]) * whole).High, _columns.Exponents[k] - _columns.Exponents[i]);
        }

        high[k] = whole;
        return high;
    }

    /// <summary>
    /// Returns the smallest odd number that makes a value a whole multiple of a power of two, to the digits of double-double; 1 if there is
    /// none up to the limit.
    /// </summary>
    private static double Denominator(DoubleDouble value)
    {
        DoubleDouble rest = value.Scale(Math.ScaleB(1, -Math.ILogB(value.High)));
        (double before, double denominator) = (0, 1);
        while (true)
        {
            // The next convergent p/q of the continued fraction; it differs from the value by rest/q².
            rest += -Math.Round(rest.High);
            if (Math.Abs(rest.High) <= SameFraction * denominator * denominator)
            {
                long found = (long)Math.Abs(denominator);
                return found >> BitOperations.TrailingZeroCount(found);
            }

            rest = rest.Reciprocal();
            (before, denominator) = (denominator, (Math.Round(rest.High) * denominator) + before);
            if (!(Math.Abs(denominator) <= LargestDenominator))
            {
                return 1;
            }
        }
    }
}
