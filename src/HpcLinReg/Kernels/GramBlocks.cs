using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HpcLinReg.Kernels;

/// <summary>
/// How the upper triangle of a symmetric matrix lies in memory: the blocks of eight by eight on and above the diagonal, each by
/// rows, block row after block row. A register tile's outputs lie side by side, where rows of a wide matrix would take a page
/// each, and every loop runs over whole lines. Below the diagonal and behind the last column anything may stand.
/// </summary>
internal static class GramBlocks
{
    /// <summary>Elements of a block.</summary>
    internal const int BlockLength = Line.Lanes * Line.Lanes;

    /// <summary>Lines in a row of so many columns.</summary>
    internal static int Lines(int columns) => (columns + Line.Lanes - 1) / Line.Lanes;

    /// <summary>Columns rounded up to whole lines: the length of vectors that go with the matrix.</summary>
    internal static int PaddedColumns(int columns) => Lines(columns) * Line.Lanes;

    /// <summary>Elements of the triangle.</summary>
    internal static int Length(int columns) => checked(Lines(columns) * (Lines(columns) + 1) / 2 * BlockLength);

    /// <summary>Where block (i, j ≥ i) begins.</summary>
    internal static int BlockPosition(int lines, int i, int j) => ((i * lines) - (i * (i - 1) / 2) + (j - i)) * BlockLength;

    /// <summary>Where element (i, j ≥ i) lies.</summary>
    internal static int Position(int columns, int i, int j) =>
        BlockPosition(Lines(columns), i / Line.Lanes, j / Line.Lanes) + (i % Line.Lanes * Line.Lanes) + (j % Line.Lanes);

    /// <summary>Copies elements (i, i), (i, i + 1), … of a row.</summary>
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

    /// <summary>C += factor·v·vᵀ. The vector has padded length, zeros (or numbers nobody looks at) behind its end.</summary>
    internal static void AddOuterProduct(Span<double> triangle, int columns, double factor, ReadOnlySpan<double> vector)
    {
        ref double c = ref MemoryMarshal.GetReference(triangle);
        ref double v = ref MemoryMarshal.GetReference(vector);
        int lines = Lines(columns);
        for (int i = 0; i < columns; i++)
        {
            Vector512<double> value = Vector512.Create(factor * vector[i]);
            int line = i / Line.Lanes;
            ref double row = ref Unsafe.Add(ref c, BlockPosition(lines, line, line) + (i % Line.Lanes * Line.Lanes));
            for (; line < lines; line++)
            {
                Vector512.MultiplyAddEstimate(value, Line.Load(ref v, line * Line.Lanes), Line.Load(ref row, 0)).StoreUnsafe(ref row);
                row = ref Unsafe.Add(ref row, BlockLength);
            }
        }
    }

    /// <summary>C += D + factor·v·vᵀ, in one pass: of a wide matrix the triangles are larger than the nearer caches.</summary>
    internal static void AddWithOuterProduct(Span<double> triangle, ReadOnlySpan<double> other, int columns, double factor, ReadOnlySpan<double> vector)
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
                    Vector512<double> left = Vector512.Create(factor * Unsafe.Add(ref v, (i * Line.Lanes) + row));
                    Vector512<double> sum = Line.Load(ref c, 0) + Line.Load(ref d, 0);
                    Vector512.MultiplyAddEstimate(left, right, sum).StoreUnsafe(ref c);
                    c = ref Unsafe.Add(ref c, Line.Lanes);
                    d = ref Unsafe.Add(ref d, Line.Lanes);
                }
            }
        }
    }
}
