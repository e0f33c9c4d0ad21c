namespace HpcLinReg;

/// <summary>The precision of the arithmetic that moments are summed in.</summary>
public enum MomentsPrecision
{
    /// <summary>
    /// Double: as fast as memory or multiply-adds allow. About 16 − 2·log₁₀κ digits of a fit, more when the rows can be read again.
    /// </summary>
    Plain,

    /// <summary>
    /// Double-double, about 100 bits, at some two to four times the cost: digits for any design that its cells can distinguish, without a
    /// second look at the rows. Rows may have weights.
    /// </summary>
    DoubleDouble,
}
