using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <content>All that moments show, and moments made of it.</content>
public sealed partial class Moments
{
    /// <summary>The error of the squares of a column of which nothing is known: more than those of any column that is.</summary>
    private const double Lost = 1e300;

    private bool[]? _flat;

    /// <summary>Gets the low part of each mean in double-double, which rounding to double removes; zeros when there are no rows.</summary>
    public ImmutableArray<double> MeanRemainders => [.. _node.MeansLow.AsSpan(0, _node.Columns)];

    /// <summary>Gets the low part of each cross-product in double-double, row-major p × p; empty when the sums are in double.</summary>
    public ImmutableArray<double> CrossProductRemainders => _node.CrossProductsLow.Length == 0 ? [] : Unfold(_node.CrossProductsLow);

    /// <summary>Gets a bound of the error of each mean, in the column's units.</summary>
    public ImmutableArray<double> MeanErrorBounds => Bounds((errors, j) => errors.OfMean(_node, j));

    /// <summary>
    /// Gets a bound eⱼ of the error of each column's sum of squares; |error of mᵢⱼ| ≤ √(eᵢeⱼ). Where a column that is not constant has a
    /// sum of squares of 0, only rounding errors remain of it, and its other products have no bound.
    /// </summary>
    public ImmutableArray<double> SquareErrorBounds
    {
        get
        {
            double share = Count == 0 ? 0 : MomentsErrors.Of(_node).Only([.. Flat.Select(flat => !flat)]).OfEntries(_node, centred: true);
            return Bounds((errors, j) => Math.Max(errors.OfSquares(_node, j, centred: true), Flat[j] ? 0 : share * _node.Squares(j)));
        }
    }

    private bool HasFaded => _squared is not null;

    /// <summary>The moments with squared weights, which are these as long as nothing has faded.</summary>
    private MomentsNode Squared => _squared ?? _node;

    /// <summary>Columns that are shown without squares.</summary>
    private bool[] Flat => _flat ??= FindFlat();

    /// <inheritdoc cref="Create(ReadOnlySpan{string}, long, ReadOnlySpan{double}, ReadOnlySpan{double}, MomentsOptions)"/>
    public static Moments Create(ReadOnlySpan<string> names, long count, ReadOnlySpan<double> means, ReadOnlySpan<double> crossProducts) =>
        Create(names, count, means, crossProducts, null);

