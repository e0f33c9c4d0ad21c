using System.Collections.Immutable;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>Rows that come, leave and fade as values. All of it in double-double, whatever the rows were summed in, so that errors are those of the sums.</summary>
internal static class MomentsRemoval
{
    /// <summary>Below this share of what there was a negative sum of squares is no rounding.</summary>
    private const double PlainlyNegative = 1e-9;

    /// <summary>A column whose squares are no more than this many times their own error counts as lost: bounds of first order say nothing of it.</summary>
    internal const double LostBelow = 4;

    /// <summary>The rows of both.</summary>
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

    /// <summary>The rows that stay when some are taken out: the formula that merges, with a negative number of rows.</summary>
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
        TensorPrimitives.Negate<double>(negative.CrossProductErrors, negative.CrossProductErrors);
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

    /// <summary>The same rows with a part of their weights.</summary>
    internal static MomentsNode Decay(MomentsNode all, DoubleDouble factor)
    {
        MomentsNode faded = all.ToDoubleDouble();
        faded.NoteVariety(isVaried: all.Repeats == Repeats.InNoBlock);
        faded.Weight = all.Weight * factor;
        faded.LeastWeight = all.LeastWeight * factor.High;
        Array.Clear(faded.ExcessSquares);
        for (int cell = 0; cell < faded.CrossProducts.Length; cell++)
        {
            (faded.CrossProducts[cell], faded.CrossProductErrors[cell]) = new DoubleDouble(all.CrossProducts[cell], all.CrossProductErrors[cell]) * factor;
        }

        faded.Errors = MomentsErrors.OfScaled(faded, all, factor.High);
        return faded;
    }

    private static void Absorb(MomentsNode sum, MomentsNode next) => sum.Absorb(next, new double[GramBlocks.PaddedColumns(sum.Columns)]);

    /// <summary>Refuses to take out as many rows as there are when they are other ones.</summary>
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
            bool same = Math.Abs(all.Squares(j) - some.Squares(j)) <= first.OfSquares(all, j, centred: true) + second.OfSquares(some, j, centred: true) + (PlainlyNegative * squares);
            same &= Math.Abs(all.Means[j] - some.Means[j])
                <= first.OfMean(all, j) + second.OfMean(some, j) + (PlainlyNegative * deviation) + (4 * RoundingModel.Roundoff * Math.Abs(all.Means[j]));
            if (!same)
            {
                Throw.OtherRows(all.Count, names[j]);
            }
        }
    }
}
