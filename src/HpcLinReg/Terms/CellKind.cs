namespace HpcLinReg;

/// <summary>The kind of the value of a <see cref="Cell"/>.</summary>
public enum CellKind
{
    /// <summary>Nothing: the value is missing.</summary>
    Missing,

    /// <summary>A number in double precision.</summary>
    Number,

    /// <summary>A whole number of up to 128 bits, kept exactly.</summary>
    Whole,

    /// <summary>True or false; 1 or 0 where a number is needed.</summary>
    Flag,

    /// <summary>A time in UTC, in whole microseconds since 1970-01-01.</summary>
    Time,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A text given by the index of its level among those of its column (<see cref="Cell.Level"/>).</summary>
    Level,
}