    /// <summary>Returns moments of sums that were computed elsewhere, by another process or another program.</summary>
    /// <param name="names">One name for each of the p ≥ 1 columns.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="means">p means, weighted if rows have weights.</param>
    /// <param name="crossProducts">p × p centred cross-products Σw(xᵢ − x̄ᵢ)(xⱼ − x̄ⱼ), row-major.</param>
    /// <param name="options">Precision, weights, remainders and error bounds; null for rows without weights, summed in double.</param>
    /// <returns>
    /// Moments that merge, are removed and solve as any others. Made of all properties of moments they are the same moments. A column of
    /// which only rounding errors remained stays lost, whatever is merged into it.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// Two columns have one name, lengths do not match, a value is not finite, the cross-products are not symmetric, have a negative
    /// diagonal, or one beyond what the squares of its columns allow and rounding explains, or weights do not fit the number of rows.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no names, or the number of rows is negative.</exception>
    /// <exception cref="InvalidOperationException">There are weights, but the precision is not double-double.</exception>
    /// <remarks>Copies what it is given: about 8p² bytes, twice that with remainders. The result is immutable and thread-safe.</remarks>
    public static Moments Create(
        ReadOnlySpan<string> names, long count, ReadOnlySpan<double> means, ReadOnlySpan<double> crossProducts, MomentsOptions? options)
    {
        options ??= new MomentsOptions();
        MomentsPrecision precision = options.Precision;
        ReadOnlySpan<double> meanRemainders = options.MeanRemainders.AsSpan(),
        crossProductRemainders = options.CrossProductRemainders.AsSpan();
        ReadOnlySpan<double> meanErrorBounds = options.MeanErrorBounds.AsSpan(), squareErrorBounds = options.SquareErrorBounds.AsSpan();
        double totalWeight = options.TotalWeight ?? count;
        int p = names.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(p, 1, nameof(names));
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ImmutableArray<string> labels = ColumnLabels.Distinct(names);
        RequireLength(nameof(means), means, p, isOptional: false);
        RequireLength(nameof(crossProducts), crossProducts, checked(p * p), isOptional: false);
        RequireLength(nameof(meanRemainders), meanRemainders, p, isOptional: true);
        RequireLength(nameof(crossProductRemainders), crossProductRemainders, p * p, isOptional: true);
        RequireLength(nameof(meanErrorBounds), meanErrorBounds, p, isOptional: true);
        RequireLength(nameof(squareErrorBounds), squareErrorBounds, p, isOptional: true);
        RequireBounds(nameof(meanErrorBounds), meanErrorBounds);
        RequireBounds(nameof(squareErrorBounds), squareErrorBounds);
        RequireWeight(count, totalWeight, precision);

        var node = new MomentsNode(p, precision == MomentsPrecision.DoubleDouble,
            keepsRounding: !crossProductRemainders.IsEmpty)
        { Count = count, Weight = totalWeight };
        if (count == 0)
        {
            return new Moments(labels, node);
        }

        means.CopyTo(node.Means);
        meanRemainders.CopyTo(node.MeansLow);
        CopyProducts(labels, crossProducts, crossProductRemainders, node);
        if (!meanErrorBounds.IsEmpty || !squareErrorBounds.IsEmpty)
        {
            StateErrors(node, meanErrorBounds, squareErrorBounds);
        }

        RequireProducts(labels, node);
        return options.SquaredWeights is { } squaredWeights ? Faded(labels, node, squaredWeights, options.FadedCount ?? count)
            : new Moments(labels, node);
    }

    /// <summary>
    /// Returns moments of rows that have faded; throws where their squared weights are not of the same rows, or larger than fading allows.
    /// </summary>
    private static Moments Faded(ImmutableArray<string> labels, MomentsNode node, Moments squaredWeights, double faded)
    {
        long count = node.Count;
        if (!labels.AsSpan().SequenceEqual(squaredWeights.Names.AsSpan()) || squaredWeights.Count != count
            || squaredWeights._node.IsDoubleDouble != node.IsDoubleDouble)
        {
            Throw.MomentsDiffer();
        }

        if (!(faded > 0 && faded <= count * MostRounded && squaredWeights.TotalWeight <= node.Weight.High * MostRounded))
        {
            Throw.FadedWeights(faded, squaredWeights.TotalWeight, count, node.Weight.High);
        }

        return new Moments(labels, node, squaredWeights._node, faded);
    }

    /// <summary>Copies cross-products and their low parts, of which there may be none; throws where they are not symmetric.</summary>
    private static void CopyProducts(ImmutableArray<string> labels, ReadOnlySpan<double> crossProducts, ReadOnlySpan<double> remainders,
        MomentsNode node)
    {
        int p = labels.Length;
        for (int i = 0; i < p; i++)
        {
            for (int j = i; j < p; j++)
            {
                int cell = GramBlocks.Position(p, i, j);
                (double value, double other) = (crossProducts[(i * p) + j], crossProducts[(j * p) + i]);
                if (Math.Abs(value - other) > 8 * RoundingModel.Roundoff * Math.Abs(value))
                {
                    Throw.NotSymmetric(labels[i], labels[j], value, other);
                }

                node.CrossProducts[cell] = value;
                if (!remainders.IsEmpty)
                {
                    node.CrossProductsLow[cell] = remainders[(i * p) + j];
                }
            }
        }
    }

