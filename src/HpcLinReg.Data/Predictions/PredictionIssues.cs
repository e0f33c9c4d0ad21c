using System.Collections.Immutable;

namespace HpcLinReg.Data.Predictions;

/// <summary>Counts the rows without a prediction by their cause, and the predictions that need a warning.</summary>
/// <param name="model">The model.</param>
/// <param name="plan">Where the source has the model's columns.</param>
internal sealed class PredictionIssues(RegressionModel model, PredictionPlan plan)
{
    private readonly Dictionary<(PredictionIssue Issue, int Place), (long Rows, long FirstRow, string? FirstCell)> _counts = [];
    private readonly Dictionary<int, (long Rows, long FirstRow, string FirstCell)> _asBaseline = [];
    private readonly long[] _filled = new long[model.Design.Columns.Length];
    private long _broken;
    private long _firstBroken;
    private long _outside;
    private long _firstOutside;

    /// <summary>Takes counts of rows, of which no message names the first.</summary>
    internal PredictionIssues(RegressionModel model, PredictionPlan plan,
        IReadOnlyDictionary<(PredictionIssue Issue, int Place), long> counts)
        : this(model, plan)
    {
        foreach (((PredictionIssue Issue, int Place) key, long rows) in counts)
        {
            _counts[key] = (rows, 0, null);
            Without += rows;
        }
    }

    /// <summary>Gets how many rows have no prediction.</summary>
    internal long Without { get; private set; }

    /// <summary>Counts a row that has no prediction; does nothing for others.</summary>
    /// <param name="prediction">Its prediction.</param>
    /// <param name="row">Its number, counted from 1.</param>
    /// <param name="rows">The chunk that has the source's cells.</param>
    /// <param name="place">The row in the chunk.</param>
    internal void Count(Prediction prediction, long row, PlanRows rows, int place)
    {
        if (prediction.HasValue)
        {
            return;
        }

        Without++;
        (PredictionIssue, int) key = (prediction.Issue, prediction.Place);
        (long count, long firstRow, string? firstCell) = _counts.TryGetValue(key, out (long, long, string?) known) ? known
            : (0, row, prediction.Issue is PredictionIssue.UnknownLevel or PredictionIssue.WrongKind
                ? rows.Text(plan.ColumnOf(prediction.Place), place) : null);
        _counts[key] = (count + 1, firstRow, firstCell);
    }

    /// <summary>Counts a row that is predicted as one of a text's baseline.</summary>
    internal void CountAsBaseline(int place, long row, string cell)
    {
        (long rows, long firstRow, string firstCell) = _asBaseline.GetValueOrDefault(place, (0, row, cell));
        _asBaseline[place] = (rows + 1, firstRow, firstCell);
    }

    /// <summary>Counts the values of a row as read that count as the mean of the fit.</summary>
    internal void CountFilled(ReadOnlySpan<double> row)
    {
        for (int i = 0; i < _filled.Length; i++)
        {
            _filled[i] += double.IsNaN(model.Design.Columns[i].WhenMissing) || double.IsFinite(row[i]) ? 0 : 1;
        }
    }

    /// <summary>Counts a row whose prediction needs a warning.</summary>
    /// <param name="breaksAlias">Whether it breaks a combination that held for all training rows.</param>
    /// <param name="isOutside">Whether a value of it lies outside of its range in training.</param>
    /// <param name="row">Its number, counted from 1.</param>
    internal void CountWarnings(bool breaksAlias, bool isOutside, long row)
    {
        if (breaksAlias && _broken++ == 0)
        {
            _firstBroken = row;
        }

        if (isOutside && _outside++ == 0)
        {
            _firstOutside = row;
        }
    }

    /// <summary>Returns the columns and features to which rows without a prediction are due; each row counts once.</summary>
    internal ImmutableArray<MissingCount> Missing() =>
        [.. _counts.OrderBy(pair => pair.Key.Place).ThenBy(pair => pair.Key.Issue).GroupBy(pair => NameOf(pair.Key.Issue, pair.Key.Place))
            .Select(group => new MissingCount(group.Key, group.Sum(pair => pair.Value.Rows)))];

    /// <summary>Says what the user should know of rows; one sentence each.</summary>
    internal IEnumerable<string> Warnings()
    {
        foreach (((PredictionIssue issue, int place), (long rows, long firstRow, string? firstCell)) in _counts
            .OrderBy(pair => pair.Key.Place))
        {
            string where = $"in {Rows(rows)}, the first \"{firstCell}\" in row {firstRow}";
            if (issue == PredictionIssue.UnknownLevel)
            {
                yield return $"'{NameOf(issue, place)}' has a value that the model was not fitted on {where}; there is no prediction for {Them(rows)}.";
            }
            else if (issue == PredictionIssue.WrongKind)
            {
                yield return $"'{NameOf(issue, place)}' has a value of another kind than the model was fitted on {where}; there is no prediction for {Them(rows)}.";
            }
            else if (issue == PredictionIssue.OutOfRange)
            {
                yield return $"{(place < 0 ? "The prediction" : $"'{NameOf(issue, place)}'")} leaves the range of numbers in {Rows(rows)}, the first is row {firstRow}; there is no prediction for {Them(rows)}.";
            }
        }

        if (_filled.Any(count => count > 0))
        {
            yield return $"Missing values count as the means of the fit: {string.Join(", ", model.Design.Columns.Index().Where(column => _filled[column.Index] > 0).Select(column => FormattableString.Invariant($"'{column.Item.Name}' in {_filled[column.Index]}")))}.";
        }

        foreach ((int place, (long rows, long firstRow, string firstCell)) in _asBaseline.OrderBy(pair => pair.Key))
        {
            ModelColumn column = model.Design.Columns[place];
            yield return $"'{column.Name}' has a value that the model was not fitted on in {Rows(rows)}, the first \"{firstCell}\" in row {firstRow}; {(rows == 1 ? "it is" : "they are")} predicted as the baseline '{column.Levels[0]}'.";
        }

        if (_broken > 0)
        {
            string terms = string.Join(", ", model.Aliased.Take(3).Select(aliased => $"'{model.Terms[aliased.Column].Name}'"));
            yield return $"{Rows(_broken)} (the first is row {_firstBroken}) {(_broken == 1 ? "breaks" : "break")} a combination that held in every training row ({terms}): the training data say nothing about such rows, so {(_broken == 1 ? "its prediction is" : "their predictions are")} not to be relied on.";
        }

        if (_outside > 0)
        {
            yield return $"{Rows(_outside)} (the first is row {_firstOutside}) {(_outside == 1 ? "lies" : "lie")} outside of the range of the training rows.";
        }
    }

    /// <summary>Returns the name of the column, feature or target where an issue lies.</summary>
    internal string NameOf(PredictionIssue issue, int place) =>
        place < 0 ? model.Target
        : issue is PredictionIssue.NotDefined or PredictionIssue.OutOfRange ? model.Design.Features[place].Name
        : place < model.Design.Columns.Length ? model.Design.Columns[place].Name
        : model.Design.SqlExpressions[place - model.Design.Columns.Length];

    private static string Rows(long count) => FormattableString.Invariant($"{count} row{(count == 1 ? "" : "s")}");

    private static string Them(long count) => count == 1 ? "it" : "them";
}
