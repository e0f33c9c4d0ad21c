using System.Numerics.Tensors;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Sums;

/// <summary>Sums the complete rows of a source, or of a part of it, at their places, and keeps what is known of its columns.</summary>
internal sealed class JointSums
{
    /// <summary>2⁴⁰, by which logarithms of weights are multiplied before they are rounded.</summary>
    private const double LogUnit = 1L << 40;

    private const int ChunksBetweenReports = 32;

    private readonly JointDesign _joint;
    private readonly Design _design;
    private readonly MomentsRequest _request;
    private readonly MomentsAccumulator _sums;
    private readonly TrainingRecord _record;
    private readonly (int Variable, int FirstTerm, PolynomialVariable Terms)[] _polynomials;
    private readonly Dictionary<string, long> _missing = new(StringComparer.Ordinal);
    private Int128 _logWeights;
    private long _dropped;
    private double[] _filled = [];
    private bool[] _used = [];
    private double[] _weights = [];

    internal JointSums(JointDesign joint, MomentsRequest request, long firstRow)
    {
        (_joint, _design, _request) = (joint, joint.Design, request);
        string[] names = [.. joint.Names];
        _sums = joint.Polynomials.IsEmpty ? new MomentsAccumulator(names, firstRow, request.Precision)
            : MomentsAccumulator.WithRemainders(names, firstRow);
        _polynomials =
            [.. joint.Polynomials.Select((polynomial, k) => (joint.VariableOf(polynomial), joint.FirstTerm(k), polynomial.Terms))];
        _record = new TrainingRecord(_design.Columns.Length, request.Weights is null ? null : request.WeightKind);
    }

    /// <summary>Gets the number of values of a row as it is summed: with polynomials each column has a remainder.</summary>
    private int RowWidth => _polynomials.Length == 0 ? _sums.Columns : 2 * _sums.Columns;

    private bool IsFilled => !_design.IsColumnsOnly || _polynomials.Length > 0;

    /// <summary>Gets the number of rows so far, missing ones included.</summary>
    internal long RowsSeen => _sums.NextRow - _sums.FirstRow;

