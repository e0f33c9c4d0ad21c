using HpcLinReg.Kernels;

namespace HpcLinReg;

/// <summary>
/// Count, means and centred cross-products of some rows: a leaf (one block of the grid, or a part of one) or an inner node
/// of the merge tree. Vectors are padded to whole lines and cross-products lie as <see cref="GramBlocks"/> says.
/// </summary>
/// <param name="columns">The number of joint columns.</param>
/// <param name="isDoubleDouble">Whether the rows are summed in double-double.</param>
/// <param name="keepsRounding">
/// Whether low parts of cross-products are kept although the rows were summed in double, so that merging and removing as values adds almost
/// no error.
/// </param>
internal sealed partial class MomentsNode(int columns, bool isDoubleDouble = false, bool keepsRounding = false)
{
    /// <summary>
    /// Least growth of errors once rows were removed: above 1, because then errors are those of many rows, however few there are.
    /// </summary>
    private const double LeastCancellation = 1 + 1e-9;

    private DoubleDouble _weight;

    /// <summary>Gets the number of joint columns.</summary>
    internal int Columns { get; } = columns;

    /// <summary>Gets or sets the node's height in the tree: 0 for a block, one more than its children for an inner node.</summary>
    internal int Level { get; set; }

    /// <summary>Gets or sets the node's position among those of its level: it covers the 2^Level blocks from Index · 2^Level on.</summary>
    internal long Index { get; set; }

    internal long Count { get; set; }

    internal double[] Means { get; } = new double[GramBlocks.PaddedColumns(columns)];

    /// <summary>
    /// Gets the low parts of the means: a mean is Means + MeansLow. Without them the difference of two means of 1e9 would have
    /// seven digits, and so would the cross-products.
    /// </summary>
    internal double[] MeansLow { get; } = new double[GramBlocks.PaddedColumns(columns)];

    internal double[] CrossProducts { get; } = new double[GramBlocks.Length(columns)];

    /// <summary>Gets the low parts of the cross-products; empty when they are plain doubles.</summary>
    internal double[] CrossProductsLow { get; } = isDoubleDouble || keepsRounding ? new double[GramBlocks.Length(columns)] : [];

    /// <summary>
    /// Gets, of double-double nodes, the excess of the sums of squares of blocks over their centred ones: Σ W(m̄ − c)² of each column, c
    /// being the constant that was subtracted from its cells. Rounding errors are relative to the sum of both.
    /// </summary>
    internal double[] ExcessSquares { get; } = isDoubleDouble ? new double[columns] : [];

    /// <summary>Gets or sets the least positive weight of a row; 1 where there were no weights.</summary>
    internal double LeastWeight { get; set; } = 1;

    /// <summary>Gets or sets the errors once rows were merged, removed or faded as values; null while they are those of sums.</summary>
    internal MomentsErrors? Errors { get; set; }

    /// <summary>
    /// Gets or sets n(m̄ − c)² over the sum of squares about the mean m̄, for the worst column and block, c being the centre a block was
    /// summed about. Sums of plain blocks are larger than the centred ones by this; 0 for double-double, which has
    /// <see cref="ExcessSquares"/>.
    /// </summary>
    internal double Drift { get; set; }

    /// <summary>Gets or sets in which blocks equal values may have made rounding errors of one sign (<see cref="Variety"/>).</summary>
    internal Repeats Repeats { get; private set; }

    /// <summary>
    /// Gets Σ w(x − x̄)² of each column over the blocks whose rows repeat, where <see cref="Repeats"/> is
    /// <see cref="Repeats.InSomeBlocks"/>.
    /// </summary>
    private double[] RepeatedSquares { get; } = new double[columns];

    /// <summary>Gets the share of the worst column's sum of squares that comes from blocks whose rows repeat, 0 to 1.</summary>
    internal double RepeatedShare
    {
        get
        {
            double share = Repeats == Repeats.InAllBlocks ? 1 : 0;
            for (int j = 0; j < Columns && Repeats == Repeats.InSomeBlocks; j++)
            {
                double squares = Squares(j);
                share = squares > 0 ? Math.Max(share, RepeatedSquares[j] / squares) : share;
            }

            return Math.Min(share, 1);
        }
    }

