using System.Runtime.CompilerServices;

namespace HpcLinReg.Data.Reading;

/// <summary>Turns columns into rows.</summary>
internal static class RowMajor
{
    /// <summary>Writes a column into rows.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rows">The rows, from the column's place in the first on.</param>
    /// <param name="width">The number of values of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Scatter(ReadOnlySpan<double> column, Span<double> rows, int width)
    {
        int place = 0;
        foreach (double value in column)
        {
            rows[place] = value;
            place += width;
        }
    }
}