    /// <summary>Gives a node the errors that a caller states; those that are not stated are those of rows just summed.</summary>
    private static void StateErrors(MomentsNode node, ReadOnlySpan<double> meanErrorBounds, ReadOnlySpan<double> squareErrorBounds)
    {
        IEnumerable<int> columns = Enumerable.Range(0, node.Columns);
        var usual = MomentsErrors.Of(node);
        double[] squares = squareErrorBounds.IsEmpty ? [.. columns.Select(j => usual.OfSquares(node, j, centred: true))]
            : squareErrorBounds.ToArray();
        double[] means = meanErrorBounds.IsEmpty ? [.. columns.Select(j => usual.OfMean(node, j))] : meanErrorBounds.ToArray();
        node.Errors = MomentsErrors.Stated(node, squares, means);
        for (int j = 0; j < node.Columns; j++)
        {
            if (node.Squares(j) == 0 && node.Errors.IsLost(node, j, centred: true))
            {
                node.Errors.RequireAtLeast(j, Lost);
            }
        }
    }

    private static void RequireWeight(long count, double totalWeight, MomentsPrecision precision)
    {
        if (!(count == 0 ? totalWeight == 0 : totalWeight > 0 && double.IsFinite(totalWeight)))
        {
            Throw.RowWeightsOutOfRange(totalWeight);
        }

        if (precision != MomentsPrecision.DoubleDouble && totalWeight != count)
        {
            Throw.WeightsNeedDoubleDouble();
        }
    }

    private static void RequireLength(string name, ReadOnlySpan<double> values, int length, bool isOptional)
    {
        if (values.Length != length && !(isOptional && values.IsEmpty))
        {
            Throw.MomentsLength(name, values.Length, length);
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                Throw.MomentsValue(name, i, values[i], "it must be finite");
            }
        }
    }

    private static void RequireBounds(string name, ReadOnlySpan<double> bounds)
    {
        for (int i = 0; i < bounds.Length; i++)
        {
            if (bounds[i] < 0)
            {
                Throw.MomentsValue(name, i, bounds[i], "a bound is not negative");
            }
        }
    }

    /// <summary>No sum of squares is negative, and |mᵢⱼ|² ≤ mᵢᵢmⱼⱼ (Cauchy, Schwarz) but for rounding.</summary>
    private static void RequireProducts(ImmutableArray<string> names, MomentsNode node)
    {
        var errors = MomentsErrors.Of(node);
        int p = node.Columns;
        for (int i = 0; i < p; i++)
        {
            if (node.Squares(i) < 0)
            {
                Throw.MomentsValue("crossProducts", (i * p) + i, node.Squares(i), $"the squares of column '{names[i]}' cannot be negative");
            }

            for (int j = i + 1; j < p; j++)
            {
                double most = Math.Sqrt(node.Squares(i) + (2 * errors.OfSquares(node, i, centred: true)))
                    * Math.Sqrt(node.Squares(j) + (2 * errors.OfSquares(node, j, centred: true)));
                double value = node.CrossProduct(i, j).High;
                if (Math.Abs(value) > most)
                {
                    Throw.ProductTooLarge(names[i], names[j], value, most);
                }
            }
        }
    }

    private bool[] FindFlat()
    {
        bool[] flat = new bool[_node.Columns];
        if (Count > 0)
        {
            var errors = MomentsErrors.Of(_node);
            for (int j = 0; j < flat.Length; j++)
            {
                flat[j] = errors.IsConstant(_node, j) || (_node.Errors is not null && errors.IsLost(_node, j, centred: true));
            }
        }

        return flat;
    }

    private ImmutableArray<double> Unfold(double[] triangle)
    {
        int columns = _node.Columns;
        bool[] flat = Flat;
        double[] square = new double[checked(columns * columns)];
        for (int i = 0; i < columns; i++)
        {
            for (int j = i; j < columns; j++)
            {
                square[(i * columns) + j] = square[(j * columns) + i] = flat[i] || flat[j] ? 0
                    : triangle[GramBlocks.Position(columns, i, j)];
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(square);
    }

    private ImmutableArray<double> Bounds(Func<MomentsErrors, int, double> bound)
    {
        if (Count == 0)
        {
            return [.. new double[_node.Columns]];
        }

        var errors = MomentsErrors.Of(_node);
        return [.. Enumerable.Range(0, _node.Columns).Select(j => bound(errors, j))];
    }
}
