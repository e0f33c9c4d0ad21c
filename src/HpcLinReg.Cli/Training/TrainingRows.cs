using System.Runtime.InteropServices;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Training;

/// <summary>
/// The rows to descend on, and those held out: in memory when they fit a quarter of a gigabyte, because a query for each step would cost a
/// thousand times the step; streamed otherwise. The bits are the same.
/// </summary>
internal sealed class TrainingRows
{
    private const int MostHeldNumbers = 1 << 25;

    private TrainingRows(DataRows source, RowPart training, RowPart? heldOut)
    {
        Source = source;
        Training = training;
        HeldOut = heldOut;
    }

    internal DataRows Source { get; }

    /// <summary>Gets the rows to descend on.</summary>
    internal RowPart Training { get; }

    /// <summary>Gets the rows held out; null for none.</summary>
    internal RowPart? HeldOut { get; }

    /// <summary>Reads the rows, until there are too many to hold.</summary>
    /// <exception cref="DataException">There are too few rows to hold some out, or their order is not stable.</exception>
    internal static TrainingRows Read(DataRows rows, bool stream, Holdout? holdout = null)
    {
        IRowSource source = rows.ToSource();
        int features = rows.Terms.Length;
        List<double> x = [], y = [], rowWeights = [];
        bool fits = !stream;
        if (fits || holdout is not null)
        {
            using IRowReader reader = source.Open();
            for (ReadOnlySpan<double> read = reader.ReadRows(); read.Length > 0 && (fits || holdout is not null); read = reader.ReadRows())
            {
                for (; fits && read.Length > 0; read = read[source.Columns..])
                {
                    x.AddRange(read[..features]);
                    y.Add(read[features]);
                    if (source.HasWeights)
                    {
                        rowWeights.Add(read[features + 1]);
                    }
                }

                fits &= x.Count <= MostHeldNumbers;
            }
        }

        if (!fits && holdout is not null)
        {
            return Streamed(rows, source, holdout);
        }

        if (!fits)
        {
            return new TrainingRows(rows, new RowPart(source), null);
        }

        Holdout.Choice choice = holdout?.Begin(y.Count) ?? default;
        bool[] isHeldOut = holdout is null ? [] : [.. y.Select(_ => choice.Next())];
        RowPart Part(bool heldOut)
        {
            int[] places = holdout is null ? [] : [.. Enumerable.Range(0, y.Count).Where(i => isHeldOut[i] == heldOut)];
            return holdout is null ? new RowPart([.. x], [.. y], [.. rowWeights], features)
                : new RowPart(Rows(x, places, features), Rows(y, places, 1), rowWeights.Count > 0 ? Rows(rowWeights, places, 1) : [],
                    features);
        }

        return new TrainingRows(rows, Part(heldOut: false), holdout is null ? null : Part(heldOut: true));
    }

    /// <summary>The closed form of the training rows, or null with the reason why it is too dear.</summary>
    internal Fit? ClosedForm(long rows, out string? reason)
    {
        double features = Source.Terms.Length;
        reason = features > 2000 ? $"{features} terms would need a matrix of {features * features * 8 / 1e6:N0} MB"
            : rows * features * features > 5e11 ? $"{rows:N0} rows of {features} terms would take a minute or more"
            : null;
        FitRequest request = Source.Request;
        var options = new FitOptions { Intercept = request.Intercept, Ridge = request.Ridge, RowWeights = request.WeightKind };
        return reason is not null ? null
            : Interruptible.Run(() => HeldOut is null ? DataFit.Run(Source).Fit : Training.Fit(options, Interruption.Token),
                Interruption.Token);
    }

    private static TrainingRows Streamed(DataRows rows, IRowSource source, Holdout holdout)
    {
        if (!rows.HasStableOrder)
        {
            throw new DataException("Rows that are read again for every pass cannot be held out while their order may change; add ORDER BY over a unique key to the query.");
        }

        long all = rows.RowCount;
        return new TrainingRows(rows, new RowPart(new PartRows(source, holdout, all, isHeldOut: false)),
            new RowPart(new PartRows(source, holdout, all, isHeldOut: true)));
    }

    private static double[] Rows(List<double> cells, int[] places, int width)
    {
        ReadOnlySpan<double> all = CollectionsMarshal.AsSpan(cells);
        double[] rows = new double[places.Length * width];
        for (int k = 0; k < places.Length; k++)
        {
            all.Slice(places[k] * width, width).CopyTo(rows.AsSpan(k * width));
        }

        return rows;
    }
}