    /// <summary>Adds the rows of a source that follow.</summary>
    /// <param name="source">The source, whose columns are those of the design.</param>
    /// <param name="firstRow">How the source counts its first row, from 0, for messages.</param>
    /// <param name="rowsRead">Receives the number of rows so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading; looked at for each chunk of 2048 rows or fewer.</param>
    internal void Add(DataSource source, long firstRow, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        int[] columns = JointColumns.Find(source, _design);
        int weight = _request.Weights is null ? -1 : new FeatureResolver(source).Weight(_request.Weights);
        DesignQuery query = new(source, _design, columns, weight < 0 ? 0 : 1);
        MissingRows missing = JointColumns.Missing(source, _design, weight < 0 ? null : source.Columns[weight].Name);
        using ChunkReader reader = new(source, JointColumns.Select(source, query, weight), query.Width, cancellationToken);
        int chunks = 0;
        for (ReadOnlyMemory<double> chunk = reader.Next(); chunk.Length > 0; chunk = reader.Next())
        {
            try
            {
                AddChunk(source, query, missing, chunk.Span, firstRow);
            }
            catch (Exception exception) when (exception is ArgumentException or OverflowException)
            {
                throw new DataException($"{source.Description}: {exception.Message.Split(" (Parameter", 2)[0]}", exception);
            }

            if (++chunks % ChunksBetweenReports == 0)
            {
                rowsRead?.Report(RowsSeen);
            }
        }

        _dropped += missing.Dropped;
        foreach (MissingCount count in missing.Counts())
        {
            _missing[count.Column] = _missing.GetValueOrDefault(count.Column) + count.Rows;
        }
    }

    /// <summary>Returns the sums as a file.</summary>
    internal MomentsFile ToFile(string source, string schema)
    {
        TrainingFacts facts = _record.ToFacts(_dropped);
        // Adding 0 makes the zeros of both signs one, so that the order of rows does not matter.
        IEnumerable<MomentsInput> columns = _design.Columns.Select((column, i) => new MomentsInput
        {
            Name = column.Name,
            Kind = column.Kind,
            Levels = column.Levels,
            Missing = _missing.GetValueOrDefault(column.Name),
            Least = column.Kind == CellKind.Text ? double.NaN : facts.Least[i] + 0.0,
            Most = column.Kind == CellKind.Text ? double.NaN : facts.Most[i] + 0.0,
        });
        HashSet<string> known = [.. _design.Columns.Select(column => column.Name)];
        IEnumerable<string> others = _design.SqlExpressions.Concat(_design.Features.Select(feature => feature.Name))
            .Concat(_request.Weights is { } weights ? [weights] : []).Where(known.Add);
        return new MomentsFile(_sums, new MomentsFacts
        {
            Source = source,
            Schema = schema,
            Weights = _request.Weights,
            WeightKind = _request.WeightKind,
            ScaledLogWeights = _logWeights,
            RowsDropped = _dropped,
            Inputs = [.. columns, .. others.Select(name => new MomentsInput { Name = name, Missing = _missing.GetValueOrDefault(name) })],
        });
    }

    private void AddChunk(DataSource source, DesignQuery query, MissingRows missing, ReadOnlySpan<double> chunk, long firstRow)
    {
        int width = query.Width, count = chunk.Length / width, columns = RowWidth;
        _used = _used.Length < count ? new bool[count] : _used;
        bool isComplete = TensorPrimitives.IsFiniteAll(chunk);
        for (int i = 0; i < count; i++)
        {
            _used[i] = isComplete || missing.IsComplete(chunk.Slice(i * width, width));
        }

        if (isComplete)
        {
            missing.CountComplete(count);
        }

        if (IsFilled)
        {
            Fill(source, query, missing, chunk, firstRow);
        }

        for (int start = 0; start < count;)
        {
            ReadOnlySpan<bool> left = _used.AsSpan(start, count - start);
            int run = left.IndexOf(!left[0]);
            run = run < 0 ? left.Length : run;
            if (left[0])
            {
                ReadOnlySpan<double> read = chunk.Slice(start * width, run * width);
                MatrixSpan<double> rows = !IsFilled ? new MatrixSpan<double>(read, run, columns, width)
                    : new MatrixSpan<double>(_filled.AsSpan(start * columns, run * columns), columns);
                AddRun(source, rows, read, width, firstRow + missing.Seen - count + start);
            }
            else
            {
                _sums.Skip(run);
            }

            start += run;
        }
    }

    private void AddRun(DataSource source, MatrixSpan<double> rows, ReadOnlySpan<double> read, int width, long firstRow)
    {
        int place = _design.RowLength;
        bool hasWeights = _request.Weights is not null;
        _weights = hasWeights && _weights.Length < rows.Rows ? new double[rows.Rows] : _weights;
        for (int i = 0; hasWeights && i < rows.Rows; i++)
        {
            _weights[i] = read[(i * width) + place];
            RequireWeight(source, _weights[i], firstRow + i);
            _logWeights += _weights[i] > 0 ? (Int128)Math.Round(LogUnit * Math.Log(_weights[i])) : 0;
        }

        _sums.Add(rows, rows.SliceColumns(rows.Columns, 0), hasWeights ? _weights.AsSpan(0, rows.Rows) : default);
        _record.Add(new MatrixSpan<double>(read, width), 0, hasWeights ? place : -1);
    }

    /// <summary>Fills the rows of the design, each at its place; those without a value are no longer used.</summary>
    private void Fill(DataSource source, DesignQuery query, MissingRows missing, ReadOnlySpan<double> chunk, long firstRow)
    {
        int width = query.Width, count = chunk.Length / width, columns = RowWidth, variables = _design.VariableNames.Length;
        _filled = _filled.Length < count * columns ? new double[count * columns] : _filled;
        for (int i = 0; i < count; i++)
        {
            if (!_used[i])
            {
                continue;
            }

            ReadOnlySpan<double> read = chunk.Slice(i * width, width);
            Span<double> whole = _filled.AsSpan(i * columns, columns), row = whole[..variables];
            Prediction filled = query.Fill(read, row);
            if (filled.Issue == PredictionIssue.UnknownLevel)
            {
                filled = WithKnownLevels(source, query, filled, read, row, firstRow + missing.Seen - count + i);
            }

            if (!filled.HasValue)
            {
                missing.CountWithout(filled);
                _used[i] = false;
                continue;
            }

            // The remainders of variables are 0, and stay so.
            foreach ((int variable, int first, PolynomialVariable terms) in _polynomials)
            {
                terms.Expand(row[variable], whole.Slice(first, terms.Degree), whole.Slice(_sums.Columns + first, terms.Degree),
                    hasIntercept: true);
            }
        }
    }

    /// <summary>
    /// Decides whether a row with a text that is no level has no value for another reason, for then it is left out; else it contradicts the
    /// levels.
    /// </summary>
    private Prediction WithKnownLevels(DataSource source, DesignQuery query, Prediction unknown, ReadOnlySpan<double> read,
        Span<double> row, long number)
    {
        double[] known = read.ToArray();
        for (int i = 0; i < _design.Columns.Length; i++)
        {
            known[i] = _design.Columns[i].Kind == CellKind.Text ? Math.Max(0, known[i]) : known[i];
        }

        Prediction filled = query.Fill(known, row);
        return !filled.HasValue ? filled
            : throw new DataException($"{source.Description}, row {number + 1} (counted from 1 after the header): the text in '{_design.Columns[unknown.Place].Name}' is none of the levels that were found before; the file has changed, or the plan is of other files. Make the plan again.");
    }

    private void RequireWeight(DataSource source, double weight, long row)
    {
        string? wrong = weight < 0 ? "weights are not negative"
            : _request.WeightKind == WeightKind.Frequency && weight != Math.Floor(weight) ? "frequencies are whole numbers; use --weights for precisions"
            : null;
        if (wrong is not null)
        {
            throw new DataException(FormattableString.Invariant($"The weight '{_request.Weights}' is {weight} in row {row + 1} of {source.Description} (counted from 1 after the header); {wrong}."));
        }
    }
}
