using System.Runtime.InteropServices;
using System.Text.Json;
using HpcLinReg.Models;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <content>Predictions.</content>
public sealed partial class RegressionModel
{
    /// <summary>The level of limits where none is named.</summary>
    private const double DefaultLevel = 0.95;

    /// <summary>
    /// The work for one term of a model with expressions, texts or flags, in the unit of <see cref="RowThreads.LeastWork"/>; a term takes
    /// ten nanoseconds or more.
    /// </summary>
    private const double TermWork = 32;

    [ThreadStatic]
    private static double[]? _scratch;

    /// <summary>Predicts one row of doubles.</summary>
    /// <param name="row">
    /// One value for each column: flags as 0 and 1, times as seconds since 1970-01-01 UTC, texts as the index of their level; NaN where it
    /// is missing.
    /// </param>
    /// <returns>The value, or why there is none.</returns>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    public Prediction Predict(ReadOnlySpan<double> row)
    {
        if (Design.IsPlain && _linear is { } linear && row.Length == linear.Features)
        {
            double value = linear.Predict(row);
            if (double.IsFinite(value))
            {
                return new Prediction(value);
            }
        }

        Span<double> variables = Scratch(Design.VariableNames.Length);
        return Value(Design.Fill(row, variables), variables);
    }

    /// <summary>Predicts one row of cells.</summary>
    /// <param name="row">One cell for each column.</param>
    /// <returns>The value, or why there is none.</returns>
    /// <exception cref="ArgumentException">The row has another number of cells.</exception>
    public Prediction Predict(ReadOnlySpan<Cell> row)
    {
        Span<double> variables = Scratch(Design.VariableNames.Length);
        return Value(Design.Fill(row, variables), variables);
    }

    /// <summary>Predicts one row by name.</summary>
    /// <param name="row">
    /// The values of the columns; those that the model does not read are passed over, and those that are not there are missing.
    /// </param>
    /// <returns>The value, or why there is none.</returns>
    /// <remarks>Allocates a row of cells.</remarks>
    public Prediction Predict(IReadOnlyDictionary<string, Cell> row) => Predict(Cells(row));

    /// <summary>Predicts one row by name from a JSON object.</summary>
    /// <param name="row">
    /// An object whose members are the columns: numbers, true and false, texts, null; a time is a text in ISO 8601, in UTC unless it has an
    /// offset.
    /// </param>
    /// <returns>The value, or why there is none.</returns>
    /// <exception cref="ArgumentException">The element is no object.</exception>
    /// <remarks>Whole numbers stay whole. Allocates a row of cells.</remarks>
    public Prediction Predict(JsonElement row) => Predict(Cells(row));

    /// <summary>Predicts every row of a matrix.</summary>
    /// <inheritdoc cref="Predict(MatrixSpan{double}, Span{double}, int)"/>
    public int Predict(MatrixSpan<double> rows, Span<double> destination) => Predict(rows, destination, 1);

    /// <summary>Predicts every row of a matrix, on several threads.</summary>
    /// <param name="rows">n rows, one column for each column of the model, as a row of doubles has them.</param>
    /// <param name="destination">Receives n predictions, NaN where there is none. May not overlap the rows.</param>
    /// <param name="threads">
    /// The most threads, at least 1. Another one is used only for another tenth of a millisecond of work or so; with more than one their
    /// tasks are allocated, about a kilobyte. The bits are the same for any number.
    /// </param>
    /// <returns>The number of rows without a prediction.</returns>
    /// <exception cref="ArgumentException">The rows have another number of columns, or there is not room for n predictions.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    public int Predict(MatrixSpan<double> rows, Span<double> destination, int threads)
    {
        RowThreads.Require(threads);
        if (rows.Rows != destination.Length)
        {
            throw new ArgumentException($"There are {rows.Rows} rows but room for {destination.Length} predictions.", nameof(destination));
        }

        if (Design.IsPlain && _linear is { } linear)
        {
            linear.Predict(rows, destination, threads);
        }
        else if (RowThreads.Useful(TermWork * rows.Rows * (Design.VariableNames.Length + 1), rows.Rows, threads) is var useful and > 1)
        {
            PredictInParallel(rows, destination, useful);
        }
        else
        {
            for (int i = 0; i < rows.Rows; i++)
            {
                destination[i] = Predict(rows[i]).Value;
            }
        }

        int without = 0;
        foreach (ref double value in destination)
        {
            if (!double.IsFinite(value))
            {
                value = double.NaN;
                without++;
            }
        }

        return without;
    }

