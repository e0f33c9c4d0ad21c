using System.Collections.Immutable;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.LeastSquares;

/// <summary>Rows that leave, and rows that fade.</summary>
internal static class MomentsRemoval
{
    /// <summary>The share of the larger sums' error that an operation adds to it.</summary>
    private const double StepShare = 0.25;

    /// <summary>Below this share of what there was a negative sum of squares is no rounding.</summary>
    private const double PlainlyNegative = 1e-9;

    /// <summary>What is left when some rows are taken out: the formula that merges, with a negative number of rows.</summary>
    internal static MomentsNode Remove(MomentsNode all, MomentsNode some, ImmutableArray<string> names)
    {
        int columns = all.Columns;
        var rest = new MomentsNode(columns, all.IsDoubleDouble);
        if (some.Count == all.Count)
        {
            return rest;
        }

        var negative = new MomentsNode(columns, all.IsDoubleDouble);
        negative.CopyFrom(some);
        negative.Count = -some.Count;
        negative.Weight = -some.Weight;
        TensorPrimitives.Negate<double>(negative.CrossProducts, negative.CrossProducts);
        TensorPrimitives.Negate<double>(negative.CrossProductErrors, negative.CrossProductErrors);
        rest.CopyFrom(all);
        rest.Absorb(negative, new double[GramBlocks.PaddedColumns(columns)]);
        if (!(rest.Weight.High > 0))
        {
            Throw.WeightNotThere(some.Weight.High, all.Weight.High);
        }

        rest.NoteVariety(isVaried: false);
        NoteErrors(rest, all, some, names);
        return rest;
    }

    /// <summary>The same rows, each weighing so much of what it did.</summary>
    internal static MomentsNode Decay(MomentsNode all, double factor)
    {
        var faded = new MomentsNode(all.Columns, isDoubleDouble: true);
        faded.CopyFrom(all);
        faded.NoteVariety(isVaried: all.Repeats == Repeats.InNoBlock);
        faded.Weight = all.Weight * factor;
        faded.LeastWeight = all.LeastWeight * factor;
        TensorPrimitives.Multiply(all.ExcessSquares, factor, faded.ExcessSquares);
        for (int cell = 0; cell < faded.CrossProducts.Length; cell++)
        {
            (faded.CrossProducts[cell], faded.CrossProductErrors[cell]) = new DoubleDouble(all.CrossProducts[cell], all.CrossProductErrors[cell]) * factor;
        }

        return faded;
    }

    /// <summary>After a merge, if rows were removed before it.</summary>
    internal static void NoteErrors(MomentsNode sum, MomentsNode one, MomentsNode other)
    {
        if (one.RoundedSquares.Length > 0 || other.RoundedSquares.Length > 0)
        {
            sum.RoundedWeight = Math.Max(sum.Weight.High, Math.Max(one.RoundedWeight, other.RoundedWeight));
            sum.RoundedSquares = [.. Enumerable.Range(0, sum.Columns).Select(j => Rounded(one, other, j, sum.Squares(j)))];
        }
    }

    /// <summary>A column of which no more is left than its errors is constant as far as one can tell; one that would be negative never had these rows.</summary>
    private static void NoteErrors(MomentsNode rest, MomentsNode all, MomentsNode some, ImmutableArray<string> names)
    {
        rest.RoundedWeight = Math.Max(all.Weight.High, Math.Max(all.RoundedWeight, some.RoundedWeight));
        rest.RoundedSquares = [.. Enumerable.Range(0, rest.Columns).Select(j => Rounded(all, some, j, all.Squares(j)))];
        for (int j = 0; j < rest.Columns; j++)
        {
            double error = (EntryError(rest) * rest.RoundedSquares[j]) + OffsetError(rest, all, j);
            if (rest.Squares(j) < -Math.Max(error, PlainlyNegative * all.Squares(j)))
            {
                Throw.RowsNotThere(names[j]);
            }

            if (rest.Squares(j) <= error)
            {
                Flatten(rest, j);
            }

            // As if it were of rounded squares, so that digits and certificates count it.
            rest.RoundedSquares[j] = double.Hypot(rest.RoundedSquares[j], OffsetError(rest, all, j) / EntryError(rest));
        }
    }

    /// <summary>The error of a cross-product without removals, in lengths of its columns, where all products round alike (docs/numerics.md).</summary>
    internal static double EntryError(MomentsNode node) => node.IsDoubleDouble ? 1.0 / (1L << 46) / (1L << 46) : (8 + RowBlocks.PanelRows) * NormalEquations.Roundoff;

    /// <summary>Errors of different operations are taken as independent; each adds its own, a share of the largest sums it handles.</summary>
    private static double Rounded(MomentsNode one, MomentsNode other, int j, double largest) =>
        double.Hypot(double.Hypot(Rounded(one, j), Rounded(other, j)), StepShare * largest);

    private static double Rounded(MomentsNode node, int j) => node.RoundedSquares.Length > 0 ? node.RoundedSquares[j] : node.Squares(j);

    /// <summary>Means in double-double are wrong by 2⁻¹⁰⁴, which their products with deviations feel.</summary>
    private static double OffsetError(MomentsNode rest, MomentsNode all, int j) =>
        rest.IsDoubleDouble ? Math.Abs(all.Means[j]) * all.Weight.High * Math.Sqrt(all.Squares(j) / rest.Weight.High) / (1L << 49) / (1L << 49) : 0;

    private static void Flatten(MomentsNode node, int j)
    {
        for (int i = 0; i < node.Columns; i++)
        {
            int cell = GramBlocks.Position(node.Columns, Math.Min(i, j), Math.Max(i, j));
            node.CrossProducts[cell] = 0;
            if (node.IsDoubleDouble)
            {
                node.CrossProductErrors[cell] = 0;
            }
        }
    }
}
