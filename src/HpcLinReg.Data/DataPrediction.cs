using HpcLinReg.Data.Features;
using HpcLinReg.Data.Predictions;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data;

/// <summary>Predicts every row of a source.</summary>
public static class DataPrediction
{
    /// <summary>Rows predicted at once.</summary>
    private const int BlockRows = 2048;

    private const int BlocksBetweenReports = 16;

    /// <summary>Writes all input columns and the prediction, rows in order and all kept.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The data.</param>
    /// <param name="output">Receives the result; left open.</param>
    /// <param name="format">The format of the result.</param>
    /// <param name="rowsRead">Told the number of rows read so far, now and then.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What became of the rows.</returns>
    /// <exception cref="DataException">The data cannot answer: a column of the model is absent, a cell is bad.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PredictionSummary Run(
        ModelFile model,
        DataSource source,
        Stream output,
        PredictionFormat format = PredictionFormat.Csv,
        IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(output);
        if (format == PredictionFormat.Csv)
            return WriteCsv(model, source, output, rowsRead, cancellationToken);

        string temporary = Path.Combine(Path.GetTempPath(), $"hpclinreg-{Guid.NewGuid():N}.csv");
        try
        {
            PredictionSummary summary;
            using (FileStream csv = File.Create(temporary))
                summary = WriteCsv(model, source, csv, rowsRead, cancellationToken);
            ParquetCopy.Convert(temporary, source, summary.PredictionColumn, output);
            return summary;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static PredictionSummary WriteCsv(ModelFile model, DataSource source, Stream output, IProgress<long>? rowsRead, CancellationToken cancellationToken)
    {
        PredictionPlan plan = new(model, source);
        Design design = new(model.Features);
        MissingRows missing = new([.. design.Features.Select(feature => feature.Name)], MissingValues.Drop, source.Description);
        UnknownLevels unknown = new(design, plan);
        int columns = source.Columns.Count;
        int terms = design.Terms.Length;
        string?[] cells = new string?[BlockRows * columns];
        double[] features = new double[design.Features.Length];
        double[] rows = new double[BlockRows * terms];
        bool[] predicted = new bool[BlockRows];
        double[] predictions = new double[BlockRows];
        long count = 0;
        int blocks = 0;

        using RowReader reader = new(source, plan.Query(design), cancellationToken);
        using CsvWriter writer = new(output);
        foreach (DataColumn column in source.Columns)
            writer.Cell(column.Name);
        writer.Cell(plan.PredictionColumn);
        writer.EndRow();
        int read;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (read = 0; read < BlockRows && reader.Next(); read++)
            {
                Span<string?> rowCells = cells.AsSpan(read * columns, columns);
                for (int i = 0; i < columns; i++)
                    rowCells[i] = reader.Text(i);
                RequireGood(reader.Integer(columns + features.Length), rowCells, source, count + read + 1);
                for (int i = 0; i < features.Length; i++)
                    features[i] = reader.Number(columns + i);
                unknown.MarkMissing(features, rowCells);
                predicted[read] = features.Length == 0 || missing.Compact(features) == 1;
                Span<double> row = rows.AsSpan(read * terms, terms);
                row.Clear();
                if (predicted[read])
                    design.Expand(features, row);
            }

            model.Model.Predict(new MatrixSpan<double>(rows.AsSpan(0, read * terms), read, terms, terms), predictions.AsSpan(0, read));
            Write(writer, cells, columns, predicted.AsSpan(0, read), predictions);
            count += read;
            if (++blocks % BlocksBetweenReports == 0)
                rowsRead?.Report(count);
        }
        while (read == BlockRows);
        rowsRead?.Report(count);
        return new PredictionSummary
        {
            Rows = count,
            RowsWithoutPrediction = missing.Dropped,
            MissingByColumn = missing.Counts(),
            PredictionColumn = plan.PredictionColumn,
            Warnings = [.. unknown.Warnings()],
        };
    }

    private static void Write(CsvWriter writer, string?[] cells, int columns, ReadOnlySpan<bool> predicted, double[] predictions)
    {
        for (int i = 0; i < predicted.Length; i++)
        {
            for (int j = 0; j < columns; j++)
                writer.Cell(cells[(i * columns) + j]);
            // A sum that overflows is no prediction either, but it is not missing: it stays visible.
            if (predicted[i])
                writer.Cell(predictions[i]);
            else
                writer.Cell(null);
            writer.EndRow();
        }
    }

    private static void RequireGood(int bad, ReadOnlySpan<string?> cells, DataSource source, long row)
    {
        if (bad < 0)
            return;
        string expected = source.Columns[bad].Kind switch
        {
            ColumnKind.Boolean => "true or false",
            ColumnKind.Date => "a date",
            _ => "a number",
        };
        throw new DataException(
            $"{source.Description}, row {row}: \"{cells[bad]}\" in the column '{source.Columns[bad].Name}' is not {expected}. Correct the cell, or leave it empty (or NA) if the value is missing.");
    }
}

/// <summary>How predictions are written.</summary>
public enum PredictionFormat
{
    /// <summary>Comma-separated, with a header; UTF-8, LF.</summary>
    Csv,

    /// <summary>Parquet.</summary>
    Parquet,
}
