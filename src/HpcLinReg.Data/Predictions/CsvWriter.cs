using System.Buffers;
using System.Globalization;
using System.Text;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Predictions;

/// <summary>Writes CSV as RFC 4180 has it, in UTF-8 with LF; numbers in the shortest form that reads back the same.</summary>
internal sealed class CsvWriter : IPredictionWriter
{
    private const int BufferLength = 1 << 16;

    /// <summary>The longest text of a double is 24 bytes.</summary>
    private const int LongestNumber = 32;

    private static readonly SearchValues<byte> Quoted = SearchValues.Create(",\"\r\n"u8);

    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly int _columns;
    private int _length;

    /// <summary>Writes the header.</summary>
    internal CsvWriter(Stream output, DataSource source, PredictionPlan plan)
    {
        _output = output;
        _columns = source.Columns.Count;
        foreach (string name in source.Columns.Select(column => column.Name).Concat(plan.Added))
        {
            Cell(Encoding.UTF8.GetBytes(name));
        }

        EndRow();
    }

    public void Write(PlanRows rows, int row, ReadOnlySpan<double> added, Prediction prediction)
    {
        for (int i = 0; i < _columns; i++)
        {
            TextVector cells = rows.Cells(i);
            if (cells.IsMissing(row))
            {
                Byte((byte)',');
            }
            else
            {
                Cell(cells[row]);
            }
        }

        foreach (double number in added)
        {
            Cell(number);
        }

        EndRow();
    }

    public void Dispose() => Flush();

    /// <summary>Writes a cell and a comma: "" for an empty text, so that it is not taken for a missing one.</summary>
    private void Cell(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && !text.ContainsAny(Quoted))
        {
            Bytes(text);
        }
        else
        {
            Byte((byte)'"');
            for (int quote; (quote = text.IndexOf((byte)'"')) >= 0; text = text[(quote + 1)..])
            {
                Bytes(text[..(quote + 1)]);
                Byte((byte)'"');
            }

            Bytes(text);
            Byte((byte)'"');
        }

        Byte((byte)',');
    }

    /// <summary>Writes a number and a comma; the comma alone for a number that is not finite.</summary>
    private void Cell(double value)
    {
        if (double.IsFinite(value))
        {
            Reserve(LongestNumber);
            value.TryFormat(_buffer.AsSpan(_length), out int length, default, CultureInfo.InvariantCulture);
            _length += length;
        }

        Byte((byte)',');
    }

    /// <summary>Turns the comma behind the last cell into the end of the line; a row has at least the prediction.</summary>
    private void EndRow() => _buffer[_length - 1] = (byte)'\n';

    private void Byte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _length)
        {
            Flush();
            if (bytes.Length > _buffer.Length)
            {
                _output.Write(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int length)
    {
        if (length > _buffer.Length - _length)
        {
            Flush();
        }
    }

    private void Flush()
    {
        _output.Write(_buffer, 0, _length);
        _length = 0;
    }
}
