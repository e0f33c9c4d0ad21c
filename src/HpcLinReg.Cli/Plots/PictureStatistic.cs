using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// Gathers what the pictures of a model show of its rows, in one reading and in memory that does not grow with their number.
/// </summary>
/// <remarks>
/// Residuals, leverages, standardized residuals and distances are those of <see cref="RowInfluence"/>. With g the coordinates of weight j
/// in the model's basis, the part of term j that the other terms do not determine is gᵀq/‖g‖² at a row of coordinates q
/// (<see cref="TrainingBasis"/>), and the part of the target that they do not explain e + wⱼ times that: the line through them has the
/// slope wⱼ (Frisch, Waugh and Lovell).
/// </remarks>
internal sealed class PictureStatistic : IRowStatistic
{
    /// <summary>Partial regressions beyond these would be more files than anybody looks at.</summary>
    internal const int MostPartial = 40;

    private readonly RegressionModel _model;
    private readonly bool _isFrequency;
    private readonly List<(int Term, double[] Direction, Cloud Cloud)> _partial = [];
    private readonly GrowingHistogram _ranks = new();
    private readonly List<(double Value, long Row)> _standardized = [];

    internal PictureStatistic(RegressionModel model)
    {
        _model = model;
        _isFrequency = model.Training.Weights == WeightKind.Frequency;
        if (model.Basis is not { } basis || model.Ridge > 0 || model.IsMinimumNorm)
        {
            return;
        }

        int offset = model.HasIntercept ? 1 : 0;
        for (int j = 0; j < model.Terms.Length && _partial.Count < MostPartial; j++)
        {
            double[] combination = new double[basis.Order], direction = new double[basis.Order];
            combination[offset + j] = 1;
            basis.Combine(combination, direction);
            double squares = direction.Sum(value => value * value);
            if (!model.Terms[j].IsDropped && squares > 0)
            {
                _partial.Add((j, [.. direction.Select(value => value / squares)], new Cloud()));
            }
        }
    }

    internal RegressionModel Model => _model;

    internal Cloud Residuals { get; } = new();

    internal Cloud ScaleLocation { get; } = new();

    internal Cloud Leverage { get; } = new();

    internal Cloud Predicted { get; } = new();

    /// <summary>Gets the partial regressions by the index of their term; none with a ridge, and for weights of minimum norm.</summary>
    internal IEnumerable<(int Term, Cloud Cloud)> Partial => _partial.Select(partial => (partial.Term, partial.Cloud));

    internal LargestRows LargestResiduals { get; } = new();

    internal LargestRows LargestScales { get; } = new();

    internal LargestRows LargestDistances { get; } = new();

    /// <summary>
    /// Gets the standardized residuals with their rows where they are few; empty where only <see cref="Ranks"/> are kept.
    /// </summary>
    internal IReadOnlyList<(double Value, long Row)> Standardized => _standardized;

    /// <summary>Gets the ranks of the standardized residuals.</summary>
    internal GrowingHistogram Ranks => _ranks;

    public void Add(in ReadRow row)
    {
        double precision = _isFrequency ? 1 : row.Weight, count = _isFrequency ? row.Weight : 1;
        var influence = RowInfluence.Of(_model, row.Residual, row.Leverage, precision);
        double fitted = row.Target - row.Residual, residual = row.Residual * Math.Sqrt(precision), r = influence.Standardized;
        Residuals.Add(fitted, residual, row.Number, count);
        LargestResiduals.Add(Math.Abs(residual), fitted, residual, row.Number);
        Predicted.Add(row.Target, fitted, row.Number, count);
        foreach ((int term, double[] direction, Cloud cloud) in _partial)
        {
            double part = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                part += direction[i] * row.Coordinates[i];
            }

            cloud.Add(part, row.Residual + (_model.Terms[term].Coefficient * part), row.Number, count);
        }

        if (double.IsNaN(r))
        {
            return;
        }

        ScaleLocation.Add(fitted, Math.Sqrt(Math.Abs(r)), row.Number, count);
        LargestScales.Add(Math.Abs(r), fitted, Math.Sqrt(Math.Abs(r)), row.Number);
        Leverage.Add(row.Leverage, r, row.Number, count);
        LargestDistances.Add(influence.CookDistance, row.Leverage, r, row.Number);
        _ranks.Add(r, count);
        if (!_isFrequency && _ranks.Count <= Cloud.MostPoints)
        {
            _standardized.Add((r, row.Number));
        }
        else
        {
            _standardized.Clear();
        }
    }
}
