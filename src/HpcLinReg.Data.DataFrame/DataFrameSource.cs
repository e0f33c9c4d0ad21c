using System.Numerics;
using Microsoft.Data.Analysis;

namespace HpcLinReg.Data;

/// <summary>Opens a data frame of Microsoft.Data.Analysis as a source for fits and predictions.</summary>
/// <remarks>
/// Names, order and missing values are the frame's. Numbers of every type, booleans, times and texts are read; decimals become the nearest
/// doubles. The values are copied once, to a temporary file.
/// </remarks>
public static class DataFrameSource
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Opens a data frame.</summary>
    /// <param name="frame">The frame; not needed any more afterwards.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>The source, in the frame's order.</returns>
    /// <exception cref="UsageException">
    /// A column has no name or values of another type, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource Open(DataFrame frame, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        Action<RowAppender, long>[] columns = [.. frame.Columns.Select(Adder)];
        using RowAppender rows = new(frame.Columns.Select(column => (column.Name, TypeOf(column))));
        long count = frame.Rows.Count;
        for (long row = 0; row < count; row++)
        {
            if (row % RowsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            foreach (Action<RowAppender, long> add in columns)
            {
                add(rows, row);
            }

            rows.EndRow();
        }

        return rows.Open(description, settings);
    }

    private static Type TypeOf(DataFrameColumn column) => column.DataType == typeof(char) ? typeof(string) : column.DataType;

    /// <summary>Returns what adds the value of a row of a column to the rows.</summary>
    private static Action<RowAppender, long> Adder(DataFrameColumn column) => column switch
    {
        PrimitiveDataFrameColumn<double> values => Of(values, (rows, value) => rows.Add(value)),
        PrimitiveDataFrameColumn<float> values => Of(values, (rows, value) => rows.Add((double)value)),
        PrimitiveDataFrameColumn<decimal> values => Of(values, (rows, value) => rows.Add(value)),
        PrimitiveDataFrameColumn<sbyte> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<byte> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<short> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<ushort> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<int> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<uint> values => Of(values, (rows, value) => rows.Add((long)value)),
        PrimitiveDataFrameColumn<long> values => Of(values, (rows, value) => rows.Add(value)),
        PrimitiveDataFrameColumn<ulong> values => Of(values, (rows, value) => rows.Add((BigInteger)value)),
        PrimitiveDataFrameColumn<bool> values => Of(values, (rows, value) => rows.Add(value)),
        PrimitiveDataFrameColumn<char> values => Of(values, (rows, value) => rows.Add(value.ToString())),
        PrimitiveDataFrameColumn<DateTime> values => Of(values, (rows, value) => rows.Add(value)),
        StringDataFrameColumn texts => (rows, row) => rows.Add(texts[row]),
        ArrowStringDataFrameColumn texts => (rows, row) => rows.Add(texts[row]),
        _ => throw new UsageException($"The column '{column.Name}' has values of type {column.DataType.Name}, which are no numbers, flags, times or texts; leave it out, or convert it."),
    };

    private static Action<RowAppender, long> Of<T>(PrimitiveDataFrameColumn<T> values, Action<RowAppender, T> add)
        where T : unmanaged => (rows, row) =>
        {
            if (values[row] is { } value)
            {
                add(rows, value);
            }
            else
            {
                rows.AddMissing();
            }
        };
}
