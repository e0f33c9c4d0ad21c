using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace HpcLinReg.Data;

/// <summary>Opens record batches of Apache Arrow as sources for fits and predictions.</summary>
/// <remarks>
/// Names, order and missing values are Arrow's. Integers, floating-point numbers, decimals, booleans, dates, timestamps and texts are read,
/// also as dictionaries. Decimals become the nearest doubles, those without digits after the point whole numbers of any size. A timestamp
/// with a zone is a moment; one without is a time in UTC, or in the zone of the settings. The values are copied once, to a temporary file.
/// </remarks>
public static class ArrowSource
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Opens a record batch.</summary>
    /// <param name="batch">The batch; not needed any more afterwards, and not disposed.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>The source, in the order of the batch.</returns>
    /// <exception cref="UsageException">
    /// A column has no name or values of another type, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="DataException">A time has nanoseconds, or lies outside of the years 1 to 9999.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource Open(RecordBatch batch, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        using RowAppender rows = Create(batch.Schema);
        Append(rows, batch, cancellationToken);
        return rows.Open(description, settings);
    }

    /// <summary>Opens a stream of record batches: of an Arrow file, of Flight, of a database that gives Arrow.</summary>
    /// <param name="stream">The stream; read to its end and left open. Its batches are disposed once they are copied.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The source, in the stream's order.</returns>
    /// <exception cref="UsageException">
    /// A column has no name or values of another type, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="DataException">A time has nanoseconds, or lies outside of the years 1 to 9999.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DataSource> OpenAsync(IArrowArrayStream stream, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        RowAppender? rows = null;
        try
        {
            // A reader of a file knows its schema once it has read a batch.
            RecordBatch? first = await stream.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false);
            rows = Create(first?.Schema ?? stream.Schema);
            for (RecordBatch? batch = first; batch is not null;)
            {
                using (batch)
                {
                    Append(rows, batch, cancellationToken);
                }

                batch = await stream.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false);
            }

            return rows.Open(description, settings);
        }
        finally
        {
            rows?.Dispose();
        }
    }

    /// <summary>Opens record batches that come one after the other; the first one decides names and types.</summary>
    /// <param name="batches">The batches, at least one; not disposed.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The source, in the order of the batches.</returns>
    /// <exception cref="UsageException">
    /// There is no batch, a batch has other columns, a column has no name or values of another type, or the settings name a column or a
    /// zone that does not exist.
    /// </exception>
    /// <exception cref="DataException">A time has nanoseconds, or lies outside of the years 1 to 9999.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DataSource> OpenBatchesAsync(IAsyncEnumerable<RecordBatch> batches, string description,
        ReadingSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        RowAppender? rows = null;
        Schema? schema = null;
        long count = 0;
        try
        {
            await foreach (RecordBatch batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                count++;
                schema ??= batch.Schema;
                rows ??= Create(schema);
                RequireAlike(schema, batch.Schema, count);
                Append(rows, batch, cancellationToken);
            }

            return rows?.Open(description, settings)
                ?? throw new UsageException("There is no batch of rows, so nothing is known of columns; give one, if without rows.");
        }
        finally
        {
            rows?.Dispose();
        }
    }

    private static RowAppender Create(Schema schema) =>
        new(schema.FieldsList.Select(field => (field.Name, ArrowColumn.TypeOf(field.Name, field.DataType))));

    private static void RequireAlike(Schema first, Schema other, long batch)
    {
        (string, string)[] expected = [.. Columns(first)], found = [.. Columns(other)];
        if (!expected.SequenceEqual(found))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"Batch {batch} has the columns {List(found)}, and the first one has {List(expected)}; batches need the same columns."));
        }

        static IEnumerable<(string Name, string Type)> Columns(Schema schema) =>
            schema.FieldsList.Select(field => (field.Name, field.DataType.Name));

        static string List(IEnumerable<(string Name, string Type)> columns) => string.Join(", ", columns.Select(column => $"'{column.Name}' ({column.Type})"));
    }

    private static void Append(RowAppender rows, RecordBatch batch, CancellationToken cancellationToken)
    {
        Action<RowAppender, int>[] columns =
            [.. batch.Schema.FieldsList.Select((field, i) => ArrowColumn.Adder(field.Name, batch.Column(i)))];
        for (int row = 0; row < batch.Length; row++)
        {
            if (row % RowsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            foreach (Action<RowAppender, int> add in columns)
            {
                add(rows, row);
            }

            rows.EndRow();
        }
    }
}
