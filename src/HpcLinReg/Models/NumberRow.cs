using System.Runtime.CompilerServices;
using HpcLinReg.Terms;

namespace HpcLinReg.Models;

/// <summary>A row of doubles: flags as 0 and 1, times as seconds since 1970-01-01 UTC, texts as the index of their level.</summary>
internal readonly ref struct NumberRow(ReadOnlySpan<double> values) : IRowValues
{
    /// <summary>From 2⁵³ on doubles are too far apart to be a count of microseconds.</summary>
    private const double MostMicroseconds = 1L << 53;

    private readonly ReadOnlySpan<double> _values = values;

    public Scalar this[int place, ModelColumn? column] =>
        column is { IsFilled: true } && !double.IsFinite(_values[place]) ? Scalar.OfNumber(column.WhenMissing)
            : Convert(_values[place], column?.Kind ?? CellKind.Number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Number(int place) => _values[place];

    private static Scalar Convert(double value, CellKind kind) => kind switch
    {
        _ when !double.IsFinite(value) => Scalar.Missing,
        CellKind.Whole when value == Math.Floor(value) && Math.Abs(value) < 1e38 => Scalar.OfWhole((Int128)value),
        CellKind.Flag when value is 0 or 1 => Scalar.OfFlag(value == 1),
        CellKind.Time when Math.Abs(value * 1e6) < MostMicroseconds => Scalar.OfTime((long)Math.Round(value * 1e6)),
        CellKind.Text => Scalar.OfLevel(value == Math.Floor(value) && value is >= 0 and < int.MaxValue ? (int)value : -1),
        _ => Scalar.OfNumber(value),
    };
}
