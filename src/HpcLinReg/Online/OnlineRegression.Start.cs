using System.Collections.Immutable;
using HpcLinReg.Kernels;
using HpcLinReg.Online;

namespace HpcLinReg;

/// <content>Models that begin with rows summed elsewhere.</content>
public sealed partial class OnlineRegression
{
    /// <summary>
    /// The error of a fit's Gram matrix relative to its columns' squares: that of sums in double whose columns drift within blocks
    /// (docs/numerics.md).
    /// </summary>
    private const double FitError = 1024 * Roundoff;

    /// <summary>Makes an online model that goes on from the rows that moments were summed of.</summary>
    /// <param name="moments">Moments of the joint columns.</param>
    /// <param name="target">The index of the target's column; the others are the features, in their order.</param>
    /// <param name="options">How the model is posed; null for the defaults.</param>
    /// <returns>The model; <see cref="Digits"/> counts the error of the moments.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="moments"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or an option is out of its range.</exception>
    /// <remarks>10d³ flops. Σv² is taken as (Σv)²/n, n the <see cref="Moments.EffectiveCount"/>.</remarks>
    public static OnlineRegression FromMoments(Moments moments, int target, OnlineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(moments);
        MomentsNode node = moments.Node;
        if ((uint)target >= (uint)node.Columns)
        {
            Throw.NoSuchColumn(target, node.Columns, nameof(target));
        }

        var model = new OnlineRegression(node.Columns - 1, options);
        if (node.Count > 0)
        {
            model.Start(node, target, Math.Min(1, Math.Pow(10, -moments.Digits)));
            model._totals.SquaredWeight = node.Weight * node.Weight / moments.EffectiveCount;
            model._totals.RowsBeyondWeight = moments.FadedCount - node.Weight.Value;
        }

        return model;
    }

    /// <summary>Makes an online model that goes on from the rows of a fit.</summary>
    /// <param name="fit">A fit of full rank, with the options' intercept and ridge.</param>
    /// <param name="weight">Σv of its rows: their number, unless they had weights.</param>
    /// <param name="options">How the model is posed; null for the defaults.</param>
    /// <returns>The model; <see cref="Digits"/> counts the error of the fit's factor and weights.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="fit"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is not positive and finite.</exception>
    /// <exception cref="ArgumentException">The fit has aliased columns, or another intercept or ridge than the options.</exception>
    /// <remarks>d² flops, and those of the fit's certificate.</remarks>
    public static OnlineRegression FromFit(Fit fit, double weight, OnlineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fit);
        if (!(weight > 0) || !double.IsFinite(weight))
        {
            Throw.StartingWeightNotUsable(weight);
        }

        if (fit.Method == FitMethod.ConjugateGradient)
        {
            Throw.FitHasNoFactor();
        }

        var model = new OnlineRegression(fit.Model.Features, options);
        if (!fit.Aliased.IsEmpty || fit.HasIntercept != model._options.Intercept || fit.Ridge != model._options.Ridge
            || fit.IsRidgeStandardized)
        {
            Throw.FitNotUsable(!fit.Aliased.IsEmpty);
        }

