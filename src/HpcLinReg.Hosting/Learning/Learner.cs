using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HpcLinReg.Hosting;

/// <summary>
/// The state machine of learning: entries in, a model out. The state is a function of the start and the entries in their order alone, so
/// that replaying them gives the same bits on any machine.
/// </summary>
internal sealed class Learner
{
    private const double LargestCell = 1e150;
    private const ulong Mark = 0x3152_4E4C_5248_4C00;

    private readonly LearningOptions _options;
    private readonly RegressionModel? _start;
    private readonly Queue<double[]> _window = new();
    private readonly double[] _variables;
    private double[] _means;
    private double[] _least;
    private double[] _most;
    private OnlineRegression _online;

    /// <summary>Begins.</summary>
    /// <exception cref="ArgumentException">The model or design cannot be learned; the message says what to do.</exception>
    internal Learner(LearningOptions options, RegressionModel? start)
    {
        (_options, _start) = (options, start);
        Design = start?.Design ?? options.Design!;
        Target = start?.Target ?? options.Target;
        if (Design.Degrees.Any(degree => degree > 1))
        {
            throw new ArgumentException($"A polynomial cannot be learned row by row, because its powers are shifted and scaled by all rows; write them as features, such as {Design.VariableNames[0]}^2.");
        }

        if (Design.SqlExpressions is [var sql, ..])
        {
            throw new ArgumentException($"The feature {sql} is SQL, which a service does not evaluate; write it as an expression, or as a column that the caller computes.");
        }

        _variables = new double[Design.VariableNames.Length];
        _means = [.. Design.Columns.Select(column => double.IsNaN(column.Mean) ? 0 : column.Mean)];
        _least = [.. Design.Columns.Select(column => double.IsNaN(column.Least) ? double.PositiveInfinity : column.Least)];
        _most = [.. Design.Columns.Select(column => double.IsNaN(column.Most) ? double.NegativeInfinity : column.Most)];
        _online = start is null
            ? new OnlineRegression(_variables.Length, new OnlineOptions { Ridge = options.Ridge, LeastDigits = options.LeastDigits })
            : LearnerStart.Of(start, options.LeastDigits);
    }

    internal Design Design { get; }

    internal string Target { get; }

    /// <summary>Gets the values of a row: one for each column, then the target.</summary>
    internal int Width => Design.Columns.Length + 1;

    /// <summary>Gets the last entry that the state contains.</summary>
    internal long Sequence { get; private set; }

    internal OnlineRegression Online => _online;

    /// <summary>Checks rows without changing anything. Returns the values to learn from, without rows that are left out.</summary>
    /// <exception cref="RowsRefusedException">A row cannot be learned; the message names it and its column.</exception>
    internal double[] Admit(ReadOnlySpan<double> values, out int skipped)
    {
        skipped = 0;
        int width = Width, rows = values.Length / width;
        double[] kept = new double[values.Length], variables = new double[_variables.Length];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<double> row = values.Slice(i * width, width);
            Prediction filled = Design.Fill(row[..^1], variables);
            if (filled.Issue == PredictionIssue.UnknownLevel && _options.SkipUnseenLevels)
            {
                skipped++;
                continue;
            }

            if (Problem(filled, variables, row[^1]) is { } problem)
            {
                throw new RowsRefusedException($"Row {i}: {problem}");
            }

            row.CopyTo(kept.AsSpan((i - skipped) * width));
        }

