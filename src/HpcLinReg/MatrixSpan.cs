using System.Numerics;

namespace HpcLinReg;

/// <summary>Makes views of matrices; the element type follows from the buffer.</summary>
public static class MatrixSpan
{
    /// <summary>Views a two-dimensional array.</summary>
    /// <param name="values">The matrix; not copied.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentException">The element type is neither double nor float.</exception>
    public static MatrixSpan<T> Create<T>(T[,] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(values);

    /// <summary>Views a contiguous row-major array whose length decides the number of rows.</summary>
    /// <param name="values">Row-major elements; the length is a multiple of <paramref name="columns"/>. Not copied.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The length is not a multiple of <paramref name="columns"/>, or the element type is neither double nor float.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public static MatrixSpan<T> Create<T>(T[] values, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(values, columns);
    }

    /// <summary>Views a contiguous row-major buffer whose length decides the number of rows.</summary>
    /// <param name="values">Row-major elements; the length is a multiple of <paramref name="columns"/>. Not copied.</param>
    /// <param name="columns">The number of columns, at least 1.</param>
    /// <returns>The view.</returns>
    /// <exception cref="ArgumentException">
    /// The length is not a multiple of <paramref name="columns"/>, or the element type is neither double nor float.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is less than 1.</exception>
    public static MatrixSpan<T> Create<T>(ReadOnlySpan<T> values, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(values, columns);
}
