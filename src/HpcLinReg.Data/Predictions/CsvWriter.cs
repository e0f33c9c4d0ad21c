using System.Buffers;
using System.Globalization;
using System.Text;

namespace HpcLinReg.Data.Predictions;

/// <summary>Writes CSV as RFC 4180 has it, in UTF-8 with LF; numbers in the shortest form that reads back the same.</summary>
internal sealed class CsvWriter : IPredictionWriter
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    private readonly StreamWriter _writer;

    private bool _inRow;

    /// <summary>Writes the header.</summary>
    internal CsvWriter(Stream output, DataSource source, PredictionPlan plan)
    {
        _writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 1 << 16, leaveOpen: true);
        foreach (string name in source.Columns.Select(column => column.Name).Concat(plan.Added))
        {
            Cell(name);
        }

        EndRow();
    }

    public void Write(ReadOnlySpan<string?> cells, ReadOnlySpan<double> added, Prediction prediction)
    {
        foreach (string? cell in cells)
        {
            Cell(cell);
        }

        foreach (double number in added)
        {
            Cell(number);
        }

        EndRow();
    }

    /// <summary>Writes a cell: nothing for null, "" for an empty text, so that the two stay apart.</summary>
    private void Cell(string? text)
    {
        Separate();
        if (text is null)
        {
            return;
        }

        if (text.Length > 0 && !text.AsSpan().ContainsAny(Quoted))
        {
            _writer.Write(text);
            return;
        }

        _writer.Write('"');
        _writer.Write(text.Replace("\"", "\"\"", StringComparison.Ordinal));
        _writer.Write('"');
    }

    /// <summary>Writes a number; nothing for one that is not finite.</summary>
    private void Cell(double value)
    {
        Separate();
        if (!double.IsFinite(value))
        {
            return;
        }

        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        _writer.Write(text[..length]);
    }

    private void EndRow()
    {
        _writer.Write('\n');
        _inRow = false;
    }

    public void Dispose() => _writer.Dispose();

    private void Separate()
    {
        if (_inRow)
        {
            _writer.Write(',');
        }

        _inRow = true;
    }
}
