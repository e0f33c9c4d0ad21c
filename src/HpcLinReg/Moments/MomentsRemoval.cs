using System.Collections.Immutable;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Solver;

namespace HpcLinReg;

/// <summary>Rows that come, leave and fade as values. All of it in double-double, whatever the rows were summed in, so that errors are those of the sums.</summary>
internal static class MomentsRemoval
{
    /// <summary>Below this share of what there was a negative sum of squares is no rounding.</summary>
    private const double PlainlyNegative = 1e-9;

    /// <summary>A column whose squares are no more than this many times their own error counts as lost: bounds of first order say nothing of it.</summary>
    internal const double LostBelow = 4;

    /// <summary>Squares of a column of which nothing is known are no larger: they stay in the range of double.</summary>
    private const double MostSquares = 1e300;

    /// <summary>The rows of both.</summary>
    internal static MomentsNode Merge(MomentsNode one, MomentsNode other)
    {
        MomentsNode sum = WithRounding(one);
        Absorb(sum, WithRounding(other));
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

        MomentsNode negative = WithRounding(some);
        negative.Count = -some.Count;
        negative.Weight = -some.Weight;
        TensorPrimitives.Negate<double>(negative.CrossProducts, negative.CrossProducts);
        TensorPrimitives.Negate<double>(negative.CrossProductErrors, negative.CrossProductErrors);
        MomentsNode rest = WithRounding(all);
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
        MomentsNode faded = WithRounding(all);
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

    /// <summary>
    /// What a fit is made from: errors of the columns it uses alone; features that are constant or of which only rounding errors are left become zeros, so that
    /// they are dropped; a target of which only those are left becomes as large as they can be, and as wrong.
    /// </summary>
    /// <param name="node">All columns.</param>
    /// <param name="names">Their names.</param>
    /// <param name="used">Which of them the fit uses.</param>
    /// <param name="target">Which is the target.</param>
    /// <param name="options">Whether there is an intercept and a penalty. A penalty gives a lost feature a weight of 0 instead of dropping it, and nothing is known then.</param>
    /// <param name="note">Receives what the certificate's reason should say of lost columns.</param>
    internal static MomentsNode ForFit(MomentsNode node, ImmutableArray<string> names, ReadOnlySpan<bool> used, int target, FitOptions options, out string note)
    {
        note = "";
        bool centred = options.Intercept;
        if (node.Errors is not { } errors)
        {
            return node;
        }

        MomentsNode copy = WithRounding(node);
        copy.Errors = errors.Only(used);
        for (int j = 0; j < node.Columns; j++)
        {
            bool lost = used[j] && errors.IsLost(node, j, centred);
            if (!lost && !(used[j] && centred && errors.IsConstant(node, j)))
            {
                continue;
            }

            Clear(copy, j, centred);
            if (!lost)
            {
                continue;
            }

            bool isNeeded = j == target || options.Ridge > 0;
            note += $"; of {(j == target ? "the target" : "column")} '{names[j]}' only rounding errors are left since rows were removed, so {(isNeeded ? "nothing is known of the coefficients" : "it was dropped")}";
            if (isNeeded)
            {
                double most = Math.Min(MostSquares, Math.Max(0, node.Squares(j)) + (2 * errors.OfSquares(node, j, centred)));
                copy.CrossProducts[GramBlocks.Position(node.Columns, j, j)] = most;
                copy.Errors.RequireAtLeast(j, most);
            }
        }

        return copy;
    }

    private static void Clear(MomentsNode node, int j, bool centred)
    {
        for (int i = 0; i < node.Columns; i++)
        {
            int cell = GramBlocks.Position(node.Columns, Math.Min(i, j), Math.Max(i, j));
            node.CrossProducts[cell] = node.CrossProductErrors[cell] = 0;
        }

        if (!centred)
        {
            node.Means[j] = node.MeanErrors[j] = 0;
        }
    }

    private static MomentsNode WithRounding(MomentsNode node)
    {
        var copy = new MomentsNode(node.Columns, node.IsDoubleDouble, keepsRounding: true);
        copy.CopyFrom(node);
        return copy;
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
                <= first.OfMean(all, j) + second.OfMean(some, j) + (PlainlyNegative * deviation) + (4 * NormalEquations.Roundoff * Math.Abs(all.Means[j]));
            if (!same)
            {
                Throw.OtherRows(all.Count, names[j]);
            }
        }
    }
}
