namespace HpcLinReg.Statistics;

/// <summary>
/// Computes standard errors under heteroscedasticity (HC0 to HC3), autocorrelation (HAC) or correlation within groups (cluster), from
/// another reading of the rows the model was fitted on.
/// </summary>
/// <remarks>
/// With the contributions ψ = v·e·q of rows (<see cref="TrainingBasis"/>) the covariance is built of Σψψᵀ (<see cref="RobustKind"/>). They
/// are those of R's <c>sandwich</c>: <c>vcovHC</c>, <c>NeweyWest(lag = L, prewhite = FALSE, adjust = TRUE)</c> and <c>vcovCL</c>. A
/// frequency counts as that many rows.
/// </remarks>
public static class RobustErrors
{
    /// <summary>
    /// Returns the model with robust standard errors; t, p, limits and F of its summary, and the limits of its predictions, are computed
    /// from them.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows it was fitted on: variables of its design, target, and a weight if it was fitted with weights.</param>
    /// <param name="kind">How the covariance is computed; clusters need named columns.</param>
    /// <param name="lag">The number of lags of HAC; 0 for others.</param>
    /// <param name="weighted">Whether the rows have a weight.</param>
    /// <returns>The model with the covariance.</returns>
    /// <exception cref="ArgumentException">
    /// The rows are not those of the fit, a leverage of 1 leaves HC2 or HC3 undefined, or the kind cannot be had of these rows.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The lag is negative.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model did not keep what a robust covariance needs, or has no residual degrees of freedom.
    /// </exception>
    /// <remarks>One reading of the rows, k² flops each for k coefficients, and L·k more for L lags.</remarks>
    public static RegressionModel Apply(RegressionModel model, IRowSource rows, RobustKind kind, int lag, bool weighted)
    {
        ArgumentNullException.ThrowIfNull(model);
        var sandwich = Sandwich.Of(model, kind, lag, "");
        RowReading.Run(model, rows, weighted, sandwich);
        return model.With(sandwich.Covariance());
    }

    /// <summary>Returns a model of columns in memory with robust standard errors.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">The columns it was fitted to.</param>
    /// <param name="kind">How the covariance is computed.</param>
    /// <param name="lag">The number of lags of HAC; 0 for others.</param>
    /// <param name="cluster">The name of the column of groups; null without groups. No row that is used may miss its group.</param>
    /// <param name="weights">The name of the column of weights; null without weights.</param>
    /// <returns>The model with the covariance.</returns>
    /// <exception cref="ArgumentException">As for rows; or a group is missing, or there are fewer than two.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The lag is negative.</exception>
    /// <exception cref="InvalidOperationException">As for rows.</exception>
    public static RegressionModel Apply(RegressionModel model, ColumnTable data, RobustKind kind, int lag, string? cluster, string? weights)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        var sandwich = Sandwich.Of(model, kind, lag, cluster ?? "");
        RowReading.Run(model, new TableSource(model, data, weights, cluster), weights is not null, sandwich);
        return model.With(sandwich.Covariance());
    }
}

/// <summary>Sums the contributions of rows to a robust covariance.</summary>
internal sealed class Sandwich : IRowStatistic
{
    /// <summary>
    /// The smallest 1 − h for which a row is standardized: a row of leverage h = 1 is always fitted exactly, and its residual is rounding.
    /// </summary>
    private const double LeastFreedom = 1e-10;

    private readonly RegressionModel _model;
    private readonly RobustKind _kind;
    private readonly string _cluster;
    private readonly int _order;
    private readonly bool _isFrequency;
    private readonly double[] _sum;
    private readonly double[] _contribution;
    private readonly double[] _past;
    private readonly double[][] _lags;
    private readonly Dictionary<(double, double), double[]> _groups = [];
    private long _count;

    private Sandwich(RegressionModel model, RobustKind kind, int lag, string cluster)
    {
        (_model, _kind, _cluster) = (model, kind, cluster);
        _order = model.Basis!.Order;
        _isFrequency = model.Training.Weights == WeightKind.Frequency;
        _sum = new double[_order * _order];
        _contribution = new double[_order];
        _past = new double[_order];
        _lags = [.. Enumerable.Range(0, lag).Select(_ => new double[_order])];
    }

