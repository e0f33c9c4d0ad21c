using System.Data;
using System.Globalization;
using System.Numerics;

namespace HpcLinReg.Data.Rows;

/// <summary>Copies the rows of an <see cref="IDataReader"/>.</summary>
internal static class ReaderRows
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads all rows.</summary>
    /// <exception cref="DataException">A value is not of its column's type.</exception>
    internal static RowStore Copy(IDataReader reader, CancellationToken cancellationToken)
    {
        RowColumn[] columns =
            [.. Enumerable.Range(0, reader.FieldCount).Select(i => RowColumn.Of(reader.GetName(i), reader.GetFieldType(i)))];
        var store = RowStore.Create(columns);
        try
        {
            while (reader.Read())
            {
                if (store.Rows % RowsBetweenChecks == 0)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                }

                for (int i = 0; i < columns.Length; i++)
                {
                    Add(store, columns[i], reader.GetValue(i));
                }

                store.EndRow();
            }

            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static void Add(RowStore store, RowColumn column, object value)
    {
        if (value is null or DBNull)
        {
            store.Missing();
            return;
        }

        bool isAdded = column.DuckDBType switch
        {
            "DOUBLE" => AddNumber(store, value),
            "BIGINT" => AddWhole(store, value),
            "HUGEINT" => AddHuge(store, value),
            "BOOLEAN" => value is bool flag && Done(() => store.Add(flag)),
            "DATE" => value is DateOnly day && Done(() => store.Add(day)),
            "TIMESTAMP" => value is DateTime time && Done(() => store.Add(time)),
            RowColumn.Moment => value is DateTimeOffset moment && Done(() => store.Add(moment)),
            _ => AddText(store, value),
        };
        if (!isAdded)
        {
            throw new DataException(string.Create(CultureInfo.InvariantCulture, $"The column '{column.Name}' has a value of type {value.GetType().Name} in row {store.Rows + 1} (counted from 1), '{value}', which its type does not hold; cast the column in the query."));
        }
    }

    private static bool Done(Action add)
    {
        add();
        return true;
    }

    private static bool AddNumber(RowStore store, object value)
    {
        switch (value)
        {
            case double number:
                store.Add(number);
                return true;
            case float number:
                store.Add((double)number);
                return true;
            case Half number:
                store.Add((double)number);
                return true;
            case decimal number:
                store.Add(RowColumn.Nearest(number));
                return true;
            case sbyte or byte or short or ushort or int or uint:
                store.Add(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                return true;
            case long whole when (long)(double)whole == whole && whole != long.MaxValue:
                store.Add((double)whole);
                return true;
            default:
                return false;
        }
    }

    private static bool AddWhole(RowStore store, object value)
    {
        switch (value)
        {
            case sbyte or byte or short or ushort or int or uint or long:
                store.Add(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                return true;
            case ulong whole when whole <= long.MaxValue:
                store.Add((long)whole);
                return true;
            default:
                return false;
        }
    }

    private static bool AddHuge(RowStore store, object value)
    {
        BigInteger? whole = value switch
        {
            ulong number => number,
            Int128 number => (BigInteger)number,
            BigInteger number => number,
            _ => null,
        };
        if (whole is not { } found || !RowColumn.IsKept(found))
        {
            return false;
        }

        store.Add(found);
        return true;
    }

    private static bool AddText(RowStore store, object value)
    {
        string? text = value switch
        {
            string found => found,
            char or Guid => value.ToString(),
            _ => null,
        };
        if (text is not null)
        {
            store.Add(text);
        }

        return text is not null;
    }
}
