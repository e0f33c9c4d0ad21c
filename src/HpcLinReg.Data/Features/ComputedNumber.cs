namespace HpcLinReg.Data.Features;

/// <summary>
/// A number that an expression makes of each row, such as the target <c>ln(price)</c>: by the same arithmetic as features, so that a
/// target and a feature of one text have the same bits.
/// </summary>
/// <remarks>What the expression reads stands behind the other numbers of a row; the result takes its own place in the row.</remarks>
internal sealed class ComputedNumber
{
    private readonly DesignQuery _query;
    private readonly string _description;
    private readonly double[] _value = new double[1];
    private long _rows;

    private ComputedNumber(DesignQuery query, string name, string description) => (_query, Name, _description) = (query, name, description);

    /// <summary>Gets the name.</summary>
    internal string Name { get; }

    /// <summary>Gets how many numbers it reads of a row.</summary>
    internal int Width => _query.Width;

    /// <summary>Gets the source's columns that are read as whole numbers.</summary>
    internal HashSet<int> WholeColumns => _query.WholeColumns;

    /// <summary>Prepares the computation; null for a column.</summary>
    internal static ComputedNumber? Of(DataSource source, RowNumber? number)
    {
        if (number?.Computed is not { } computed)
        {
            return null;
        }

        int[] columns = [.. computed.Columns];
        FeatureResolver resolver = new(source);
        var design = Design.Create([.. columns.Select(column => resolver.ModelColumnOf(column, [Reading.LevelScan.Placeholder]))],
            hasIntercept: false, computed.Feature);
        return new ComputedNumber(new DesignQuery(source, design, columns, following: 0), number.Name, source.Description);
    }

    /// <summary>Returns the select list of what is read.</summary>
    internal IEnumerable<string> Select() => _query.Select(Sources.Sql.Column).Concat(_query.SelectRests());

    /// <summary>Computes the number; NaN where a value is missing or the expression is not defined.</summary>
    /// <param name="read">What was read, <see cref="Width"/> numbers.</param>
    /// <exception cref="DataException">A whole-number expression leaves its range.</exception>
    internal double Compute(ReadOnlySpan<double> read)
    {
        _rows++;
        Prediction filled = _query.Fill(read, _value);
        return filled.Issue == PredictionIssue.OutOfRange
            ? throw new DataException(FormattableString.Invariant($"'{Name}' leaves the range of whole numbers in row {_rows} of {_description} (counted from 1 after the header); divide a factor by a power of ten."))
            : filled.HasValue ? _value[0] : double.NaN;
    }
}
