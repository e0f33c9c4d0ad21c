using System.Numerics;
using System.Runtime.InteropServices;

namespace HpcLinReg.Rows;

/// <summary>Checks of the matrices and vectors that callers pass; each throws an exception that names the argument.</summary>
internal static class RowArguments
{
    /// <summary>Requires a row at least, and as many targets as rows.</summary>
    internal static void RequireRows<T>(MatrixSpan<T> x, int targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequirePerRow(x, targets, "y");
        RequireRows(x);
    }

    /// <summary>Requires a row at least.</summary>
    internal static void RequireRows<T>(MatrixSpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows == 0)
        {
            Throw.NoRows();
        }
    }

    /// <summary>Requires a weight for each column.</summary>
    internal static void RequireWeights<T>(MatrixSpan<T> x, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns != weights.Length)
        {
            Throw.ColumnsAgainstWeights(x.Columns, weights.Length);
        }
    }

    /// <summary>Requires room for a prediction of each row, apart from the rows.</summary>
    internal static void RequirePredictions<T, TResult>(MatrixSpan<T> x, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RequireDoubleOrFloat<TResult>();
        RequirePerRow(x, destination.Length, nameof(destination));
        RequireApart<TResult, T>(destination, x.Values, nameof(destination), nameof(x));
    }

    /// <summary>Requires double or float.</summary>
    internal static void RequireDoubleOrFloat<T>()
    {
        if (typeof(T) != typeof(double) && typeof(T) != typeof(float))
        {
            Throw.ElementTypeNotSupported(typeof(T));
        }
    }

    /// <summary>Requires an element for each row.</summary>
    internal static void RequirePerRow<T>(MatrixSpan<T> x, int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rows != length)
        {
            Throw.RowsAgainst(name, x.Rows, length);
        }
    }

    /// <summary>Requires an element for each column.</summary>
    internal static void RequirePerColumn<T>(MatrixSpan<T> x, int length, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Columns != length)
        {
            Throw.ColumnsAgainst(name, x.Columns, length);
        }
    }

    /// <summary>Requires that a written buffer does not overlap one that is read.</summary>
    internal static void RequireApart<TWritten, TRead>(Span<TWritten> written, ReadOnlySpan<TRead> read, string writtenName,
        string readName)
        where TWritten : unmanaged
        where TRead : unmanaged
    {
        if (MemoryMarshal.AsBytes(written).Overlaps(MemoryMarshal.AsBytes(read)))
        {
            Throw.Overlap(writtenName, readName);
        }
    }
}
