using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>A column of a batch of Arrow's, written into vectors of DuckDB's.</summary>
internal sealed unsafe class ArrowColumn(IArrowArray array)
{
    private const long Millisecond = 1000;
    private const long Second = 1_000_000;

    private static readonly Dictionary<ArrowTypeId, DuckDBType> Types = new()
    {
        [ArrowTypeId.Int8] = DuckDBType.TinyInt,
        [ArrowTypeId.Int16] = DuckDBType.SmallInt,
        [ArrowTypeId.Int32] = DuckDBType.Integer,
        [ArrowTypeId.Int64] = DuckDBType.BigInt,
        [ArrowTypeId.UInt8] = DuckDBType.UnsignedTinyInt,
        [ArrowTypeId.UInt16] = DuckDBType.UnsignedSmallInt,
        [ArrowTypeId.UInt32] = DuckDBType.UnsignedInteger,
        [ArrowTypeId.UInt64] = DuckDBType.UnsignedBigInt,
        [ArrowTypeId.HalfFloat] = DuckDBType.Float,
        [ArrowTypeId.Float] = DuckDBType.Float,
        [ArrowTypeId.Double] = DuckDBType.Double,
        [ArrowTypeId.Decimal128] = DuckDBType.Double,
        [ArrowTypeId.Decimal256] = DuckDBType.Double,
        [ArrowTypeId.Boolean] = DuckDBType.Boolean,
        [ArrowTypeId.String] = DuckDBType.Varchar,
        [ArrowTypeId.LargeString] = DuckDBType.Varchar,
        [ArrowTypeId.StringView] = DuckDBType.Varchar,
        [ArrowTypeId.Null] = DuckDBType.Varchar,
        [ArrowTypeId.Date32] = DuckDBType.Date,
        [ArrowTypeId.Date64] = DuckDBType.Date,
    };

    /// <summary>Returns DuckDB's type of a column's values; a dictionary is its values.</summary>
    /// <exception cref="DataException">Values of the type are no numbers, flags, times or texts.</exception>
    internal static DuckDBType TypeOf(Field field, string file) => field.DataType switch
    {
        TimestampType time => string.IsNullOrEmpty(time.Timezone) ? DuckDBType.Timestamp : DuckDBType.TimestampTz,
        DictionaryType dictionary when dictionary.ValueType.TypeId is ArrowTypeId.String or ArrowTypeId.LargeString => DuckDBType.Varchar,
        { } type when Types.TryGetValue(type.TypeId, out DuckDBType found) => found,
        _ => throw new DataException($"{file} has the column '{field.Name}' of Arrow's type {field.DataType.Name}, whose values are no numbers, flags, times or texts; leave it out when the file is written."),
    };

    /// <summary>Writes rows of the column.</summary>
    internal void Write(int first, int count, nint vector)
    {
        void* to = NativeMethods.Vectors.DuckDBVectorGetData(vector);
        switch (array)
        {
            case Date64Array or HalfFloatArray or Decimal128Array or Decimal256Array or BooleanArray or TimestampArray:
                WriteEach(first, count, to);
                break;
            case NullArray:
                break;
            case StringArray or LargeStringArray or StringViewArray or DictionaryArray:
                WriteTexts(first, count, vector);
                break;
            default:
                Copy(first, count, to);
                break;
        }

        if (array.NullCount != 0 || array is DictionaryArray { Dictionary.NullCount: not 0 })
        {
            WriteMissing(first, count, vector);
        }
    }

    /// <summary>Copies values that both sides have in the same bytes.</summary>
    private void Copy(int first, int count, void* to)
    {
        ArrayData data = array.Data;
        int size = ((FixedWidthType)data.DataType).BitWidth / 8;
        data.Buffers[1].Span.Slice((data.Offset + first) * size, count * size).CopyTo(new Span<byte>(to, count * size));
    }

    private void WriteEach(int first, int count, void* to)
    {
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            if (array.IsNull(row))
            {
                continue;
            }

            switch (array)
            {
                case Date64Array days:
                    ((int*)to)[i] = (int)Math.Floor(days.Values[row] / 86_400_000.0);
                    break;
                case HalfFloatArray halves:
                    ((float*)to)[i] = (float)halves.Values[row];
                    break;
                case Decimal128Array decimals:
                    ((double*)to)[i] = double.Parse(decimals.GetString(row)!, CultureInfo.InvariantCulture);
                    break;
                case Decimal256Array decimals:
                    ((double*)to)[i] = double.Parse(decimals.GetString(row)!, CultureInfo.InvariantCulture);
                    break;
                case BooleanArray flags:
                    ((bool*)to)[i] = flags.GetValue(row)!.Value;
                    break;
                case TimestampArray times:
                    ((long*)to)[i] = Microseconds(times.Values[row], ((TimestampType)times.Data.DataType).Unit);
                    break;
            }
        }
    }

    /// <summary>A time in microseconds; nanoseconds are cut.</summary>
    private static long Microseconds(long value, TimeUnit unit) => unit switch
    {
        TimeUnit.Second => checked(value * Second),
        TimeUnit.Millisecond => checked(value * Millisecond),
        TimeUnit.Microsecond => value,
        _ => value >= 0 ? value / 1000 : (value - 999) / 1000,
    };

    private void WriteTexts(int first, int count, nint vector)
    {
        for (int i = 0; i < count; i++)
        {
            if (!IsMissing(first + i))
            {
                ReadOnlySpan<byte> text = Text(first + i);
                fixed (byte* bytes = text)
                {
                    // Of an empty text there is no first byte.
                    byte none = 0;
                    NativeMethods.Vectors.DuckDBVectorAssignStringElementLength(vector, (ulong)i, bytes == null ? &none : bytes,
                        text.Length);
                }
            }
        }
    }

    private bool IsMissing(int row) => array.IsNull(row)
        || (array is DictionaryArray dictionary && dictionary.Dictionary.IsNull(Code(dictionary.Indices, row)));

    private ReadOnlySpan<byte> Text(int row) => array is DictionaryArray dictionary
        ? Text(dictionary.Dictionary, Code(dictionary.Indices, row)) : Text(array, row);

    private static ReadOnlySpan<byte> Text(IArrowArray texts, int row) => texts switch
    {
        StringArray some => some.GetBytes(row, out _),
        LargeStringArray some => some.GetBytes(row, out _),
        StringViewArray some => some.GetBytes(row, out _),
        _ => throw new DataException("A dictionary of Arrow's has values that are no texts."),
    };

    private static int Code(IArrowArray codes, int row) => codes switch
    {
        Int8Array some => some.Values[row],
        Int16Array some => some.Values[row],
        Int32Array some => some.Values[row],
        Int64Array some => checked((int)some.Values[row]),
        UInt8Array some => some.Values[row],
        UInt16Array some => some.Values[row],
        UInt32Array some => checked((int)some.Values[row]),
        UInt64Array some => checked((int)some.Values[row]),
        _ => throw new DataException("A dictionary of Arrow's has codes that are no whole numbers."),
    };

    private void WriteMissing(int first, int count, nint vector)
    {
        NativeMethods.Vectors.DuckDBVectorEnsureValidityWritable(vector);
        ulong* present = NativeMethods.Vectors.DuckDBVectorGetValidity(vector);
        for (int i = 0; i < count; i++)
        {
            if (IsMissing(first + i))
            {
                present[i >> 6] &= ~(1UL << (i & 63));
            }
        }
    }
}