    /// <summary>Gets or sets the largest number of successive merges or removals that its means went through; 0 for a block.</summary>
    internal int MergeDepth { get; set; }

    /// <summary>Gets whether rows were summed in double-double.</summary>
    internal bool IsDoubleDouble { get; } = isDoubleDouble;

    /// <summary>
    /// Gets or sets the sum of the rows' weights, which is their number unless weights were given (to double-double nodes only).
    /// </summary>
    internal DoubleDouble Weight
    {
        get => IsDoubleDouble ? _weight : Count;
        set => _weight = value;
    }

    /// <summary>
    /// Computes the growth of the errors of entries, in lengths of their columns, over those of many rows just summed: 1 as long as they
    /// are no larger than those of this number of rows.
    /// </summary>
    /// <param name="centred">Whether products are centred, or raw ones: M + n·m².</param>
    internal double Cancellation(bool centred)
    {
        double error = Errors?.OfEntries(this, centred) ?? 0;
        return error <= MomentsErrors.SummedError(this) ? 1 : Math.Max(LeastCancellation, error / MomentsErrors.UnitError(this));
    }

    /// <summary>
    /// Computes the growth of the errors of means, in their columns' standard deviations, over those of entries; at least 1.
    /// </summary>
    internal double MeanCancellation() =>
        Errors is null ? 1 : Math.Max(1, Errors.OfMeans(this) / MomentsErrors.UnitError(this) / Cancellation(centred: true));

    /// <summary>Returns a column's mean.</summary>
    internal DoubleDouble Mean(int column) => DoubleDouble.Sum(Means[column], MeansLow[column]);

    /// <summary>Returns Σ w(xⱼ − x̄ⱼ)², without its low part.</summary>
    internal double Squares(int column) => CrossProducts[GramBlocks.Position(Columns, column, column)];

    /// <summary>Returns Σ w(xᵢ − x̄ᵢ)(xⱼ − x̄ⱼ).</summary>
    internal DoubleDouble CrossProduct(int i, int j)
    {
        int position = GramBlocks.Position(Columns, Math.Min(i, j), Math.Max(i, j));
        return IsDoubleDouble ? new DoubleDouble(CrossProducts[position], CrossProductsLow[position]) : CrossProducts[position];
    }

    /// <summary>Adds corrections to the means, with the rounding errors in their low parts (two-sum, Knuth).</summary>
    internal void Shift(ReadOnlySpan<double> corrections, double factor)
    {
        for (int j = 0; j < corrections.Length; j++)
        {
            double correction = corrections[j] * factor;
            double mean = Means[j] + correction;
            double part = mean - Means[j];
            MeansLow[j] += (Means[j] - (mean - part)) + (correction - part);
            Means[j] = mean;
        }
    }

    /// <summary>Notes whether values vary among a block's rows. Until then they count as repeating.</summary>
    internal void NoteVariety(bool isVaried) => Repeats = isVaried ? Repeats.InNoBlock : Repeats.InAllBlocks;

    /// <summary>Becomes a node of no rows.</summary>
    internal void Clear()
    {
        Repeats = Repeats.InAllBlocks;
        MergeDepth = 0;
        Array.Clear(ExcessSquares);
        LeastWeight = 1;
        Count = 0;
        Array.Clear(Means);
        Array.Clear(MeansLow);
        Array.Clear(CrossProducts);
        Array.Clear(CrossProductsLow);
        _weight = 0;
        Errors = null;
        Drift = 0;
    }

    /// <summary>Becomes a copy of another node.</summary>
    internal void CopyFrom(MomentsNode other)
    {
        Level = other.Level;
        Index = other.Index;
        Count = other.Count;
        other.Means.CopyTo(Means, 0);
        other.MeansLow.CopyTo(MeansLow, 0);
        other.CrossProducts.CopyTo(CrossProducts, 0);
        other.CrossProductsLow.CopyTo(CrossProductsLow, 0);
        _weight = other._weight;
        Repeats = other.Repeats;
        other.RepeatedSquares.CopyTo(RepeatedSquares, 0);
        MergeDepth = other.MergeDepth;
        other.ExcessSquares.CopyTo(ExcessSquares, 0);
        LeastWeight = other.LeastWeight;
        Errors = other.Errors;
        Drift = other.Drift;
    }