    /// <summary>Begins a sum, or says why there is none.</summary>
    internal static Sandwich Of(RegressionModel model, RobustKind kind, int lag, string cluster)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lag);
        if (!Enum.IsDefined(kind))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of robust covariance.");
        }

        if (kind == RobustKind.Hac && !(lag < model.RowCount))
        {
            throw new ArgumentOutOfRangeException(nameof(lag), lag, $"There are more lags than the {model.RowCount} rows allow; name fewer.");
        }

        if (model.Basis is null || model.UncertaintyNote is not null)
        {
            throw new InvalidOperationException($"There are no robust standard errors: {model.UncertaintyNote ?? "the model did not keep what they need"}.");
        }

        if ((kind == RobustKind.Cluster) != (cluster.Length > 0))
        {
            throw new ArgumentException(kind == RobustKind.Cluster ? "Clusters need the column of groups." : "Groups belong to the kind 'Cluster'.", nameof(cluster));
        }

        if (kind == RobustKind.Hac && model.Training.Weights == WeightKind.Frequency)
        {
            throw new ArgumentException("HAC needs rows in the order of time, and frequencies have none; repeat the rows instead.", nameof(kind));
        }

        return new Sandwich(model, kind, kind == RobustKind.Hac ? lag : 0, cluster);
    }

    public void Add(in ReadRow row)
    {
        double freedom = 1 - row.Leverage;
        if (_kind is RobustKind.HC2 or RobustKind.HC3 && freedom < LeastFreedom)
        {
            throw new ArgumentException($"Row {row.Number} has the leverage 1: the model goes through it whatever its target is, and {_kind} is not defined; use HC1.");
        }

        // A frequency is that many rows of the same contribution, which add up; contributions of a precision grow with it.
        double once = _kind == RobustKind.HC2 ? 1 / Math.Sqrt(freedom) : _kind == RobustKind.HC3 ? 1 / freedom : 1;
        double factor = row.Residual * once * (_isFrequency && _kind != RobustKind.Cluster ? Math.Sqrt(row.Weight) : row.Weight);
        Array.Clear(_contribution);
        OrthogonalBasis.AddScaled(row.Coordinates, factor, _contribution);
        if (_kind == RobustKind.Cluster)
        {
            if (!_groups.TryGetValue(row.Group, out double[]? group))
            {
                _groups[row.Group] = group = new double[_order];
            }

            OrthogonalBasis.AddScaled(_contribution, 1, group);
            return;
        }

        AddProduct(_contribution, _contribution);
        if (_lags.Length > 0)
        {
            AddLags();
        }
    }

    /// <summary>Returns the covariance of the rows that were added.</summary>
    internal RobustCovariance Covariance()
    {
        double n = _model.RowCount, freedom = _model.ResidualDegreesOfFreedom, scale = _kind is RobustKind.HC1 or RobustKind.Hac
            ? n / freedom : 1;
        if (_kind == RobustKind.Cluster)
        {
            int groups = _groups.Count;
            if (groups < 2)
            {
                throw new ArgumentException($"The column '{_cluster}' has one value in the rows used; clusters need two or more.");
            }

            foreach (double[] group in _groups.Values)
            {
                AddProduct(group, group);
            }

            scale = groups / (groups - 1.0) * ((n - 1) / freedom);
            freedom = groups - 1;
        }

        return new RobustCovariance
        {
            Kind = _kind,
            Lag = _lags.Length,
            Cluster = _cluster,
            Clusters = _groups.Count,
            DegreesOfFreedom = freedom,
            Middle = [.. Enumerable.Range(0, _order * _order)
                .Select(i => scale * 0.5 * (_sum[i] + _sum[((i % _order) * _order) + (i / _order)]))],
        };
    }

    /// <summary>
    /// Adds the products with the contributions of the last L rows, weighted by Bartlett's window, and keeps this row's contribution as the
    /// latest.
    /// </summary>
    private void AddLags()
    {
        Array.Clear(_past);
        int known = (int)Math.Min(_count, _lags.Length);
        for (int lag = 1; lag <= known; lag++)
        {
            double[] earlier = _lags[(int)((_count - lag) % _lags.Length)];
            OrthogonalBasis.AddScaled(earlier, 2 * (1 - (lag / (_lags.Length + 1.0))), _past);
        }

        // The two products of a pair are transposes of each other: twice one of them, and the sum is made symmetric at the end.
        AddProduct(_contribution, _past);
        _contribution.CopyTo(_lags[(int)(_count++ % _lags.Length)], 0);
    }

    private void AddProduct(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        for (int i = 0; i < _order; i++)
        {
            OrthogonalBasis.AddScaled(right, left[i], _sum.AsSpan(i * _order, _order));
        }
    }
}
