using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Data.Reading;
using HpcLinReg.Data.Sources;
using HpcLinReg.Models;

namespace HpcLinReg.Data.Predictions;

/// <summary>
/// Writes one JSON object for each row, each in a line of its own. A cell of a column of numbers is a number with the digits it was written
/// with, where JSON has such a number, and a text otherwise; true and false of a column of flags are those of JSON, and so are objects and
/// lists. A missing cell is null; in CSV also one that says so, such as NA.
/// </summary>
internal sealed class JsonLinesWriter : IPredictionWriter
{
    private static readonly JsonWriterOptions Options =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly BufferedStream _output;
    private readonly Utf8JsonWriter _json;
    private readonly JsonEncodedText[] _names;
    private readonly JsonEncodedText[] _added;
    private readonly ColumnKind[] _kinds;
    private readonly PredictionIssues _issues;
    private readonly byte[][] _missing;

    internal JsonLinesWriter(Stream output, DataSource source, PredictionPlan plan, PredictionIssues issues)
    {
        _output = new BufferedStream(output, 1 << 16);
        _json = new Utf8JsonWriter(_output, Options);
        _names = [.. source.Columns.Select(column => Encode(column.Name))];
        _added = [.. plan.Added.Select(Encode)];
        // A number with marks is none of JSON: 1.234 may be a thousand and more.
        _kinds = [.. source.Table.Columns.Select(column => column.Rule?.Marks is null ? column.Kind : ColumnKind.Text)];
        _issues = issues;
        _missing = source.Table is CsvTable csv ? [.. csv.Missing.Select(Encoding.UTF8.GetBytes)] : [];
    }

    public void Write(PlanRows rows, int row, ReadOnlySpan<double> added, Prediction prediction)
    {
        _json.WriteStartObject();
        for (int i = 0; i < _names.Length; i++)
        {
            _json.WritePropertyName(_names[i]);
            TextVector cells = rows.Cells(i);
            if (cells.IsMissing(row))
            {
                _json.WriteNullValue();
            }
            else
            {
                Cell(cells[row], _kinds[i]);
            }
        }

        for (int i = 0; i < added.Length; i++)
        {
            Number(_added[i], added[i]);
        }

        if (!prediction.HasValue)
        {
            _json.WriteStartObject(_added[^1]);
            _json.WriteString("cause", JsonNames.Of(prediction.Issue));
            _json.WriteString("name", _issues.NameOf(prediction.Issue, prediction.Place));
            _json.WriteEndObject();
        }

        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _output.WriteByte((byte)'\n');
    }

    /// <summary>Writes the rest of the buffer; the stream itself stays open.</summary>
    public void Dispose()
    {
        _json.Dispose();
        _output.Flush();
    }

    private static JsonEncodedText Encode(string name) => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    private void Cell(ReadOnlySpan<byte> cell, ColumnKind kind)
    {
        if (IsMissingMark(cell))
        {
            _json.WriteNullValue();
        }
        else if (kind == ColumnKind.Other || (kind == ColumnKind.Numeric && IsNumber(cell)))
        {
            _json.WriteRawValue(cell, skipInputValidation: true);
        }
        else if (kind == ColumnKind.Boolean && (cell.SequenceEqual("true"u8) || cell.SequenceEqual("false"u8)))
        {
            _json.WriteBooleanValue(cell[0] == 't');
        }
        else
        {
            _json.WriteStringValue(cell);
        }
    }

    private bool IsMissingMark(ReadOnlySpan<byte> cell)
    {
        foreach (byte[] mark in _missing)
        {
            if (cell.SequenceEqual(mark))
            {
                return true;
            }
        }

        return false;
    }

    private void Number(JsonEncodedText name, double value)
    {
        if (double.IsFinite(value))
        {
            _json.WriteNumber(name, value);
        }
        else
        {
            _json.WriteNull(name);
        }
    }

    /// <summary>Returns whether a text is a number as JSON has it: no plus, no leading zeros, digits on both sides of the point.</summary>
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        text = text.StartsWith((byte)'-') ? text[1..] : text;
        int whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0'))
        {
            return false;
        }

        text = text[whole..];
        if (text.StartsWith((byte)'.'))
        {
            int fraction = Digits(text[1..]);
            if (fraction == 0)
            {
                return false;
            }

            text = text[(1 + fraction)..];
        }

        if (text.Length > 0 && text[0] is (byte)'e' or (byte)'E')
        {
            text = text[1..];
            text = text.Length > 0 && text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
            return text.Length > 0 && Digits(text) == text.Length;
        }

        return text.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<byte> text)
    {
        int length = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length < 0 ? text.Length : length;
    }
}
