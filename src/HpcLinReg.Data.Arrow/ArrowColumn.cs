using System.Globalization;
using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace HpcLinReg.Data;

/// <summary>How the values of an Arrow array become values of rows.</summary>
internal static class ArrowColumn
{
    private const long MicrosecondsPerSecond = 1_000_000;
    private const long MillisecondsPerDay = 86_400_000;

    /// <summary>A decimal of this many digits has at most 127 bits.</summary>
    private const int MostWholeDigits = 38;

    /// <summary>Returns the type of .NET that the values of an Arrow type have.</summary>
    /// <exception cref="UsageException">They are no numbers, flags, times or texts.</exception>
    internal static Type TypeOf(string name, IArrowType type) => type switch
    {
        Int8Type or Int16Type or Int32Type or Int64Type or UInt8Type or UInt16Type or UInt32Type => typeof(long),
        UInt64Type => typeof(ulong),
        HalfFloatType or FloatType or DoubleType or NullType => typeof(double),
        // They are binary types of fixed size, too, whose scale is a property of the type.
        Decimal32Type { Scale: 0 } or Decimal64Type { Scale: 0 } or Decimal128Type { Scale: 0 } => typeof(BigInteger),
        Decimal256Type { Scale: 0, Precision: <= MostWholeDigits } => typeof(BigInteger),
        Decimal32Type or Decimal64Type or Decimal128Type or Decimal256Type => typeof(double),
        BooleanType => typeof(bool),
        Date32Type or Date64Type => typeof(DateOnly),
        TimestampType time => string.IsNullOrEmpty(time.Timezone) ? typeof(DateTime) : typeof(DateTimeOffset),
        StringType or LargeStringType or StringViewType => typeof(string),
        DictionaryType dictionary => TypeOf(name, dictionary.ValueType),
        _ => throw new UsageException($"The column '{name}' is of the Arrow type {type.Name}, whose values are no numbers, flags, times or texts; leave it out, or select a value from it before."),
    };

    /// <summary>Returns what adds the value of a row of an array to the rows.</summary>
    /// <exception cref="UsageException">The array's values are no numbers, flags, times or texts.</exception>
    internal static Action<RowAppender, int> Adder(string name, IArrowArray array)
    {
        if (array is DictionaryArray dictionary)
        {
            return OfDictionary(name, dictionary);
        }

        Action<RowAppender, int> add = OfValues(name, array);
        return array.NullCount == 0 ? add : (rows, i) =>
        {
            if (array.IsNull(i))
            {
                rows.AddMissing();
            }
            else
            {
                add(rows, i);
            }
        };
    }

    private static Action<RowAppender, int> OfValues(string name, IArrowArray array) => array switch
    {
        NullArray => (rows, _) => rows.AddMissing(),
        Int8Array values => (rows, i) => rows.Add((long)values.Values[i]),
        Int16Array values => (rows, i) => rows.Add((long)values.Values[i]),
        Int32Array values => (rows, i) => rows.Add((long)values.Values[i]),
        Int64Array values => (rows, i) => rows.Add(values.Values[i]),
        UInt8Array values => (rows, i) => rows.Add((long)values.Values[i]),
        UInt16Array values => (rows, i) => rows.Add((long)values.Values[i]),
        UInt32Array values => (rows, i) => rows.Add((long)values.Values[i]),
        UInt64Array values => (rows, i) => rows.Add((BigInteger)values.Values[i]),
        HalfFloatArray values => (rows, i) => rows.Add((double)values.Values[i]),
        FloatArray values => (rows, i) => rows.Add((double)values.Values[i]),
        DoubleArray values => (rows, i) => rows.Add(values.Values[i]),
        BooleanArray values => (rows, i) => rows.Add(values.GetValue(i)!.Value),
        StringArray values => (rows, i) => rows.Add(values.GetString(i)),
        LargeStringArray values => (rows, i) => rows.Add(values.GetString(i)),
        StringViewArray values => (rows, i) => rows.Add(values.GetString(i)),
        Date32Array values => (rows, i) => rows.Add(Day(name, rows, values.Values[i])),
        Date64Array values => (rows, i) => rows.Add(Day(name, rows, WholeDay(name, rows, values.Values[i]))),
        TimestampArray values => OfTimes(name, values, (TimestampType)values.Data.DataType),
        Decimal32Array values => OfDecimals(name, values.Data.DataType, values.GetString),
        Decimal64Array values => OfDecimals(name, values.Data.DataType, values.GetString),
        Decimal128Array values => OfDecimals(name, values.Data.DataType, values.GetString),
        Decimal256Array values => OfDecimals(name, values.Data.DataType, values.GetString),
        _ => throw new UsageException($"The column '{name}' is of the Arrow type {array.Data.DataType.Name}, which is not read; leave it out, or convert it before."),
    };

