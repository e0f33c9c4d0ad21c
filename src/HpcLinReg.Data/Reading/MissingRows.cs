using System.Collections.Immutable;

namespace HpcLinReg.Data.Reading;

/// <summary>Counts the rows with a missing value and what was missing.</summary>
/// <param name="values">What the numbers of a row are called; null for one that may be missing.</param>
/// <param name="features">What the features are called: one without a value in a row is counted by its name.</param>
/// <param name="policy">Whether such a row is an error.</param>
/// <param name="description">What the source is called.</param>
internal sealed class MissingRows(IReadOnlyList<string?> values, IReadOnlyList<string> features, MissingValues policy, string description)
{
    private readonly long[] _valueCounts = new long[values.Count];
    private readonly long[] _featureCounts = new long[features.Count];

    /// <summary>Gets how many rows were dropped.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Gets how many rows were seen.</summary>
    internal long Seen { get; private set; }

    /// <summary>Gets whether rows with a missing value are dropped; otherwise the first is an error.</summary>
    internal bool DropsRows => policy != MissingValues.Error;

    /// <summary>Counts all rows of a reading at once.</summary>
    /// <param name="seen">How many there are.</param>
    /// <param name="dropped">How many have a missing value.</param>
    /// <param name="missing">The index of a value in a row, and in how many rows it is missing.</param>
    internal void CountAll(long seen, long dropped, IEnumerable<(int Value, long Rows)> missing)
    {
        Seen += seen;
        Dropped += dropped;
        foreach ((int value, long rows) in missing)
        {
            _valueCounts[value] += rows;
        }
    }

    /// <summary>Counts rows without missing values.</summary>
    internal void CountComplete(int rows) => Seen += rows;

    /// <summary>Counts a row and its missing values; returns whether it has none.</summary>
    internal bool IsComplete(ReadOnlySpan<double> row)
    {
        Seen++;
        bool complete = true;
        for (int j = 0; j < values.Count; j++)
        {
            if (values[j] is not { } name || double.IsFinite(row[j]))
            {
                continue;
            }

            complete = false;
            _valueCounts[j]++;
            if (policy == MissingValues.Error)
            {
                throw Refuse(name, double.IsNaN(row[j]) ? "empty, NaN or not computable" : "infinite");
            }
        }

        Dropped += complete ? 0 : 1;
        return complete;
    }

    /// <summary>Counts a row, which <see cref="Seen"/> includes already, in which a feature has no value.</summary>
    /// <exception cref="DataException">A whole-number expression leaves its range, or such a row is an error.</exception>
    internal void CountWithout(Prediction filled)
    {
        if (filled.Issue == PredictionIssue.OutOfRange)
        {
            throw new DataException($"'{features[filled.Place]}' leaves the range of whole numbers in row {Seen} of {description} (counted from 1 after the header); divide a factor by a power of ten.");
        }

        Dropped++;
        if (filled.Issue == PredictionIssue.NotDefined)
        {
            _featureCounts[filled.Place]++;
        }
        else
        {
            _valueCounts[filled.Place]++;
        }

        if (policy == MissingValues.Error)
        {
            throw Refuse(filled.Issue == PredictionIssue.NotDefined ? features[filled.Place] : values[filled.Place]!, "not computable");
        }
    }

    /// <summary>Returns the number of missing cells of each column, then of each feature.</summary>
    internal ImmutableArray<MissingCount> Counts() =>
        [.. values.Select((name, i) => new MissingCount(name ?? "", _valueCounts[i]))
            .Concat(features.Select((name, i) => new MissingCount(name, _featureCounts[i]))).Where(count => count.Rows > 0)];

    private DataException Refuse(string name, string written) =>
        new($"'{name}' is missing in row {Seen} of {description} ({written}; rows are counted from 1 after the header); complete it, or let rows with missing values be dropped (--missing drop).");
}