    /// <summary>Predicts on several threads. A method of its own, because the closure of the threads is allocated on entry.</summary>
    private unsafe void PredictInParallel(MatrixSpan<double> rows, Span<double> destination, int threads)
    {
        fixed (double* first = &MemoryMarshal.GetReference(rows.Values), firstResult = &MemoryMarshal.GetReference(destination))
        {
            PinnedRows<double> pinned = new(rows, first);
            nint result = (nint)firstResult;
            RowThreads.ForEachBlock(0, rows.Rows, threads,
                (_, start, count) => Predict(pinned.Slice(start, count), new Span<double>((double*)result + start, count)));
        }
    }

    /// <summary>Predicts with limits of the level 0.95.</summary>
    /// <inheritdoc cref="PredictWithUncertainty(ReadOnlySpan{double}, double)"/>
    public UncertainPrediction PredictWithUncertainty(ReadOnlySpan<double> row) => PredictWithUncertainty(row, DefaultLevel);

    /// <summary>Predicts one row of doubles with standard error, leverage and limits.</summary>
    /// <param name="row">As for a prediction.</param>
    /// <param name="level">The level of the limits, above 0 and below 1.</param>
    /// <returns>The value and its uncertainty, or why there is no value.</returns>
    /// <exception cref="ArgumentException">The row has another number of values.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public UncertainPrediction PredictWithUncertainty(ReadOnlySpan<double> row, double level)
    {
        RequireLevel(level);
        if (Design.IsPlain && _linear is { } linear && row.Length == linear.Features)
        {
            double value = linear.Predict(row);
            if (double.IsFinite(value))
            {
                ModelUncertainty plain = _uncertainty.Value;
                return plain.Of(value, row, plain.IsOutside(row), level);
            }
        }

        Span<double> variables = Scratch(Design.VariableNames.Length);
        Prediction prediction = Value(Design.Fill(row, variables), variables);
        return !prediction.HasValue ? ModelUncertainty.Unknown(prediction)
            : WithUncertainty(prediction.Value, variables, _uncertainty.Value.IsOutside(row[..Design.Columns.Length]), level);
    }

    /// <summary>Predicts with limits of the level 0.95.</summary>
    /// <inheritdoc cref="PredictWithUncertainty(ReadOnlySpan{Cell}, double)"/>
    public UncertainPrediction PredictWithUncertainty(ReadOnlySpan<Cell> row) => PredictWithUncertainty(row, DefaultLevel);

    /// <summary>Predicts one row of cells with standard error, leverage and limits.</summary>
    /// <param name="row">As for a prediction.</param>
    /// <param name="level">The level of the limits, above 0 and below 1.</param>
    /// <returns>The value and its uncertainty, or why there is no value.</returns>
    /// <exception cref="ArgumentException">The row has another number of cells.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public UncertainPrediction PredictWithUncertainty(ReadOnlySpan<Cell> row, double level)
    {
        RequireLevel(level);
        Span<double> variables = Scratch(Design.VariableNames.Length);
        Prediction prediction = Value(Design.Fill(row, variables), variables);
        if (!prediction.HasValue)
        {
            return ModelUncertainty.Unknown(prediction);
        }

        bool isOutside = false;
        for (int i = 0; i < Design.Columns.Length; i++)
        {
            isOutside |= Design.Columns[i].Kind != CellKind.Text && _uncertainty.Value.IsOutside(i, row[i].ToDouble());
        }

        return WithUncertainty(prediction.Value, variables, isOutside, level);
    }

