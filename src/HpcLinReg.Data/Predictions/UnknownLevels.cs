using HpcLinReg.Data.Features;

namespace HpcLinReg.Data.Predictions;

/// <summary>Levels that the model was not fitted on: no prediction, and the user is told.</summary>
internal sealed class UnknownLevels(Design design, PredictionPlan plan)
{
    private readonly long[] _rows = new long[design.Features.Length];
    private readonly string[] _first = new string[design.Features.Length];

    /// <summary>Turns codes of unknown levels into missing values.</summary>
    /// <param name="features">A row as read.</param>
    /// <param name="cells">The source's cells of the row.</param>
    internal void MarkMissing(Span<double> features, ReadOnlySpan<string?> cells)
    {
        for (int i = 0; design.HasText && i < features.Length; i++)
        {
            if (!design.Features[i].IsText || features[i] != Design.UnknownLevel)
                continue;
            features[i] = double.NaN;
            if (_rows[i]++ == 0)
                _first[i] = cells[plan.ColumnOf(design.Features[i])] ?? "";
        }
    }

    internal IEnumerable<string> Warnings()
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            if (_rows[i] > 0)
                yield return $"'{design.Features[i].Source}' has a value that the model was not fitted on in {_rows[i]} row{(_rows[i] == 1 ? "" : "s")}, the first \"{_first[i]}\"; there is no prediction for them.";
        }
    }
}