    private static Action<RowAppender, int> OfDictionary(string name, DictionaryArray array)
    {
        IArrowArray values = array.Dictionary, indices = array.Indices;
        Func<int, int> index = indices switch
        {
            Int8Array own => i => own.Values[i],
            Int16Array own => i => own.Values[i],
            Int32Array own => i => own.Values[i],
            Int64Array own => i => checked((int)own.Values[i]),
            UInt8Array own => i => own.Values[i],
            UInt16Array own => i => own.Values[i],
            UInt32Array own => i => checked((int)own.Values[i]),
            UInt64Array own => i => checked((int)own.Values[i]),
            _ => throw new UsageException($"The column '{name}' is a dictionary with indices of the Arrow type {indices.Data.DataType.Name}; convert it before."),
        };
        Action<RowAppender, int> add = Adder(name, values);
        if (values is StringArray or LargeStringArray or StringViewArray)
        {
            // Each text is decoded once.
            string?[] texts = [.. Enumerable.Range(0, values.Length).Select(i => Text(values, i))];
            add = (rows, i) => rows.Add(texts[i]);
        }

        return (rows, i) =>
        {
            if (indices.IsNull(i))
            {
                rows.AddMissing();
            }
            else
            {
                add(rows, index(i));
            }
        };
    }

    private static string? Text(IArrowArray values, int i) => values switch
    {
        StringArray texts => texts.GetString(i),
        LargeStringArray texts => texts.GetString(i),
        _ => ((StringViewArray)values).GetString(i),
    };

    private static Action<RowAppender, int> OfDecimals(string name, IArrowType type, Func<int, string?> text) =>
        TypeOf(name, type) == typeof(BigInteger) ? (rows, i) =>
            rows.Add(BigInteger.Parse(text(i)!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
        : (rows, i) => rows.Add(double.Parse(text(i)!, NumberStyles.Float, CultureInfo.InvariantCulture));

    private static Action<RowAppender, int> OfTimes(string name, TimestampArray values, TimestampType type)
    {
        (long factor, long divisor) = type.Unit switch
        {
            TimeUnit.Second => (MicrosecondsPerSecond, 1L),
            TimeUnit.Millisecond => (1000L, 1L),
            TimeUnit.Microsecond => (1L, 1L),
            _ => (1L, 1000L),
        };
        bool isMoment = !string.IsNullOrEmpty(type.Timezone);
        return (rows, i) =>
        {
            DateTime time = Time(name, rows, values.Values[i], factor, divisor);
            if (isMoment)
            {
                rows.Add(new DateTimeOffset(time, TimeSpan.Zero));
            }
            else
            {
                rows.Add(time);
            }
        };
    }

    /// <summary>Returns a time since 1970, which is kept in whole microseconds.</summary>
    private static DateTime Time(string name, RowAppender rows, long value, long factor, long divisor)
    {
        if (value % divisor != 0)
        {
            throw Refuse(name, rows, $"has nanoseconds ({value} since 1970); cast the column to microseconds");
        }

        Int128 ticks = ((Int128)(value / divisor) * factor * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks;
        return ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks, DateTimeKind.Unspecified)
            : throw Refuse(name, rows, $"is a time ({value} since 1970) outside of the years 1 to 9999; replace it by a missing value");
    }

    private static long WholeDay(string name, RowAppender rows, long milliseconds) => milliseconds % MillisecondsPerDay == 0
        ? milliseconds / MillisecondsPerDay
        : throw Refuse(name, rows, $"is a date with a time of day ({milliseconds} milliseconds since 1970); cast the column to a timestamp");

    private static DateOnly Day(string name, RowAppender rows, long days)
    {
        long number = days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return number >= 0 && number <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)number)
            : throw Refuse(name, rows, $"is a day ({days} since 1970) outside of the years 1 to 9999; replace it by a missing value");
    }

    private static DataException Refuse(string name, RowAppender rows, FormattableString what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The value of the column '{name}' in row {rows.RowCount + 1} (counted from 1) {FormattableString.Invariant(what)}."));
}
