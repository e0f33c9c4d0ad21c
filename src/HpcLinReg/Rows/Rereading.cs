namespace HpcLinReg;

/// <summary>
/// The cost of reading an <see cref="IRowSource"/> a second time; it decides how <see cref="LinearRegression"/> sums the rows.
/// </summary>
public enum Rereading
{
    /// <summary>
    /// A further reading costs little beside computing with the rows, as in memory or from a binary file: the closed form sums in double,
    /// and reads again where the digits asked for demand it.
    /// </summary>
    Cheap,

    /// <summary>
    /// The rows can be read again, but that costs more than summing them in double-double, as from text: the closed form reads once and
    /// sums in double-double. Polynomials and descents read again.
    /// </summary>
    Costly,

    /// <summary>
    /// The rows can be read once only, as from a pipe: the closed form reads once and sums in double-double. Polynomials and descents,
    /// which need several readings, refuse the source before they read.
    /// </summary>
    Impossible,
}
