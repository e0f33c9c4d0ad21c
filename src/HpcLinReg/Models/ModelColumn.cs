using System.Collections.Immutable;
using System.Text;

namespace HpcLinReg;

/// <summary>A column that a model reads: its name, its kind, and its levels, mean and range in training.</summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ModelColumn
{
    /// <summary>Describes a column.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">
    /// The kind of its values: <see cref="CellKind.Number"/>, <see cref="CellKind.Whole"/>, <see cref="CellKind.Flag"/>,
    /// <see cref="CellKind.Time"/> or <see cref="CellKind.Text"/>.
    /// </param>
    /// <exception cref="ArgumentException">The name is empty or the kind is none of these.</exception>
    public ModelColumn(string name, CellKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (kind is CellKind.Missing or CellKind.Level || !Enum.IsDefined(kind))
        {
            throw new ArgumentException($"A column cannot be of the kind {kind}; it is Number, Whole, Flag, Time or Text.", nameof(kind));
        }

        Name = name;
        Kind = kind;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the kind of its values.</summary>
    public CellKind Kind { get; }

    /// <summary>
    /// Gets the levels of a text column, in the order of their UTF-8 bytes; the first is the baseline. Empty for other kinds.
    /// </summary>
    public ImmutableArray<string> Levels { get; init; } = [];

    /// <summary>
    /// Gets the mean over the training rows, in double; NaN where it is not known, and for text. Of times in seconds since 1970-01-01 UTC.
    /// </summary>
    public double Mean { get; init; } = double.NaN;

    /// <summary>Gets the smallest value in training; NaN where it is not known, and for text.</summary>
    public double Least { get; init; } = double.NaN;

    /// <summary>Gets the largest value in training; NaN where it is not known, and for text.</summary>
    public double Most { get; init; } = double.NaN;

    /// <summary>
    /// Gets the number that a missing value counts as, such as the mean of the training rows; NaN where a row without a value has no
    /// prediction. Of columns of numbers only.
    /// </summary>
    /// <exception cref="ArgumentException">It is infinite, or the column is not one of numbers.</exception>
    public double WhenMissing
    {
        get;
        init => field = double.IsInfinity(value) || (!double.IsNaN(value) && Kind is not (CellKind.Number or CellKind.Whole))
            ? throw new ArgumentException($"A missing value of '{Name}' cannot count as {value}; only a column of numbers can have such a number, and it is finite.", nameof(value))
            : value;
    } = double.NaN;

    /// <summary>Gets whether a missing value counts as a number.</summary>
    internal bool IsFilled => !double.IsNaN(WhenMissing);

    /// <summary>Gets how cells of a file were read, such as a date's format; null where nothing needs to be said.</summary>
    public string? Format { get; init; }

    /// <summary>Returns different texts in the order of levels, which is that of their UTF-8 bytes.</summary>
    /// <param name="texts">The texts; each counts once.</param>
    /// <returns>The levels.</returns>
    public static ImmutableArray<string> ToLevels(IEnumerable<string> texts) =>
        [.. texts.Distinct(StringComparer.Ordinal)
            .OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))];

    /// <summary>Returns the same column with its mean and range over the training rows.</summary>
    internal ModelColumn With(double mean, double least, double most) =>
        new(Name, Kind) { Levels = Levels, Format = Format, WhenMissing = WhenMissing, Mean = mean, Least = least, Most = most };
}
