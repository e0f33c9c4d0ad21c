namespace HpcLinReg.Statistics;

/// <summary>
/// One row that is read again: its coordinates in the basis of the model (<see cref="TrainingBasis"/>), and its residual.
/// </summary>
internal readonly ref struct ReadRow
{
    /// <summary>Gets its number in the source, counted from 1, rows that are left out included.</summary>
    internal required long Number { get; init; }

    /// <summary>Gets q, with Σ v·q·qᵀ = I.</summary>
    internal required ReadOnlySpan<double> Coordinates { get; init; }

    /// <summary>Gets y.</summary>
    internal required double Target { get; init; }

    /// <summary>Gets e = y − ŷ.</summary>
    internal required double Residual { get; init; }

    /// <summary>Gets v; 1 without weights.</summary>
    internal required double Weight { get; init; }

    /// <summary>
    /// Gets the leverage: ‖q‖², with precisions v‖q‖²; the derivative of the row's prediction with respect to its own target.
    /// </summary>
    internal required double Leverage { get; init; }

    /// <summary>Gets the two halves of the code of the row's group; 0 where there are no groups.</summary>
    internal required (double, double) Group { get; init; }
}

/// <summary>A statistic that is computed from all rows, one after the other.</summary>
internal interface IRowStatistic
{
    /// <summary>Adds a row.</summary>
    void Add(in ReadRow row);
}

/// <summary>Reads the rows a model was fitted on once more.</summary>
internal static class RowReading
{
    /// <summary>
    /// The residual sum of squares that is read may differ from the fitted one by this share, or by as much of the total's last digits.
    /// </summary>
    private const double SameShare = 1e-6, SameRounding = 1e-12;

    /// <summary>Reads all rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Rows [variables | target], with the weight and then the two halves of the code of a group behind it.</param>
    /// <param name="weighted">Whether there is a weight.</param>
    /// <param name="statistics">What the rows are added to.</param>
    /// <exception cref="ArgumentException">The rows have another number of columns, or are not those of the fit.</exception>
    /// <exception cref="InvalidOperationException">The model did not keep what another reading needs.</exception>
    internal static void Run(RegressionModel model, IRowSource rows, bool weighted, params ReadOnlySpan<IRowStatistic> statistics)
    {
        ArgumentNullException.ThrowIfNull(rows);
        TrainingBasis basis = model.Basis ?? throw new InvalidOperationException("The model did not keep what is computed from its rows; fit again.");
        int d = model.Design.VariableNames.Length, behind = rows.Columns - d - 1 - (weighted ? 1 : 0);
        if (behind is not (0 or 2))
        {
            throw new ArgumentException($"The rows have {rows.Columns} columns, but the model has {d} variables, a target{(weighted ? " and a weight" : "")}.", nameof(rows));
        }

        bool isFrequency = model.Training.Weights == WeightKind.Frequency;
        double[] q = new double[basis.Order];
        double squares = 0;
        long number = 0;
        TrainingRecord record = new(0, model.Training.Weights);
        using IRowReader reader = rows.Open();
        for (ReadOnlySpan<double> block = reader.ReadRows(); block.Length > 0; block = reader.ReadRows())
        {
            number += reader.Skipped;
            for (int start = 0; start < block.Length; start += rows.Columns)
            {
                ReadOnlySpan<double> row = block.Slice(start, rows.Columns);
                number++;
                double weight = weighted ? row[d + 1] : 1;
                if (!(weight > 0))
                {
                    continue;
                }

                record.Add([], row[d], weight);
                double residual = row[d] - basis.Predict(row[..d], q);
                squares += weight * residual * residual;
                double leverage = OrthogonalBasis.Dot(q, q) * (isFrequency ? 1 : weight);
                ReadRow read = new()
                {
                    Number = number,
                    Coordinates = q,
                    Target = row[d],
                    Residual = residual,
                    Weight = weight,
                    Leverage = Math.Min(1, leverage),
                    Group = behind == 0 ? default : (row[^2], row[^1]),
                };
                foreach (IRowStatistic statistic in statistics)
                {
                    statistic.Add(read);
                }
            }
        }

        if (model.Training.RowDigest.Length > 0 && record.ToFacts(0).RowDigest != model.Training.RowDigest)
        {
            throw new ArgumentException("The rows that were read again are not those of the fit: there are others, or other targets or weights, or they stand in another order. They must not change between two readings, and weights are given if the fit had them.", nameof(rows));
        }

        double fitted = model.ResidualSumOfSquares;
        if (!double.IsNaN(model.ResidualStandardError)
            && !(Math.Abs(squares - fitted) <= (SameShare * fitted) + (SameRounding * model.TotalSumOfSquares)))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"The residuals of the rows that were read again have the sum of squares {squares:G6} instead of {fitted:G6}: the columns have changed, or the residuals are too small beside the target to be computed again in double; subtract a constant from the target."), nameof(rows));
        }
    }
}
