using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.LeastSquares;

namespace HpcLinReg;

/// <summary>
/// Count, means and centred cross-products Σ(xᵢ − x̄)(xⱼ − x̄) of joint columns [X | Y]: all that a least-squares fit of any
/// of the columns on any others needs. A plain value: which column is the target is decided at <see cref="Solve(int, FitOptions?)"/>.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. Merging values promises an error bound, not bits; the type that promises bits is
/// <see cref="MomentsAccumulator"/>. Error of a cross-product of n rows: at most γ(128 + 16 + log₂(n/2048))·Σ|xᵢ − x̄ᵢ||xⱼ − x̄ⱼ|
/// to first order, whatever the means.
/// </remarks>
public sealed class Moments
{
    private readonly MomentsNode _node;
    private ImmutableArray<string> _names;
    private ImmutableArray<double> _means;
    private ImmutableArray<double> _crossProducts;

    /// <summary>Takes a node that nobody will change; without names the columns are called x1, x2, ….</summary>
    internal Moments(ImmutableArray<string> names, MomentsNode node)
    {
        _names = names;
        _node = node;
    }

    /// <summary>Gets the number of rows, n.</summary>
    public long Count => _node.Count;

    /// <summary>Gets the names of the p columns.</summary>
    public ImmutableArray<string> Names
    {
        get
        {
            if (_names.IsEmpty)
            {
                _names = [.. Enumerable.Range(1, _node.Columns).Select(j => $"x{j}")];
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

    /// <summary>Gets the centred cross-products, symmetric, row-major p × p.</summary>
    /// <remarks>Unfolded from the triangle when first asked for: 8p² bytes.</remarks>
    public ImmutableArray<double> CrossProducts
    {
        get
        {
            if (_crossProducts.IsDefault)
            {
                int columns = _node.Columns;
                var crossProducts = new double[checked(columns * columns)];
                for (int i = 0; i < columns; i++)
                {
                    for (int j = i; j < columns; j++)
                    {
                        crossProducts[(i * columns) + j] = crossProducts[(j * columns) + i] = _node.CrossProducts[GramBlocks.Position(columns, i, j)];
                    }
                }

                _crossProducts = ImmutableCollectionsMarshal.AsImmutableArray(crossProducts);
            }

            return _crossProducts;
        }
    }

    /// <summary>The moments of both sets of rows together (Chan, Golub, LeVeque 1983, formula 2.1b).</summary>
    /// <param name="other">Moments of the same columns.</param>
    /// <returns>A new value; the bits depend on the grouping of merges, within the stated bound.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The names of the columns or the precisions differ.</exception>
    public Moments Merge(Moments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Names.AsSpan().SequenceEqual(other.Names.AsSpan()))
        {
            Throw.MomentsDiffer();
        }

        if (Count == 0 || other.Count == 0)
        {
            return Count == 0 ? other : this;
        }

        if (_node.IsDoubleDouble != other._node.IsDoubleDouble)
        {
            Throw.PrecisionsDiffer();
        }

        var sum = new MomentsNode(_node.Columns, _node.IsDoubleDouble);
        sum.CopyFrom(_node);
        sum.Absorb(other._node, new double[GramBlocks.PaddedColumns(_node.Columns)]);
        MomentsRemoval.NoteErrors(sum, _node, other._node);
        return new Moments(Names, sum);
    }

    /// <summary>The moments of the rows that are left when some leave: a window that slides.</summary>
    /// <param name="other">Moments of rows that are among these.</param>
    /// <returns>
    /// A new value. What leaves takes digits with it: errors stay as large as they were beside all rows. <see cref="Digits"/> tells what is left, and
    /// certificates of fits count it; moments of the rows at hand, summed anew, repair it.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">Columns or precisions differ, or these cannot be rows that were merged in: there are more of them, or a column would
    /// have a negative sum of squares.</exception>
    /// <remarks>O(p²). For a model that is current after every row see <see cref="OnlineRegression"/>, which does not square the condition number.</remarks>
    public Moments Remove(Moments other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Names.AsSpan().SequenceEqual(other.Names.AsSpan()))
        {
            Throw.MomentsDiffer();
        }

        if (other.Count == 0)
        {
            return this;
        }

        if (_node.IsDoubleDouble != other._node.IsDoubleDouble)
        {
            Throw.PrecisionsDiffer();
        }

        if (other.Count > Count)
        {
            Throw.RowCountNotThere(other.Count, Count);
        }

        return new Moments(Names, MomentsRemoval.Remove(_node, other._node, Names));
    }

    /// <summary>The same rows with a part of their weight: merged with new ones after each step, old rows are forgotten geometrically.</summary>
    /// <param name="factor">Above 0, at most 1: what is left of each weight. Powers of two are exact.</param>
    /// <returns>A new value; counts are those of the rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The factor is not in its range.</exception>
    /// <exception cref="InvalidOperationException">The moments are not in double-double, which rows with weights need.</exception>
    /// <remarks>O(p²). The weights are precisions (<see cref="WeightKind.Precision"/>).</remarks>
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

        return new Moments(Names, MomentsRemoval.Decay(_node, factor));
    }

