using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// The layout in memory of the upper triangle of a symmetric matrix: the blocks of eight by eight elements on and above the diagonal, block
/// row after block row, and each block by rows. So the outputs of a register tile lie side by side, where rows of a wide matrix would lie
/// on different pages, and every loop runs over whole lines. Elements below the diagonal and behind the last column have arbitrary values.
/// </summary>
internal static class GramBlocks
{
    /// <summary>The number of elements of a block.</summary>
    internal const int BlockLength = Line.Lanes * Line.Lanes;

    /// <summary>Returns the number of lines in a row of this many columns.</summary>
    internal static int Lines(int columns) => (columns + Line.Lanes - 1) / Line.Lanes;

    /// <summary>
    /// Returns the padded length: the number of columns rounded up to whole lines, which is the length of vectors that belong to the
    /// matrix.
    /// </summary>
    internal static int PaddedColumns(int columns) => Lines(columns) * Line.Lanes;

    /// <summary>Returns the number of elements of the triangle.</summary>
    internal static int Length(int columns) => checked(Lines(columns) * (Lines(columns) + 1) / 2 * BlockLength);

    /// <summary>Returns the position where block (i, j ≥ i) begins.</summary>
    internal static int BlockPosition(int lines, int i, int j) => ((i * lines) - (i * (i - 1) / 2) + (j - i)) * BlockLength;

    /// <summary>Returns the position of element (i, j ≥ i).</summary>
    internal static int Position(int columns, int i, int j) =>
        BlockPosition(Lines(columns), i / Line.Lanes, j / Line.Lanes) + (i % Line.Lanes * Line.Lanes) + (j % Line.Lanes);

    /// <summary>Copies the elements (i, i), (i, i + 1), … of a row.</summary>
    internal static void CopyRow(ReadOnlySpan<double> triangle, int columns, int i, Span<double> row)
    {
        int position = Position(columns, i, i);
        int count = Math.Min(Line.Lanes - (i % Line.Lanes), row.Length);
        triangle.Slice(position, count).CopyTo(row);
        position += BlockLength - (i % Line.Lanes);
        for (; count < row.Length; count += Line.Lanes)
        {
            triangle.Slice(position, Math.Min(Line.Lanes, row.Length - count)).CopyTo(row[count..]);
            position += BlockLength;
        }
    }

    /// <summary>
    /// Computes C += factor·v·vᵀ. The vector has padded length; its elements behind the last column affect only elements of C that have
    /// arbitrary values.
    /// </summary>
    internal static void AddOuterProduct(Span<double> triangle, int columns, double factor, ReadOnlySpan<double> vector)
    {
        ref double c = ref MemoryMarshal.GetReference(triangle);
        ref double v = ref MemoryMarshal.GetReference(vector);
        int lines = Lines(columns);
        for (int i = 0; i < columns; i++)
        {
            var value = Vector512.Create(factor * vector[i]);
            int line = i / Line.Lanes;
            ref double row = ref Unsafe.Add(ref c, BlockPosition(lines, line, line) + (i % Line.Lanes * Line.Lanes));
            for (; line < lines; line++)
            {
                Vector512.MultiplyAddEstimate(value, Line.Load(ref v, line * Line.Lanes), Line.Load(ref row, 0)).StoreUnsafe(ref row);
                row = ref Unsafe.Add(ref row, BlockLength);
            }
        }
    }

    /// <summary>Computes C += D + factor·v·vᵀ in one pass, because the triangles of a wide matrix do not fit the nearer caches.</summary>
    internal static void AddWithOuterProduct(Span<double> triangle, ReadOnlySpan<double> other, int columns, double factor,
        ReadOnlySpan<double> vector)
    {
        ref double c = ref MemoryMarshal.GetReference(triangle);
        ref double d = ref MemoryMarshal.GetReference(other);
        ref double v = ref MemoryMarshal.GetReference(vector);
        int lines = Lines(columns);
        for (int i = 0; i < lines; i++)
        {
            for (int j = i; j < lines; j++)
            {
                Vector512<double> right = Line.Load(ref v, j * Line.Lanes);
                for (int row = 0; row < Line.Lanes; row++)
                {
                    var left = Vector512.Create(factor * Unsafe.Add(ref v, (i * Line.Lanes) + row));
                    Vector512<double> sum = Line.Load(ref c, 0) + Line.Load(ref d, 0);
                    Vector512.MultiplyAddEstimate(left, right, sum).StoreUnsafe(ref c);
                    c = ref Unsafe.Add(ref c, Line.Lanes);
                    d = ref Unsafe.Add(ref d, Line.Lanes);
                }
            }
        }
    }
}