        model.Start(fit, weight);
        model._totals.RowsBeyondWeight = fit.Accuracy.Faded is null ? fit.RowCount - weight : 0;
        return model;
    }

    private void Start(MomentsNode node, int target, double entryError)
    {
        int order = Features;
        int Column(int j) => j == order ? target : j < target ? j : j + 1;
        bool isCentred = _options.Intercept;
        double error = Math.Min(1, entryError * node.Cancellation(isCentred) / node.Cancellation(centred: true))
            + ((order + 32) * OnlineTotals.Roundoff);
        double meanError = node.IsDoubleDouble ? entryError : 32 * Roundoff;
        StartTotals(node.Count, node.Weight);
        for (int j = 0; j <= order; j++)
        {
            DoubleDouble mean = node.Mean(Column(j));
            double square = node.Squares(Column(j));
            (_columns.Means[j], _columns.MeansLow[j]) = isCentred ? mean : 0;
            _columns.Squares[j] = square + (isCentred ? 0 : node.Weight.High * mean.High * mean.High) + (j < order ? _options.Ridge : 0);
            _columns.MeanBounds[j] = isCentred
                ? meanError * node.MeanCancellation() * (Math.Abs(mean.High) + Math.Sqrt(square / node.Weight.High)) : 0;
            _columns.Lost[j] = error * _columns.Squares[j];
        }

        ReadOnlySpan<int> shifts = AdaptStart();
        var sums = new DoubleDouble[order + 1, order + 1];
        for (int i = 0; i <= order; i++)
        {
            for (int j = i; j <= order; j++)
            {
                DoubleDouble sum = node.CrossProduct(Column(i), Column(j));
                sum += isCentred ? 0 : node.Weight * node.Mean(Column(i)) * node.Mean(Column(j));
                sum += i == j && i < order ? _options.Ridge : 0;
                sums[i, j] = new(Math.ScaleB(sum.High, -shifts[i] - shifts[j]), Math.ScaleB(sum.Low, -shifts[i] - shifts[j]));
            }
        }

        Factor(sums, 64 * error);
    }

    /// <summary>Computes LᵀDL of a matrix; a pivot below the share of its diagonal is set to 0.</summary>
    private void Factor(DoubleDouble[,] sums, double share)
    {
        for (int k = 0; k < Features; k++)
        {
            DoubleDouble pivot = sums[k, k];
            if (!(pivot.High > share * _columns.Squares[k]))
            {
                LosePivot(sums, k);
                _factor.Drop(k);
                continue;
            }

            _factor.SetPivot(k, pivot);
            for (int i = k + 1; i <= Features; i++)
            {
                DoubleDouble entry = sums[k, i] / pivot;
                _factor.SetEntry(k, i, entry);
                for (int j = i; j <= Features; j++)
                {
                    sums[i, j] -= entry * sums[k, j];
                }
            }
        }

        DoubleDouble rest = sums[Features, Features];
        _factor.Unexplained = rest.High > 0 ? rest : 0;
    }

    /// <summary>
    /// Counts the part of later columns that a dropped pivot would have explained as their error, once further rows determine it.
    /// </summary>
    private void LosePivot(DoubleDouble[,] sums, int k)
    {
        _columns.Lost[k] = Math.Max(_columns.Lost[k], sums[k, k].High);
        for (int j = k + 1; j <= Features; j++)
        {
            double lengths = Math.Sqrt(_columns.Squares[k]) * Math.Sqrt(_columns.Squares[j]);
            double share = lengths > 0 ? Math.Abs(sums[k, j].High) / lengths : 0;
            _columns.Lost[k] = Math.Max(_columns.Lost[k], share * _columns.Squares[k]);
            _columns.Lost[j] = Math.Max(_columns.Lost[j], share * _columns.Squares[j]);
        }
    }

    private void Start(Fit fit, double weight)
    {
        int order = Features;
        StartTotals((long)Math.Round(fit.RowCount), weight);
        ReadOnlySpan<double> weights = fit.Model.Weights;
        ImmutableArray<double> bounds = fit.Certificate.WeightErrorBounds;
        DoubleDouble mean = fit.Model.Intercept;
        double reach = 0, distance = 0, shift = 0;
        for (int j = 0; j < order; j++)
        {
            double square = 0;
            for (int k = 0; k <= j; k++)
            {
                square += fit.Factor[(k * order) + j] * fit.Factor[(k * order) + j];
            }

            double center = fit.HasIntercept ? fit.FeatureMeans[j] : 0;
            mean += DoubleDouble.Product(center, weights[j]);
            _columns.Means[j] = center;
            _columns.Squares[j] = square;
            _columns.MeanBounds[j] = fit.HasIntercept ? (2 * Roundoff * Math.Abs(center)) + (32 * Roundoff * Math.Sqrt(square / weight))
                : 0;
            _columns.Lost[j] = FitError * square;
            reach += Math.Sqrt(square) * Math.Abs(weights[j]);
            distance += Math.Sqrt(square) * bounds[j];
            shift += (Math.Abs(center) * bounds[j]) + (_columns.MeanBounds[j] * Math.Abs(weights[j]));
        }

        double total = fit.TotalSumOfSquares;
        (_columns.Means[order], _columns.MeansLow[order]) = fit.HasIntercept ? mean : 0;
        _columns.Squares[order] = total;
        _columns.MeanBounds[order] = fit.HasIntercept ? (2 * Roundoff * Math.Abs(mean.High)) + (32 * Roundoff * Math.Sqrt(total / weight))
            + fit.Certificate.InterceptErrorBound + shift : 0;
        _columns.Lost[order] = (FitError * (total + (4 * reach * reach))) + (distance * distance / FitError);
        ReadOnlySpan<int> shifts = AdaptStart();
        double penalty = 0;
        for (int k = 0; k < order; k++)
        {
            double pivot = fit.Factor[(k * order) + k];
            DoubleDouble target = weights[k];
            for (int j = k + 1; j < order; j++)
            {
                DoubleDouble entry = (DoubleDouble)fit.Factor[(k * order) + j] / pivot;
                _factor.SetEntry(k, j, new(Math.ScaleB(entry.High, shifts[k] - shifts[j]), Math.ScaleB(entry.Low, shifts[k] - shifts[j])));
                target += entry * weights[j];
            }

            var square = DoubleDouble.Product(pivot, pivot);
            _factor.SetPivot(k, new(Math.ScaleB(square.High, -2 * shifts[k]), Math.ScaleB(square.Low, -2 * shifts[k])));
            _factor.SetEntry(k, order,
                new(Math.ScaleB(target.High, shifts[k] - shifts[order]), Math.ScaleB(target.Low, shifts[k] - shifts[order])));
            penalty += fit.Ridge * weights[k] * weights[k];
        }

        _factor.Unexplained = Math.ScaleB(fit.ResidualSumOfSquares + penalty, -2 * shifts[order]);
    }

    private void StartTotals(long count, DoubleDouble weight)
    {
        _combinations.GiveUp();
        Array.Clear(_columns.Exponents);
        _columns.Scales.AsSpan(0, Features + 1).Fill(1);
        _totals.Count = count;
        _totals.Weight = weight;
        _totals.SquaredWeight = weight * weight / count;
        _totals.WeightError = OnlineTotals.Roundoff * weight.High;
    }

    /// <summary>Brings the columns near 1.</summary>
    private ReadOnlySpan<int> AdaptStart()
    {
        _row.Span.Clear();
        return _columns.Adapt(_row, 0);
    }
}