    /// <summary>Gets to how many decimal digits the cross-products are known beside the squares of their columns: fewer after removals.</summary>
    public double Digits => -Math.Log10(MomentsRemoval.EntryError(_node) * _node.Cancellation(centred: true));

    /// <summary>Fits one column on all others, in their order.</summary>
    /// <param name="target">The index of the target's column.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The model and what is known of it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or the ridge penalty is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.</exception>
    public Fit Solve(int target, FitOptions? options = null)
    {
        RequireColumn(target, nameof(target));
        var features = new int[_node.Columns - 1];
        for (int j = 0; j < features.Length; j++)
        {
            features[j] = j < target ? j : j + 1;
        }

        return Solve(features, target, options);
    }

    /// <summary>Fits one column on some others.</summary>
    /// <param name="features">The features' columns, in the order of the model's weights; may be empty.</param>
    /// <param name="target">The index of the target's column.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The model and what is known of it.</returns>
    /// <exception cref="ArgumentException">A column is named twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or the ridge penalty is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.</exception>
    public Fit Solve(ReadOnlySpan<int> features, int target, FitOptions? options = null)
    {
        options ??= FitOptions.Default;
        options.Require();
        var seen = new bool[_node.Columns];
        RequireColumn(target, nameof(target));
        seen[target] = true;
        foreach (int feature in features)
        {
            RequireColumn(feature, nameof(features));
            if (seen[feature])
            {
                Throw.FeatureTwice(feature);
            }

            seen[feature] = true;
        }

        if (Count == 0)
        {
            Throw.NoMoments();
        }

        var equations = new NormalEquations(features.Length);
        bool inOrder = features.SequenceEqual([.. Enumerable.Range(0, features.Length)]);
        ReadOnlySpan<int> columns = inOrder ? [] : features;
        equations.Load(_node, _names, columns, options);
        NoRows rows = default;
        equations.Solve(ref rows, columns, target, target: 0);
        return equations.ToFit(last: true);
    }

    /// <summary>Fits the last column on all others, with the rows at hand.</summary>
    internal Fit Solve(SourceRows rows, FitOptions options)
    {
        if (Count == 0)
        {
            Throw.NoRows();
        }

        int target = _node.Columns - 1;
        var equations = new NormalEquations(target);
        equations.Load(_node, _names, [], options);
        equations.Solve(ref rows, [], target, target: 0);
        return equations.ToFit(last: true);
    }

    private void RequireColumn(int column, string name)
    {
        if ((uint)column >= (uint)_node.Columns)
        {
            Throw.NoSuchColumn(column, _node.Columns, name);
        }
    }
}
