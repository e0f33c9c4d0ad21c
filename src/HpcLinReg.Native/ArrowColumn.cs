using System.Globalization;

namespace HpcLinReg.Native;

/// <summary>A column of an Arrow stream: its name and how its cells become doubles. Whole numbers that no double has are refused.</summary>
internal readonly unsafe struct ArrowColumn
{
    /// <summary>Whole numbers up to 2⁵³ are numbers of double.</summary>
    private const long MostWhole = 1L << 53;

    private readonly char _format;

    /// <summary>Takes a column's schema; throws where its cells are no numbers.</summary>
    internal ArrowColumn(ArrowSchema* schema, int index)
    {
        Name = schema->Name is null || *schema->Name == 0 ? $"x{index + 1}" : Texts.Of(schema->Name, $"the name of Arrow column {index}");
        string format = Texts.Of(schema->Format, $"the format of Arrow column '{Name}'");
        if (schema->Dictionary is not null || format.Length != 1 || !"bcCsSiIlLfg".Contains(format[0], StringComparison.Ordinal))
        {
            throw CallException.Argument($"Arrow column '{Name}' is of the format '{format}'{(schema->Dictionary is null ? "" : " with a dictionary")}; numbers and booleans can be used (b, c, C, s, S, i, I, l, L, f, g). Leave the column out or convert it.");
        }

        _format = format[0];
    }

    /// <summary>Gets the name.</summary>
    internal string Name { get; }

    /// <summary>Copies cells to every stride-th place; NaN where a cell is null.</summary>
    /// <param name="array">The array of the column.</param>
    /// <param name="first">The cell to begin with, without the array's own offset.</param>
    /// <param name="target">The places; there is one for each cell.</param>
    /// <param name="stride">The distance of two places.</param>
    /// <param name="row">The number of the first cell in the stream, for messages.</param>
    internal void Copy(ArrowArray* array, long first, Span<double> target, int stride, long row)
    {
        if (array->BufferCount < 2 || array->Dictionary is not null)
        {
            throw CallException.Argument($"Arrow column '{Name}' has {array->BufferCount} buffers; a column of numbers has two.");
        }

        byte* valid = array->NullCount == 0 ? null : (byte*)array->Buffers[0];
        void* values = array->Buffers[1];
        long start = array->Offset + first;
        for (int place = 0, i = 0; place < target.Length; place += stride, i++)
        {
            long cell = start + i;
            target[place] = valid is not null && !Bit(valid, cell) ? double.NaN : Value(values, cell, row + i);
        }
    }

    /// <summary>Returns a bit of a bitmap.</summary>
    internal static bool Bit(byte* bitmap, long index) => (bitmap[index >> 3] >> (int)(index & 7) & 1) != 0;

    private double Value(void* values, long cell, long row) => _format switch
    {
        'g' => ((double*)values)[cell],
        'f' => ((float*)values)[cell],
        'b' => Bit((byte*)values, cell) ? 1 : 0,
        'c' => ((sbyte*)values)[cell],
        'C' => ((byte*)values)[cell],
        's' => ((short*)values)[cell],
        'S' => ((ushort*)values)[cell],
        'i' => ((int*)values)[cell],
        'I' => ((uint*)values)[cell],
        'l' => ((long*)values)[cell] is var value and >= -MostWhole and <= MostWhole ? value : throw TooLarge(row, ((long*)values)[cell]),
        _ => ((ulong*)values)[cell] is var value and <= MostWhole ? value : throw TooLarge(row, ((ulong*)values)[cell]),
    };

    private CallException TooLarge(long row, Int128 value) =>
        CallException.Argument($"Row {row} (counted from 0), column '{Name}', is {value.ToString(CultureInfo.InvariantCulture)}, which double cannot hold; divide the column by a power of ten or convert it.");
}
