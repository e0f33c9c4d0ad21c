using System.Data;
using HpcLinReg.Data.Rows;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <content>Rows that a program has.</content>
public sealed partial class DataSource
{
    /// <summary>Gets the store of rows that a program gave; null for others.</summary>
    private RowStore? Rows { get; init; }

    /// <summary>Opens the rows of a data reader: of a database, a data table or a file that another library reads.</summary>
    /// <param name="reader">The reader, before its first row; read to its end, and left open.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The source, in the reader's order. Its rows are in a temporary file; memory does not grow with them.</returns>
    /// <remarks>
    /// Numbers of every type, true and false, dates, times and texts are read; a time without a zone is one in UTC, or in the zone of the
    /// settings. Decimals become the nearest doubles.
    /// </remarks>
    /// <exception cref="UsageException">
    /// A column has no name or values of another type, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="DataException">A value is not of its column's type, as in a database without types.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource OpenReader(IDataReader reader, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        return Of(ReaderRows.Copy(reader, cancellationToken), description, settings);
    }

    /// <summary>Opens columns in memory.</summary>
    /// <param name="table">The columns; they are copied.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the kinds of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>The source.</returns>
    /// <exception cref="UsageException">There are no columns, or the settings name a column or a zone that does not exist.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource OpenTable(ColumnTable table, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        using BatchRows rows = new();
        rows.Add(table, cancellationToken);
        return Of(rows.Take(), description, settings);
    }

    /// <summary>Opens rows that come batch by batch, each a table of columns; the first batch decides names and kinds.</summary>
    /// <param name="batches">The batches, at least one; their rows follow each other.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the kinds of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The source. Its rows are in a temporary file; memory does not grow with them.</returns>
    /// <exception cref="UsageException">
    /// There is no batch, a batch has other columns, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DataSource> OpenBatchesAsync(IAsyncEnumerable<ColumnTable> batches, string description,
        ReadingSettings? settings = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        using BatchRows rows = new();
        await foreach (ColumnTable batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(batch, cancellationToken);
        }

        return Of(rows.Take(), description, settings);
    }

    /// <summary>Opens a store of rows, which belongs to the source from now on.</summary>
    internal static DataSource Of(RowStore rows, string description, ReadingSettings? settings)
    {
        settings ??= new ReadingSettings();
        try
        {
            settings.RequireNothingOfCsv(description, "rows of a program", isText: false);
            (Session session, TypedTable table) = rows.Close();
            if (settings.HasZone)
            {
                session.UseZone(settings.Zone!);
            }

            return new DataSource(session, null, new WholeFiles([]), table.With(session, settings), settings, description, [],
                hasStableOrder: true, isText: false)
            { Rows = rows };
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }
}
