using DuckDB.NET.Native;

namespace HpcLinReg.Data.Reading;

/// <summary>A chunk's column of texts, read where they lie: valid until the next chunk.</summary>
internal readonly unsafe struct TextVector
{
    private readonly ulong* _present;
    private readonly DuckDBString* _texts;

    internal TextVector(nint vector)
    {
        _present = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        _texts = (DuckDBString*)NativeMethods.Vectors.DuckDBVectorGetData(vector);
    }

    /// <summary>Returns whether the text of a row is NULL.</summary>
    internal bool IsMissing(int row) => _present != null && (_present[row >> 6] >> row & 1) == 0;

    /// <summary>Returns the text of a row in UTF-8; empty where it is NULL.</summary>
    internal ReadOnlySpan<byte> this[int row]
    {
        get
        {
            if (IsMissing(row))
            {
                return default;
            }

            // The bytes of a short text lie within its own entry, which the span points into.
            DuckDBString* text = _texts + row;
            return new ReadOnlySpan<byte>(text->Data, text->Length);
        }
    }
}