    /// <summary>Returns a copy that keeps low parts, so that merging and removing as values adds almost no error.</summary>
    internal MomentsNode ToDoubleDouble()
    {
        var copy = new MomentsNode(Columns, IsDoubleDouble, keepsRounding: true);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>
    /// Adds the rows of another node that follow this one's: M ← M + M′ + δδᵀ·nn′/(n + n′) with δ = m′ − m
    /// (Chan, Golub, LeVeque 1983, formula 2.1b). <paramref name="delta"/> is scratch of padded length.
    /// </summary>
    internal void Absorb(MomentsNode next, Span<double> delta)
    {
        AbsorbRepeats(next);
        MergeDepth = Math.Max(MergeDepth, next.MergeDepth) + 1;
        if (CrossProductsLow.Length > 0)
        {
            AbsorbDoubleDouble(next, delta);
            return;
        }

        for (int j = 0; j < delta.Length; j++)
        {
            delta[j] = (next.Means[j] - Means[j]) + (next.MeansLow[j] - MeansLow[j]);
        }

        double share = next.Count / (double)(Count + next.Count);
        double factor = Count * share;
        Shift(delta, share);
        GramBlocks.AddWithOuterProduct(CrossProducts, next.CrossProducts, Columns, factor, delta);
        if (next.Count > 0)
        {
            MarkUnderflow(delta);
        }

        Count += next.Count;
        Drift = Math.Max(Drift, next.Drift);
    }

    /// <summary>
    /// Marks columns whose means differ although their squares are 0: the squares underflowed
    /// (<see cref="BlockMoments.MarkUnderflow{T}"/>).
    /// </summary>
    private void MarkUnderflow(ReadOnlySpan<double> delta)
    {
        for (int j = 0; j < Columns; j++)
        {
            ref double squares = ref CrossProducts[GramBlocks.Position(Columns, j, j)];
            squares = squares == 0 && delta[j] != 0 ? double.Epsilon : squares;
        }
    }

    /// <summary>Adds the squares of repeating blocks; called before the cross-products are added.</summary>
    private void AbsorbRepeats(MomentsNode next)
    {
        if (Repeats == next.Repeats && Repeats != Repeats.InSomeBlocks)
        {
            return;
        }

        for (int j = 0; j < Columns; j++)
        {
            RepeatedSquares[j] = RepeatedSquaresOf(this, j) + RepeatedSquaresOf(next, j);
        }

        Repeats = Repeats.InSomeBlocks;
    }

    private static double RepeatedSquaresOf(MomentsNode node, int j) => node.Repeats switch
    {
        Repeats.InNoBlock => 0,
        Repeats.InAllBlocks => node.Squares(j),
        _ => node.RepeatedSquares[j],
    };

    private void AbsorbDoubleDouble(MomentsNode next, Span<double> delta)
    {
        DoubleDouble weight = Weight, nextWeight = next.Weight;
        Count += next.Count;
        if (nextWeight.High == 0)
        {
            return;
        }

        LeastWeight = weight.High == 0 ? next.LeastWeight : Math.Min(LeastWeight, next.LeastWeight);
        for (int j = 0; j < ExcessSquares.Length; j++)
        {
            ExcessSquares[j] += next.ExcessSquares[j];
        }

        DoubleDouble total = weight + nextWeight;
        DoubleDouble share = nextWeight / total;
        Span<double> deltaLow = delta.Length <= 256 ? stackalloc double[delta.Length] : new double[delta.Length];
        for (int j = 0; j < delta.Length; j++)
        {
            DoubleDouble mean = Mean(j);
            DoubleDouble difference = next.Mean(j) - mean;
            (delta[j], deltaLow[j]) = difference;
            (Means[j], MeansLow[j]) = mean + (difference * share);
        }

        DoubleDoubleTriangle.AddWithOuterProduct(
            new DoubleDoubleSpan(CrossProducts, CrossProductsLow), new ReadOnlyDoubleDoubleSpan(next.CrossProducts, next.CrossProductsLow),
            Columns,
            weight * share, new ReadOnlyDoubleDoubleSpan(delta, deltaLow));
        if (nextWeight.High > 0)
        {
            MarkUnderflow(delta);
        }

        Weight = total;
    }
}
