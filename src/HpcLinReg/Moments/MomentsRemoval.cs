using System.Collections.Immutable;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Merges, removes and fades rows as values, in double-double whatever the rows were summed in, so that errors remain those of the sums.
/// </summary>
internal static class MomentsRemoval
{
    /// <summary>A sum of squares below minus this share of the one before is not rounding: the removed rows were not there.</summary>
    private const double PlainlyNegative = 1e-9;

    /// <summary>
    /// A column counts as lost where its squares are at most this many times their own error: bounds of first order do not hold for it.
    /// </summary>
    internal const double LostBelow = 4;

    /// <summary>Returns the moments of both sets of rows.</summary>
    internal static MomentsNode Merge(MomentsNode one, MomentsNode other)
    {
        MomentsNode sum = one.ToDoubleDouble();
        Absorb(sum, other.ToDoubleDouble());
        sum.Errors = MomentsErrors.OfCombined(sum, one, other);
        sum.Drift = 0;
        Array.Clear(sum.ExcessSquares);
        if (sum.Cancellation(centred: true) > 1)
        {
            sum.NoteVariety(isVaried: false);
        }

        return sum;
    }

    /// <summary>
    /// Returns the moments of the rows that remain when some are removed: the formula of merging with a negative number of rows.
    /// </summary>
    internal static MomentsNode Remove(MomentsNode all, MomentsNode some, ImmutableArray<string> names)
    {
        if (some.Count == all.Count)
        {
            RequireSame(all, some, names);
            return new MomentsNode(all.Columns, all.IsDoubleDouble);
        }

        MomentsNode negative = some.ToDoubleDouble();
        negative.Count = -some.Count;
        negative.Weight = -some.Weight;
        TensorPrimitives.Negate<double>(negative.CrossProducts, negative.CrossProducts);
        TensorPrimitives.Negate<double>(negative.CrossProductsLow, negative.CrossProductsLow);
        MomentsNode rest = all.ToDoubleDouble();
        Absorb(rest, negative);
        if (!(rest.Weight.High > 0))
        {
            Throw.WeightNotThere(some.Weight.High, all.Weight.High);
        }

        rest.NoteVariety(isVaried: false);
        Array.Clear(rest.ExcessSquares);
        rest.Errors = MomentsErrors.OfCombined(rest, all, some);
        rest.Drift = 0;
        for (int j = 0; j < rest.Columns; j++)
        {
            double squares = rest.Squares(j);
            if (squares < -Math.Max(rest.Errors.OfSquares(rest, j, centred: true), PlainlyNegative * all.Squares(j)))
            {
                Throw.RowsNotThere(names[j]);
            }

            rest.Errors.RequireAtLeast(j, -squares);
        }

        return rest;
    }

    /// <summary>Returns the moments with all weights multiplied by a factor.</summary>
    internal static MomentsNode Decay(MomentsNode all, DoubleDouble factor)
    {
        MomentsNode faded = all.ToDoubleDouble();
        faded.NoteVariety(isVaried: all.Repeats == Repeats.InNoBlock);
        faded.Weight = all.Weight * factor;
        faded.LeastWeight = all.LeastWeight * factor.High;
        Array.Clear(faded.ExcessSquares);
        for (int cell = 0; cell < faded.CrossProducts.Length; cell++)
        {
            (faded.CrossProducts[cell], faded.CrossProductsLow[cell]) =
                new DoubleDouble(all.CrossProducts[cell], all.CrossProductsLow[cell]) * factor;
        }

        faded.Errors = MomentsErrors.OfScaled(faded, all, factor.High);
        return faded;
    }

    private static void Absorb(MomentsNode sum, MomentsNode next) => sum.Absorb(next, new double[GramBlocks.PaddedColumns(sum.Columns)]);

    /// <summary>Throws where all rows are to be removed and the moments are of other rows.</summary>
    private static void RequireSame(MomentsNode all, MomentsNode some, ImmutableArray<string> names)
    {
        if (Math.Abs(all.Weight.High - some.Weight.High) > PlainlyNegative * all.Weight.High)
        {
            Throw.WeightNotThere(some.Weight.High, all.Weight.High);
        }

        (MomentsErrors first, MomentsErrors second) = (MomentsErrors.Of(all), MomentsErrors.Of(some));
        for (int j = 0; j < all.Columns; j++)
        {
            double squares = Math.Abs(all.Squares(j)), deviation = Math.Sqrt(squares / all.Weight.High);
            bool same = Math.Abs(all.Squares(j) - some.Squares(j)) <= first.OfSquares(all, j, centred: true)
                + second.OfSquares(some, j, centred: true) + (PlainlyNegative * squares);
            same &= Math.Abs(all.Means[j] - some.Means[j])
                <= first.OfMean(all, j) + second.OfMean(some, j) + (PlainlyNegative * deviation)
                    + (4 * RoundingModel.Roundoff * Math.Abs(all.Means[j]));
            if (!same)
            {
                Throw.OtherRows(all.Count, names[j]);
            }
        }
    }
}
