using System.Globalization;
using HpcLinReg.Terms;

namespace HpcLinReg;

/// <summary>The value of one column in one row: a number, a whole number, a flag, a time, a text, or nothing.</summary>
/// <remarks>
/// Values convert to cells by themselves: <c>Cell city = "Rome";</c>, <c>Cell age = 41.5;</c>. NaN, infinities and null are missing values.
/// Immutable; making one does not allocate.
/// </remarks>
public readonly struct Cell : IEquatable<Cell>
{
    private readonly Scalar _scalar;
    private readonly string? _text;

    internal Cell(Scalar scalar) => _scalar = scalar;

    private Cell(string? text) => _text = text;

    /// <summary>Gets the missing value, which <c>default</c> is as well.</summary>
    public static Cell Missing => default;

    /// <summary>Gets the kind of the value.</summary>
    public CellKind Kind => _text is null ? _scalar.Kind : CellKind.Text;

    /// <summary>Gets whether the value is missing.</summary>
    public bool IsMissing => Kind == CellKind.Missing;

    /// <summary>Gets the text; null where the cell is not one.</summary>
    public string? Text => _text;

    /// <summary>Gets the value that is no text; missing for a text.</summary>
    internal Scalar Scalar => _scalar;

    /// <summary>Returns a number; NaN and infinities are missing.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(double value) => new(Scalar.OfNumber(value));

    /// <summary>Returns a whole number.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(long value) => new(Scalar.OfWhole(value));

    /// <summary>Returns a whole number.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(Int128 value) => new(Scalar.OfWhole(value));

    /// <summary>Returns a flag.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(bool value) => new(Scalar.OfFlag(value));

    /// <summary>Returns a text; null is missing.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(string? value) => new(value);

    /// <summary>Returns a time, which is converted to UTC and cut to whole microseconds.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(DateTimeOffset value) => new(Scalar.OfTime(Microseconds(value.UtcTicks)));

    /// <summary>
    /// Returns a time, cut to whole microseconds. A local time is converted to UTC; one of no stated kind is taken as UTC.
    /// </summary>
    /// <param name="value">The value.</param>
    public static implicit operator Cell(DateTime value) =>
        new(Scalar.OfTime(Microseconds(value.Kind == DateTimeKind.Local ? value.ToUniversalTime().Ticks : value.Ticks)));

    /// <summary>Returns whether two cells hold the same kind and value; a missing one equals a missing one.</summary>
    /// <param name="left">A cell.</param>
    /// <param name="right">Another.</param>
    public static bool operator ==(Cell left, Cell right) => left.Equals(right);

    /// <summary>Returns whether two cells differ in kind or value.</summary>
    /// <param name="left">A cell.</param>
    /// <param name="right">Another.</param>
    public static bool operator !=(Cell left, Cell right) => !left.Equals(right);

    /// <summary>Returns a text as the index of its level (<see cref="ModelColumn.Levels"/>), which saves looking the text up.</summary>
    /// <param name="index">The index; −1 for a text that is not among the levels.</param>
    public static Cell Level(int index) => new(Scalar.OfLevel(index));

    /// <summary>
    /// Returns the value as a double: a whole number rounded to the nearest, a flag as 0 or 1, a time as seconds since 1970-01-01 UTC; NaN
    /// for a text and a missing value.
    /// </summary>
    public double ToDouble() => _scalar.ToDouble();

    /// <inheritdoc/>
    public bool Equals(Cell other) => Kind == other.Kind && _text == other._text && _scalar.WholeNumber == other._scalar.WholeNumber;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Cell other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, _text, _scalar.WholeNumber);

    /// <summary>Returns the value for a message; invariant culture, times in ISO 8601.</summary>
    public override string ToString() => Kind switch
    {
        CellKind.Missing => "",
        CellKind.Text => _text!,
        CellKind.Level => string.Create(CultureInfo.InvariantCulture, $"level {_scalar.WholeNumber}"),
        CellKind.Flag => _scalar.WholeNumber == 0 ? "false" : "true",
        CellKind.Whole => _scalar.WholeNumber.ToString(CultureInfo.InvariantCulture),
        CellKind.Time => TimeText((long)_scalar.WholeNumber),
        _ => ToDouble().ToString("R", CultureInfo.InvariantCulture),
    };

    private static string TimeText(long microseconds) =>
        microseconds >= Microseconds(0) && microseconds <= Microseconds(DateTime.MaxValue.Ticks)
            ? DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{microseconds} microseconds since 1970-01-01");

    /// <summary>Rounds down, also before 1970.</summary>
    private static long Microseconds(long ticks) => FloorDivide(ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);

    private static long FloorDivide(long a, long b) =>
        Math.DivRem(a, b) is var (quotient, remainder) && remainder < 0 ? quotient - 1 : quotient;
}
