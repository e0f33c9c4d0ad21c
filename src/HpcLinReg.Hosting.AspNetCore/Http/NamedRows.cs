using System.Buffers;
using System.Text.Json;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>
/// Rows that came as JSON objects by name, as doubles of the pool in the order of the model's columns; with the target behind them where it
/// is read.
/// </summary>
internal sealed class NamedRows : IDisposable
{
    private readonly ModelInput _input;
    private readonly int _mostRows;
    private double[] _values;
    private bool[] _seen;
    private char[] _text = ArrayPool<char>.Shared.Rent(256);

    private NamedRows(ModelInput input, int mostRows, bool hasTarget)
    {
        (_input, _mostRows) = (input, mostRows);
        Width = input.Columns.Length + (hasTarget ? 1 : 0);
        _values = ArrayPool<double>.Shared.Rent(Math.Max(1, Width));
        _seen = ArrayPool<bool>.Shared.Rent(Math.Max(1, Width));
    }

    internal int Rows { get; private set; }

    /// <summary>Gets the values of a row: one for each column, then the target where it is read.</summary>
    internal int Width { get; }

    /// <summary>Gets all values, row by row; they are of the pool, so they are taken before the rows are disposed of.</summary>
    internal ReadOnlyMemory<double> Values => _values.AsMemory(0, Rows * Width);

    internal MatrixSpan<double> Matrix => new(_values.AsSpan(0, Rows * Width), Rows, Width, Width);

    /// <summary>Reads a list of objects, or one object.</summary>
    /// <exception cref="RefusedException">A value is of another kind than its column; the message names row and column.</exception>
    internal static NamedRows Read(ref Utf8JsonReader reader, ModelInput input, int mostRows, bool hasTarget)
    {
        NamedRows rows = new(input, mostRows, hasTarget);
        try
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                rows.ReadRow(ref reader);
                return rows;
            }

            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw RefusedException.Bad("Rows are a list of objects, each with a member for every column.");
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    throw RefusedException.Bad($"Row {rows.Rows} is no object with a member for every column: {input.Describe()}.");
                }

                rows.ReadRow(ref reader);
            }

            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_values.Length > 0)
        {
            ArrayPool<double>.Shared.Return(_values);
            ArrayPool<bool>.Shared.Return(_seen);
            ArrayPool<char>.Shared.Return(_text);
            (_values, _seen, _text) = ([], [], []);
        }
    }

    private void ReadRow(ref Utf8JsonReader reader)
    {
        if (Rows == _mostRows)
        {
            throw new RefusedException(413, $"The request has more than {_mostRows} rows, which is the most taken at once (MaxRows).");
        }

        int start = Rows * Width;
        if (start + Width > _values.Length)
        {
            double[] larger = ArrayPool<double>.Shared.Rent(2 * (start + Width));
            _values.AsSpan(0, start).CopyTo(larger);
            ArrayPool<double>.Shared.Return(_values);
            _values = larger;
        }

        Span<double> row = _values.AsSpan(start, Width);
        row.Fill(double.NaN);
        _seen.AsSpan(0, Width).Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<char> name = TextOf(in reader);
            int place = _input.PlaceOf(name);
            if (place < 0 && Width > _input.Columns.Length && name.SequenceEqual(_input.Target))
            {
                place = _input.Columns.Length;
            }

            reader.Read();
            if (place < 0)
            {
                // A row may have more than the model reads.
                reader.Skip();
                continue;
            }

            if (_seen[place])
            {
                throw RefusedException.Bad($"Row {Rows}: '{NameOf(place)}' stands twice.");
            }

            _seen[place] = true;
            if (ReadValue(ref reader, place, out row[place]) is { } problem)
            {
                throw RefusedException.Bad($"Row {Rows}: '{NameOf(place)}' {problem}.");
            }
        }

        Rows++;
    }

    private string? ReadValue(ref Utf8JsonReader reader, int place, out double value)
    {
        bool isTarget = place == _input.Columns.Length;
        value = double.NaN;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                double number = JsonNumber.Read(ref reader);
                value = number;
                return isTarget ? null : _input.Convert(place, number, out value);
            case JsonTokenType.True or JsonTokenType.False:
                value = reader.TokenType == JsonTokenType.True ? 1 : 0;
                return isTarget ? null : _input.Convert(place, value == 1, out value);
            case JsonTokenType.String:
                return isTarget ? "is a text, but the target is a number" : _input.Convert(place, TextOf(in reader), out value);
            default:
                return "is a list or an object";
        }
    }

    private string NameOf(int place) => place == _input.Columns.Length ? _input.Target : _input.Columns[place].Name;

    private ReadOnlySpan<char> TextOf(in Utf8JsonReader reader)
    {
        int most = reader.ValueSpan.Length;
        if (most > _text.Length)
        {
            ArrayPool<char>.Shared.Return(_text);
            _text = ArrayPool<char>.Shared.Rent(most);
        }

        return _text.AsSpan(0, reader.CopyString(_text));
    }
}