        return kept[..((rows - skipped) * width)];
    }

    /// <summary>Learns an entry of rows, which <see cref="Admit"/> has checked.</summary>
    internal void Apply(StoredBatch batch)
    {
        ReadOnlySpan<double> values = batch.Values.Span;
        for (int start = 0; start < values.Length; start += Width)
        {
            Learn(values.Slice(start, Width));
        }

        Sequence = batch.Sequence;
    }

    /// <summary>
    /// Removes the rows of an entry. Returns why that cannot be done, and the state is then as before; null where it is done.
    /// </summary>
    internal string? Forget(ReadOnlySpan<double> values, long sequence)
    {
        if (_options.Forgetting < 1 || _options.Window > 0)
        {
            return "rows of a model that forgets by itself are not removed one by one";
        }

        byte[] before = _online.Snapshot();
        for (int start = 0; start < values.Length; start += Width)
        {
            ReadOnlySpan<double> row = values.Slice(start, Width);
            Design.Fill(row[..^1], _variables);
            if (!_online.Remove<double>(_variables, row[^1]))
            {
                _online = OnlineRegression.Restore(before);
                return "without its rows no sum of squares would be left; they were hardly learned";
            }
        }

        // Which of the other rows had which values is not kept, so the columns' means are not known any more.
        Array.Fill(_means, double.NaN);
        Sequence = sequence;
        return null;
    }

    /// <summary>Returns the model of now, or why none can be published.</summary>
    internal RegressionModel? ToModel(out string? withheld)
    {
        withheld = null;
        if (Sequence == 0 && _start is not null)
        {
            return _start;
        }

        if (_online.Count == 0 || _online.Rank < _online.Features)
        {
            withheld = $"{_online.Count} rows do not determine {_online.Features} coefficients";
            return null;
        }

        double digits = _online.Digits;
        if (!(digits >= _options.LeastDigits))
        {
            withheld = FormattableString.Invariant($"only {digits:F1} digits of predictions are promised, and {_options.LeastDigits:F1} are asked for");
            return null;
        }

        try
        {
            return RegressionModel.Create(Design, Target, new TrainedCoefficients
            {
                Model = _online.ToModel(),
                HasIntercept = _start?.HasIntercept ?? true,
                Ridge = _start?.Ridge ?? _options.Ridge,
                RowCount = _online.Count,
                TotalWeight = _online.Weight,
                ResidualSumOfSquares = _online.ResidualSumOfSquares,
                Facts = new TrainingFacts
                {
                    // Of rows that fade or leave, the means are not those of the rows learned from.
                    Means = _options.Forgetting < 1 || _options.Window > 0 ? [] : Known(_means),
                    Least = Known(_least),
                    Most = Known(_most),
                    TargetKind = CellKind.Number,
                },
            });
        }
        catch (OverflowException exception)
        {
            withheld = exception.Message;
            return null;
        }
    }

    /// <summary>Returns the whole state.</summary>
    internal byte[] Save()
    {
        byte[] online = _online.Snapshot();
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Mark);
        writer.Write(Sequence);
        foreach (double[] values in (double[][])[_means, _least, _most])
        {
            writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        writer.Write(_window.Count);
        foreach (double[] row in _window)
        {
            writer.Write(MemoryMarshal.AsBytes(row.AsSpan()));
        }

        writer.Write(online.Length);
        writer.Write(online);
        writer.Flush();
        uint crc = StoredBatch.Add(0, bytes.ToArray());
        writer.Write(crc);
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Takes a whole state back.</summary>
    /// <exception cref="LearningStoreException">The bytes are damaged.</exception>
    internal void Restore(StoredState stored)
    {
        ReadOnlySpan<byte> bytes = stored.State.Span;
        if (bytes.Length < 20 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != StoredBatch.Add(0, bytes[..^4]))
        {
            throw Damaged(stored);
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes[..^4].ToArray()));
            if (reader.ReadUInt64() != Mark || reader.ReadInt64() != stored.Sequence)
            {
                throw Damaged(stored);
            }

            (_means, _least, _most) =
                (ReadDoubles(reader, _means.Length), ReadDoubles(reader, _least.Length), ReadDoubles(reader, _most.Length));
            _window.Clear();
            for (int rows = reader.ReadInt32(); rows > 0; rows--)
            {
                _window.Enqueue(ReadDoubles(reader, Width));
            }

            _online = OnlineRegression.Restore(reader.ReadBytes(reader.ReadInt32()));
            Sequence = stored.Sequence;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidDataException)
        {
            throw new LearningStoreException(Damaged(stored).Message, exception);
        }
    }

    private static LearningStoreException Damaged(StoredState stored) => new($"The state stored after entry {stored.Sequence} is damaged; restore the store from a backup.");

    private static double[] ReadDoubles(BinaryReader reader, int count) =>
        MemoryMarshal.Cast<byte, double>(reader.ReadBytes(count * sizeof(double))).ToArray();

    private ImmutableArray<double> Known(double[] values) =>
        [.. values.Select((value, i) => Design.Columns[i].Kind == CellKind.Text || !double.IsFinite(value) ? double.NaN : value)];

    private string? Problem(Prediction filled, ReadOnlySpan<double> variables, double target)
    {
        if (!filled.HasValue)
        {
            string column = filled.Issue is PredictionIssue.NotDefined or PredictionIssue.OutOfRange ? $"The feature '{Design.Features[filled.Place].Name}'" : $"The column '{Design.Columns[filled.Place].Name}'";
            return filled.Issue switch
            {
                PredictionIssue.MissingValue => $"{column} is missing, NaN or infinite.",
                PredictionIssue.UnknownLevel => $"{column} has a text that the model does not know.",
                PredictionIssue.WrongKind => $"{column} has a value of another kind.",
                PredictionIssue.NotDefined => $"{column} has no value here.",
                _ => $"{column} leaves the range of whole numbers.",
            };
        }

        for (int j = 0; j < variables.Length; j++)
        {
            if (!(Math.Abs(variables[j]) <= LargestCell))
            {
                return $"'{Design.VariableNames[j]}' is {variables[j]}; at most 1e150 in magnitude can be learned.";
            }
        }

        return !double.IsFinite(target) ? $"The target '{Target}' is missing, NaN or infinite."
            : Math.Abs(target) > LargestCell ? $"The target '{Target}' is {target}; at most 1e150 in magnitude can be learned." : null;
    }

    private void Learn(ReadOnlySpan<double> row)
    {
        Design.Fill(row[..^1], _variables);
        if (_options.Forgetting < 1)
        {
            _online.Decay(_options.Forgetting);
        }

        _online.Add<double>(_variables, row[^1]);
        double count = _online.Count;
        for (int j = 0; j < _means.Length; j++)
        {
            _means[j] += (row[j] - _means[j]) / count;
            _least[j] = Math.Min(_least[j], row[j]);
            _most[j] = Math.Max(_most[j], row[j]);
        }

        if (_options.Window > 0)
        {
            Slide(row);
        }
    }

    /// <summary>Lets the oldest row leave the window; where that costs too many digits, the window is learned afresh.</summary>
    private void Slide(ReadOnlySpan<double> row)
    {
        _window.Enqueue(row.ToArray());
        if (_window.Count <= _options.Window)
        {
            return;
        }

        double[] oldest = _window.Dequeue();
        Design.Fill(oldest.AsSpan(0, oldest.Length - 1), _variables);
        if (_online.Remove<double>(_variables, oldest[^1]) && !_online.NeedsRebuild)
        {
            return;
        }

        double[] x = new double[_window.Count * _variables.Length], y = new double[_window.Count];
        int i = 0;
        foreach (double[] kept in _window)
        {
            Design.Fill(kept.AsSpan(0, kept.Length - 1), x.AsSpan(i * _variables.Length, _variables.Length));
            y[i++] = kept[^1];
        }

        _online.Rebuild<double>(new MatrixSpan<double>(x, y.Length, _variables.Length, _variables.Length), y);
    }
}
