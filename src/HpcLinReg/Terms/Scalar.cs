using System.Runtime.CompilerServices;

namespace HpcLinReg.Terms;

/// <summary>
/// A value without its text, as expressions compute with it. It has no references, so that a row of them lies on the stack.
/// </summary>
internal readonly struct Scalar
{
    // A double's bits, a whole number, or microseconds: 32 bytes in all, where one field for each would take 64.
    private readonly Int128 _bits;

    private Scalar(CellKind kind, Int128 bits)
    {
        Kind = kind;
        _bits = bits;
    }

    /// <summary>Gets the kind of the value; never <see cref="CellKind.Text"/>.</summary>
    internal CellKind Kind { get; }

    /// <summary>Gets the missing value.</summary>
    internal static Scalar Missing => default;

    /// <summary>Gets whether the value is missing.</summary>
    internal bool IsMissing => Kind == CellKind.Missing;

    /// <summary>Gets a whole number, 0 or 1 of a flag, a time's microseconds, or a level's index.</summary>
    internal Int128 WholeNumber => _bits;

    /// <summary>Returns a number; NaN and infinities are missing values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Scalar OfNumber(double value) =>
        double.IsFinite(value) ? new Scalar(CellKind.Number, BitConverter.DoubleToUInt64Bits(value)) : default;

    /// <summary>Returns a whole number.</summary>
    internal static Scalar OfWhole(Int128 value) => new(CellKind.Whole, value);

    /// <summary>Returns a flag.</summary>
    internal static Scalar OfFlag(bool value) => new(CellKind.Flag, value ? 1 : 0);

    /// <summary>Returns a time.</summary>
    /// <param name="microseconds">Microseconds since 1970-01-01 00:00 UTC.</param>
    internal static Scalar OfTime(long microseconds) => new(CellKind.Time, microseconds);

    /// <summary>Returns the index of a level; −1 for a text that is none of its column's.</summary>
    internal static Scalar OfLevel(int index) => new(CellKind.Level, index);

    /// <summary>
    /// Returns the value as a double: a whole number rounded to the nearest, a flag as 0 or 1, a time as seconds since 1970-01-01 UTC; NaN
    /// where it is missing or a level.
    /// </summary>
    internal double ToDouble() => Kind switch
    {
        CellKind.Number => BitConverter.UInt64BitsToDouble((ulong)_bits),
        CellKind.Whole or CellKind.Flag => (double)_bits,
        CellKind.Time => (double)_bits / 1e6,
        _ => double.NaN,
    };
}
