using Microsoft.ML;

namespace HpcLinReg.Data;

/// <summary>Opens a data view of ML.NET as a source for fits and predictions.</summary>
/// <remarks>
/// Names and order are the view's; hidden columns are left out. Numbers of every type, booleans, times, texts and keys are read. NaN, an
/// empty text and the key 0 are missing values; a key with texts is a text, and one without a whole number, counted from 1. A vector of
/// known size is a column for each of its values, named after the vector and the value's slot: <c>Features.age</c>, or
/// <c>Features.0</c> where slots have no names. The values are copied once, to a temporary file.
/// </remarks>
public static class DataViewSource
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Opens a data view.</summary>
    /// <param name="view">The view; read once.</param>
    /// <param name="description">What messages call the rows.</param>
    /// <param name="settings">How they are read, where the types of the columns are not to decide that; null: they decide all.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>The source, in the view's order.</returns>
    /// <exception cref="UsageException">
    /// A column has values of another type, or is a vector of unknown size, or the settings name a column or a zone that does not exist.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataSource Open(IDataView view, string description, ReadingSettings? settings = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        DataViewSchema.Column[] shown = [.. view.Schema.Where(column => !column.IsHidden)];
        using RowAppender rows = new(shown.SelectMany(DataViewColumn.Of));
        using DataViewRowCursor cursor = view.GetRowCursor(shown);
        Action<RowAppender>[] columns = [.. shown.Select(column => DataViewColumn.Adder(cursor, column))];
        while (cursor.MoveNext())
        {
            if (rows.RowCount % RowsBetweenChecks == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            foreach (Action<RowAppender> add in columns)
            {
                add(rows);
            }

            rows.EndRow();
        }

        return rows.Open(description, settings);
    }
}
