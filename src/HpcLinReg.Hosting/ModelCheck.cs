using System.Collections.Immutable;

namespace HpcLinReg.Hosting;

/// <summary>What a model has to pass before requests see it. Runs aside, never on a request's thread.</summary>
internal static class ModelCheck
{
    /// <summary>Returns why a model cannot be served, or null.</summary>
    /// <param name="model">The model.</param>
    /// <param name="current">The version it would follow; null for the first one.</param>
    /// <param name="allowOtherColumns">Whether columns and target may differ from the current version's.</param>
    internal static string? Refusal(RegressionModel model, RegressionModel? current, bool allowOtherColumns)
    {
        if (model.Design.SqlExpressions is [var sql, ..])
        {
            return $"its feature {sql} is SQL, which a service does not evaluate; write it as an expression (docs/expressions.md), or as a column that the caller computes, and fit again";
        }

        return (allowOtherColumns || current is null ? null : Difference(model, current)) ?? SelfCheck(model);
    }

    private static string? Difference(RegressionModel model, RegressionModel current)
    {
        ImmutableArray<ModelColumn> columns = model.Design.Columns, before = current.Design.Columns;
        if (model.Target != current.Target)
        {
            return $"its target is '{model.Target}', but the current version's is '{current.Target}' (AllowOtherColumns permits this)";
        }

        for (int i = 0; i < Math.Max(columns.Length, before.Length); i++)
        {
            string own = i < columns.Length ? Describe(columns[i]) : "missing", other = i < before.Length ? Describe(before[i]) : "missing";
            if (own != other)
            {
                return $"its column {i + 1} is {own}, but the current version's is {other}, so callers that send columns by position would get wrong predictions (AllowOtherColumns permits this)";
            }
        }

        return null;
    }

    private static string Describe(ModelColumn column) => $"'{column.Name}' ({(column.Kind is CellKind.Whole ? CellKind.Number : column.Kind)})";

    /// <summary>
    /// Predicts the row of means and first levels, from doubles and from cells, with uncertainty: the bits must agree. This also sets up
    /// what a first prediction would otherwise set up on a request's thread.
    /// </summary>
    private static string? SelfCheck(RegressionModel model)
    {
        ImmutableArray<ModelColumn> columns = model.Design.Columns;
        double[] row = [.. columns.Select(Middle)];
        Cell[] cells = [.. columns.Select((column, i) => column.Kind switch
        {
            CellKind.Text => column.Levels[0],
            CellKind.Flag => row[i] == 1,
            CellKind.Time => DateTime.UnixEpoch.AddTicks((long)Math.Round(row[i] * 1e6) * TimeSpan.TicksPerMicrosecond),
            _ => (Cell)row[i],
        })];
        double[] batch = new double[1];
        Prediction alone = model.Predict(row), named = model.Predict(cells);
        model.Predict(new MatrixSpan<double>(row, 1, row.Length, row.Length), batch);
        UncertainPrediction uncertain = model.PredictWithUncertainty(row);
        if (alone.Issue == PredictionIssue.OutOfRange)
        {
            return $"its self-check failed: at the columns' means {model.Describe(alone)}";
        }

        bool areSame = Bits(alone.Value) == Bits(named.Value) && Bits(alone.Value) == Bits(batch[0])
            && Bits(alone.Value) == Bits(uncertain.Value);
        return areSame || !alone.HasValue ? null : "its self-check failed: a row alone, by cells and in a batch has different bits";
    }

    /// <summary>A value that a column may have: its mean, whole where values are whole.</summary>
    private static double Middle(ModelColumn column)
    {
        double mean = double.IsFinite(column.Mean) ? column.Mean : 1;
        return column.Kind switch
        {
            CellKind.Text => 0,
            CellKind.Flag => mean > 0.5 ? 1 : 0,
            CellKind.Whole => Math.Round(mean),
            CellKind.Time => Math.Clamp(Math.Round(mean), -6e10, 2.5e11),
            _ => mean,
        };
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
