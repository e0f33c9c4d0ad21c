using System.Collections.Immutable;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// Count, means and centred cross-products Σ(xᵢ − x̄)(xⱼ − x̄) of joint columns [X | Y]: all that a least-squares fit of any
/// of the columns on any others needs. A plain value: which column is the target is decided at <see cref="Solve(int, FitOptions?)"/>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Merging values promises an error bound, not bits; the type that promises bits is
/// <see cref="MomentsAccumulator"/>. Error of a cross-product of n rows: at most γ(128 + 16 + log₂(n/2048))·Σ|xᵢ − x̄ᵢ||xⱼ − x̄ⱼ| to first
/// order, whatever the means; after removals <see cref="Digits"/>. Their properties make them again
/// (<see cref="Create(ReadOnlySpan{string}, long, ReadOnlySpan{double}, ReadOnlySpan{double}, MomentsOptions)"/>).
/// </remarks>
public sealed partial class Moments
{
    /// <summary>Sums of squared weights below this would take digits of cross-products with them.</summary>
    private const double LeastWeight = 1e-200;

    /// <summary>Sums that are equal but for rounding differ by less.</summary>
    private const double MostRounded = 1 + 1e-9;

    private readonly MomentsNode _node;
    private readonly MomentsNode? _squared;
    private readonly double _fadedCount;
    private ImmutableArray<string> _names;
    private ImmutableArray<double> _means;
    private ImmutableArray<double> _crossProducts;

    /// <summary>Takes a node that will not change; without names the columns are called x1, x2, ….</summary>
    internal Moments(ImmutableArray<string> names, MomentsNode node)
    {
        _names = names;
        _node = node;
    }

    /// <summary>Gets the node that holds the moments; it must not be changed.</summary>
    internal MomentsNode Node => _node;

    /// <summary>Takes a node, and one of the same rows with weights that faded by v² where the others did by v; Σv of the rows.</summary>
    private Moments(ImmutableArray<string> names, MomentsNode node, MomentsNode squared, double fadedCount)
        : this(names, node) => (_squared, _fadedCount) = (squared, fadedCount);

    /// <summary>Gets the number of rows, n, faded or not.</summary>
    public long Count => _node.Count;

    /// <summary>Gets Σw, the sum of the rows' weights, which is their number unless weights were given or rows have faded.</summary>
    public double TotalWeight => _node.Weight.Value;

    /// <summary>Gets Σv of the factors by which rows have faded (<see cref="Decay"/>): each row counts 1 before it fades.</summary>
    public double FadedCount => HasFaded ? _fadedCount : Count;

    /// <summary>
    /// Gets the effective number of rows, (Σv)²/Σv² of the factors by which they have faded; <see cref="Count"/> when none has.
    /// </summary>
    public double EffectiveCount => HasFaded ? _fadedCount * (_node.Weight.Value / _squared!.Weight.Value) : Count;

    /// <summary>
    /// Gets the moments of the same rows with weights that faded by v² where these did by v, of which noise is computed; null when no row
    /// has faded.
    /// </summary>
    public Moments? SquaredWeights => HasFaded ? new Moments(Names, _squared!) : null;

    /// <summary>Gets the precision of the arithmetic that the rows were summed in.</summary>
    public MomentsPrecision Precision => _node.IsDoubleDouble ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain;

    /// <summary>Gets the names of the p columns.</summary>
    public ImmutableArray<string> Names
    {
        get
        {
            if (_names.IsEmpty)
            {
                _names = ColumnLabels.Numbered(_node.Columns);
            }

            return _names;
        }
    }

    /// <summary>Gets the p means; zeros when there are no rows.</summary>
    public ImmutableArray<double> Means
    {
        get
        {
            if (_means.IsDefault)
            {
                _means = [.. _node.Means.AsSpan(0, _node.Columns)];
            }

            return _means;
        }
    }

    /// <summary>
    /// Gets the centred cross-products, symmetric, row-major p × p; 0 for a column that is constant or of which only rounding errors are
    /// left.
    /// </summary>
    /// <remarks>Unfolded from the triangle when first asked for: 8p² bytes.</remarks>
    public ImmutableArray<double> CrossProducts
    {
        get
        {
            if (_crossProducts.IsDefault)
            {
                _crossProducts = Unfold(_node.CrossProducts);
            }

            return _crossProducts;
        }
    }

    /// <summary>
    /// Gets to how many decimal digits the cross-products are known beside the lengths of their columns: |error| ≤ 10^−Digits·√(mᵢᵢmⱼⱼ).
    /// Fewer after removals; −∞ when of some column only rounding errors are left (<see cref="SquareErrorBounds"/> shows which), whose
    /// squares are then given as 0.
    /// </summary>
    public double Digits
    {
        get
        {
            if (_node.Errors is not { } errors)
            {
                return -Math.Log10(MomentsErrors.SummedError(_node));
            }

            bool[] varied = new bool[_node.Columns];
            for (int j = 0; j < varied.Length; j++)
            {
                if (errors.IsLost(_node, j, centred: true))
                {
                    return double.NegativeInfinity;
                }

                varied[j] = !errors.IsConstant(_node, j);
            }

            return -Math.Log10(Math.Max(RoundingModel.Roundoff * (_node.IsDoubleDouble ? RoundingModel.Roundoff : 1),
                errors.Only(varied).OfEntries(_node, centred: true)));
        }
    }

