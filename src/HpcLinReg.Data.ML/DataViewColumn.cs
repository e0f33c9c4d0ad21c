using System.Globalization;
using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HpcLinReg.Data;

/// <summary>How the values of a column of a data view become values of rows.</summary>
internal static class DataViewColumn
{
    private const string SlotNames = "SlotNames";
    private const string KeyValues = "KeyValues";

    /// <summary>Returns names and types of the columns that a column becomes: of a vector, one for each value.</summary>
    /// <exception cref="UsageException">The values are no numbers, flags, times or texts, or a vector has no known size.</exception>
    internal static IEnumerable<(string Name, Type Type)> Of(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType vector)
        {
            return [(column.Name, TypeOf(column, column.Type))];
        }

        if (!vector.IsKnownSize)
        {
            throw new UsageException($"The column '{column.Name}' is a vector whose size is not the same in all rows; leave it out, or give it a size.");
        }

        Type type = TypeOf(column, vector.ItemType);
        string[] slots = Slots(column, vector.Size);
        return slots.Select(slot => ($"{column.Name}.{slot}", type));
    }

    /// <summary>Returns what adds the values of the cursor's row to the rows.</summary>
    internal static Action<RowAppender> Adder(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        DataViewType type = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (type is KeyDataViewType key)
        {
            return OfKeys(cursor, column, key, Texts(column));
        }

        return type.RawType switch
        {
            var raw when raw == typeof(double) => Of<double>(cursor, column, (rows, value) => rows.Add(value)),
            var raw when raw == typeof(float) => Of<float>(cursor, column, (rows, value) => rows.Add((double)value)),
            var raw when raw == typeof(sbyte) => Of<sbyte>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(byte) => Of<byte>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(short) => Of<short>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(ushort) => Of<ushort>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(int) => Of<int>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(uint) => Of<uint>(cursor, column, (rows, value) => rows.Add((long)value)),
            var raw when raw == typeof(long) => Of<long>(cursor, column, (rows, value) => rows.Add(value)),
            var raw when raw == typeof(ulong) => Of<ulong>(cursor, column, (rows, value) => rows.Add((BigInteger)value)),
            var raw when raw == typeof(bool) => Of<bool>(cursor, column, (rows, value) => rows.Add(value)),
            var raw when raw == typeof(DateTime) => Of<DateTime>(cursor, column, (rows, value) => rows.Add(value)),
            var raw when raw == typeof(DateTimeOffset) => Of<DateTimeOffset>(cursor, column, (rows, value) => rows.Add(value)),
            _ => Of<ReadOnlyMemory<char>>(cursor, column, (rows, value) => rows.Add(value.IsEmpty ? null : value.ToString())),
        };
    }

    private static Type TypeOf(DataViewSchema.Column column, DataViewType type) => type switch
    {
        KeyDataViewType => Texts(column) is null ? typeof(ulong) : typeof(string),
        TextDataViewType => typeof(string),
        NumberDataViewType or BooleanDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType => type.RawType,
        _ => throw new UsageException($"The column '{column.Name}' has values of type {type}, which are no numbers, flags, times or texts; leave it out, or convert it."),
    };

    private static Action<RowAppender> Of<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Action<RowAppender, T> add)
    {
        if (column.Type is not VectorDataViewType)
        {
            ValueGetter<T> get = cursor.GetGetter<T>(column);
            T value = default!;
            return rows =>
            {
                get(ref value);
                add(rows, value);
            };
        }

        ValueGetter<VBuffer<T>> getAll = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        return rows =>
        {
            getAll(ref values);
            foreach (T value in values.DenseValues())
            {
                add(rows, value);
            }
        };
    }

    /// <summary>A key is counted from 1; 0 is a missing one.</summary>
    private static Action<RowAppender> OfKeys(DataViewRowCursor cursor, DataViewSchema.Column column, KeyDataViewType key, string[]? texts)
    {
        return key.RawType switch
        {
            var raw when raw == typeof(byte) => Of<byte>(cursor, column, (rows, value) => Add(rows, value)),
            var raw when raw == typeof(ushort) => Of<ushort>(cursor, column, (rows, value) => Add(rows, value)),
            var raw when raw == typeof(uint) => Of<uint>(cursor, column, (rows, value) => Add(rows, value)),
            _ => Of<ulong>(cursor, column, Add),
        };

        void Add(RowAppender rows, ulong value)
        {
            if (value == 0)
            {
                rows.AddMissing();
            }
            else if (texts is null)
            {
                rows.Add((BigInteger)value);
            }
            else
            {
                rows.Add(texts[value - 1]);
            }
        }
    }

    /// <summary>Returns the texts of a column of keys; null where it has none.</summary>
    private static string[]? Texts(DataViewSchema.Column column) => Annotation(column, KeyValues);

    private static string[] Slots(DataViewSchema.Column column, int size)
    {
        string[]? names = Annotation(column, SlotNames);
        return [.. Enumerable.Range(0, size).Select(slot =>
            names?[slot] is { Length: > 0 } name ? name : slot.ToString(CultureInfo.InvariantCulture))];
    }

    private static string[]? Annotation(DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> texts = default;
        column.Annotations.GetValue(kind, ref texts);
        return [.. texts.DenseValues().Select(text => text.ToString())];
    }
}