    /// <summary>Predicts with limits of the level 0.95.</summary>
    /// <inheritdoc cref="PredictWithUncertainty(IReadOnlyDictionary{string, Cell}, double)"/>
    public UncertainPrediction PredictWithUncertainty(IReadOnlyDictionary<string, Cell> row) => PredictWithUncertainty(row, DefaultLevel);

    /// <summary>Predicts one row by name with standard error, leverage and limits.</summary>
    /// <param name="row">As for a prediction.</param>
    /// <param name="level">The level of the limits, above 0 and below 1.</param>
    /// <returns>The value and its uncertainty, or why there is no value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public UncertainPrediction PredictWithUncertainty(IReadOnlyDictionary<string, Cell> row, double level) =>
        PredictWithUncertainty(Cells(row), level);

    /// <summary>Predicts with limits of the level 0.95.</summary>
    /// <inheritdoc cref="PredictWithUncertainty(JsonElement, double)"/>
    public UncertainPrediction PredictWithUncertainty(JsonElement row) => PredictWithUncertainty(row, DefaultLevel);

    /// <summary>Predicts one row by name from a JSON object with standard error, leverage and limits.</summary>
    /// <param name="row">As for a prediction.</param>
    /// <param name="level">The level of the limits, above 0 and below 1.</param>
    /// <returns>The value and its uncertainty, or why there is no value.</returns>
    /// <exception cref="ArgumentException">The element is no object.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The level is out of range.</exception>
    public UncertainPrediction PredictWithUncertainty(JsonElement row, double level) => PredictWithUncertainty(Cells(row), level);

    private UncertainPrediction WithUncertainty(double value, ReadOnlySpan<double> variables, bool isOutside, double level)
    {
        if (_polynomial is null)
        {
            return _uncertainty.Value.Of(value, variables, isOutside, level);
        }

        // The variables lie in the front of the thread's working memory; the terms go behind them.
        int terms = Terms.Length;
        Span<double> both = Scratch(variables.Length + terms);
        _polynomial.Expand(variables, both[variables.Length..]);
        return _uncertainty.Value.Of(value, both[variables.Length..], isOutside, level);
    }

    private Prediction Value(Prediction filled, ReadOnlySpan<double> variables)
    {
        if (!filled.HasValue)
        {
            return filled;
        }

        double value = _linear is { } linear ? linear.Predict(variables) : _polynomial!.Predict(variables);
        return double.IsFinite(value) ? new Prediction(value) : Prediction.None(PredictionIssue.OutOfRange, -1);
    }

    /// <summary>
    /// Working memory of the thread, with room for the variables and the terms of this model, so that it does not move within a call.
    /// </summary>
    private Span<double> Scratch(int length)
    {
        int most = Design.VariableNames.Length + Terms.Length;
        double[] scratch = _scratch is { } kept && kept.Length >= most ? kept : _scratch = new double[most];
        return scratch.AsSpan(0, length);
    }

    private Cell[] Cells(IReadOnlyDictionary<string, Cell> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        RequireNoSql();
        return [.. Design.Columns.Select(column => row.TryGetValue(column.Name, out Cell cell) ? cell : Cell.Missing)];
    }

    private Cell[] Cells(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"A row is a JSON object with a member for each column, not {row.ValueKind}.", nameof(row));
        }

        RequireNoSql();
        return [.. Design.Columns
            .Select(column => row.TryGetProperty(column.Name, out JsonElement value) ? JsonCell.Of(value, column.Kind) : Cell.Missing)];
    }

    private void RequireNoSql()
    {
        if (Design.SqlExpressions.Length > 0)
        {
            Throw.SqlNotEvaluated(Design.SqlExpressions[0]);
        }
    }

    private static void RequireLevel(double level)
    {
        if (!(level > 0 && level < 1))
        {
            Throw.LevelOutOfRange(level);
        }
    }
}