    /// <summary>The moments of both sets of rows together (Chan, Golub, LeVeque 1983, formula 2.1b).</summary>
    /// <param name="other">Moments of the same columns.</param>
    /// <returns>A new value; the bits depend on the grouping of merges, within the stated bound.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The names of the columns or the precisions differ.</exception>
    /// <exception cref="OverflowException">Squares of a column of both together exceed the range of double.</exception>
    /// <remarks>O(p²), in double-double whatever the rows were summed in, so that merging as such costs no digits.</remarks>
    public Moments Merge(Moments other)
    {
        RequireLike(other);
        if (Count == 0 || other.Count == 0)
        {
            return Count == 0 ? other : this;
        }

        MomentsNode sum = MomentsRemoval.Merge(_node, other._node);
        RequireSquares(sum);
        return HasFaded || other.HasFaded
            ? new Moments(Names, sum, MomentsRemoval.Merge(Squared, other.Squared), FadedCount + other.FadedCount)
            : new Moments(Names, sum);
    }

    /// <summary>The moments of the rows that stay when some leave: a window that slides.</summary>
    /// <param name="other">Moments of rows that are among these, faded as they have.</param>
    /// <returns>
    /// A new value. Removing rows costs digits: errors stay as large as they were for all rows. <see cref="Digits"/> and certificates of
    /// fits count it; moments of the remaining rows, summed anew, have all digits again. A column of which only rounding errors remain is
    /// dropped by fits, with the reason.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// Columns or precisions differ, or these cannot be rows that were merged in: there are more of them, or as many but other ones, a
    /// column would have a negative sum of squares, or no weight would be left.
    /// </exception>
    /// <remarks>
    /// O(p²), in double-double. For a model that is current after every row see <see cref="OnlineRegression"/>, which does not square the
    /// condition number.
    /// </remarks>
    public Moments Remove(Moments other)
    {
        RequireLike(other);
        if (other.Count == 0)
        {
            return this;
        }

        if (other.Count > Count)
        {
            Throw.RowCountNotThere(other.Count, Count);
        }

        MomentsNode rest = MomentsRemoval.Remove(_node, other._node, Names);
        if (rest.Count == 0 || !(HasFaded || other.HasFaded))
        {
            return new Moments(Names, rest);
        }

        // No row counts more than it did at first.
        MomentsNode squared = MomentsRemoval.Remove(Squared, other.Squared, Names);
        double left = FadedCount - other.FadedCount;
        if (!(left > 0 && left <= rest.Count * MostRounded && squared.Weight.High <= rest.Weight.High * MostRounded))
        {
            Throw.WeightNotThere(other.TotalWeight, TotalWeight);
        }

        return new Moments(Names, rest, squared, left);
    }

    /// <summary>
    /// Returns the moments of the same rows with each weight multiplied by a factor. Merged with new rows after each step, old rows are
    /// forgotten geometrically.
    /// </summary>
    /// <param name="factor">The factor that each weight is multiplied by, above 0, at most 1. Powers of two are exact.</param>
    /// <returns>A new value; <see cref="Count"/> stays, <see cref="EffectiveCount"/> falls as old rows fade beside new ones.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not in its range.</exception>
    /// <exception cref="InvalidOperationException">The moments are not in double-double, which rows with weights need.</exception>
    /// <exception cref="OverflowException">The weights that are left fall below the range of double.</exception>
    /// <remarks>
    /// O(p²). A faded row counts less in the coefficients, but its noise is that of any row: standard errors of fits are those of ordinary
    /// rows whose influence fades (<see cref="Fit.ResidualStandardError"/>). For that the moments of the squared weights are kept as well
    /// from the first call on, which doubles memory and time.
    /// </remarks>
    public Moments Decay(double factor)
    {
        if (!(factor > 0 && factor <= 1))
        {
            Throw.DecayNotUsable(factor);
        }

        if (!_node.IsDoubleDouble)
        {
            Throw.WeightsNeedDoubleDouble();
        }

        if (factor == 1 || Count == 0)
        {
            return this;
        }

        MomentsNode faded = MomentsRemoval.Decay(_node, factor),
        squared = MomentsRemoval.Decay(Squared, DoubleDouble.Product(factor, factor));
        if (!(squared.Weight.High >= LeastWeight))
        {
            Throw.RowWeightsOutOfRange(faded.Weight.High);
        }

        return new Moments(Names, faded, squared, FadedCount * factor);
    }

    private void RequireLike(Moments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Names.AsSpan().SequenceEqual(other.Names.AsSpan()))
        {
            Throw.MomentsDiffer();
        }

        if (_node.IsDoubleDouble != other._node.IsDoubleDouble && Count > 0 && other.Count > 0)
        {
            Throw.PrecisionsDiffer();
        }
    }

    private void RequireSquares(MomentsNode node)
    {
        for (int j = 0; j < node.Columns; j++)
        {
            if (!double.IsFinite(node.Squares(j)) || !double.IsFinite(node.Means[j]))
            {
                Throw.SquaresOverflow($"column '{Names[j]}'");
            }
        }
    }
}
