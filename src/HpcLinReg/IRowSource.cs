namespace HpcLinReg;

/// <summary>
/// Rows of joint columns [X | y] that can be read from the first to the last as often as an algorithm asks: a file, a query, a
/// generator. What is larger than memory is fitted through it.
/// </summary>
/// <remarks>
/// Every reading gives the same rows in the same order; results are undefined otherwise. Implementations need not be thread-safe:
/// one reading is open at a time.
/// </remarks>
public interface IRowSource
{
    /// <summary>Gets the number of joint columns, at least 1; the last one is the target.</summary>
    int Columns { get; }

    /// <summary>Starts a reading at the first row.</summary>
    /// <returns>The reading, which the caller disposes of.</returns>
    IRowReader Open();
}

/// <summary>One reading of an <see cref="IRowSource"/>.</summary>
public interface IRowReader : IDisposable
{
    /// <summary>Reads the next rows.</summary>
    /// <returns>
    /// Any positive number of whole rows, row-major; empty at the end. Valid until the next call. How rows are cut into calls never
    /// shows in a result.
    /// </returns>
    ReadOnlySpan<double> ReadRows();
}
