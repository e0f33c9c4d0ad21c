using HpcLinReg.Threads;

namespace HpcLinReg.Rows;

/// <summary>
/// Reads a source from the first row to the last, as often as asked, and refuses one that gives other rows than in its first reading: their
/// number and a sum of their hashes are compared at the end, so their order may differ, as that of a query does.
/// </summary>
internal sealed class CheckedSource(IRowSource source)
{
    private IRowReader? _reader;
    private IndicatorColumns? _indexed;
    private int _width;
    private long _rows;
    private ulong _hash;
    private (long Rows, ulong Hash)? _first;

    /// <summary>Gets the number of joint columns.</summary>
    internal int Columns { get; } = source.Columns;

    /// <summary>Gets how the source gives indexes in place of indicators; null where it does not.</summary>
    internal IndicatorColumns? Indicators { get; } = IndicatorColumns.Of(source);

    /// <summary>
    /// Gets the number of rows that were left out before those of the last call of <see cref="ReadRows"/>, or at the end.
    /// </summary>
    internal long Skipped => _reader!.Skipped;

    /// <summary>Returns a source for a method that reads it several times; throws where that is impossible.</summary>
    internal static CheckedSource ToReadAgain(IRowSource source)
    {
        if (source.Rereading == Rereading.Impossible)
        {
            Throw.SourceReadOnce();
        }

        return new CheckedSource(source);
    }

    /// <summary>Starts a reading.</summary>
    internal void Open()
    {
        Close();
        _reader = source.Open();
        (_rows, _hash, _width, _indexed) = (0, 0, Columns, null);
    }

    /// <summary>Starts a reading of indexed rows.</summary>
    private void OpenIndexed(IndicatorColumns indicators)
    {
        Close();
        _reader = ((IIndexedRowSource)source).OpenIndexed();
        (_rows, _hash, _width, _indexed) = (0, 0, indicators.Values + (source.HasWeights ? 1 : 0), indicators);
    }

    /// <summary>Ends a reading.</summary>
    internal void Close()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Reads the next rows: whole ones; none at the end.</summary>
    internal ReadOnlySpan<double> ReadRows()
    {
        ReadOnlySpan<double> rows = _reader!.ReadRows();
        if (rows.Length % _width != 0)
        {
            Throw.NotWholeRows(rows.Length, _width);
        }

        _rows += rows.Length / _width;
        for (int start = 0; start < rows.Length; start += _width)
        {
            ReadOnlySpan<double> row = rows.Slice(start, _width);
            _hash += _indexed?.Hash(row) ?? RowHash.Of(row);
        }

        if (rows.IsEmpty)
        {
            RequireSame();
        }

        return rows;
    }

    /// <summary>Reads all rows.</summary>
    /// <param name="take">Receives the number of rows left out and the rows that follow them, of which there are none at the end.</param>
    internal void ReadAll(Action<long, ReadOnlySpan<double>> take)
    {
        Open();
        ReadToEnd(take);
    }

    /// <summary>Reads all rows, with indexes in place of indicators where the source has them.</summary>
    /// <param name="take">
    /// Receives the number of rows left out and the values of the rows that follow them, of which there are none at the end.
    /// </param>
    internal void ReadAllIndexed(Action<long, ReadOnlySpan<double>> take)
    {
        if (Indicators is null)
        {
            Open();
        }
        else
        {
            OpenIndexed(Indicators);
        }

        ReadToEnd(take);
    }

    private void ReadToEnd(Action<long, ReadOnlySpan<double>> take)
    {
        try
        {
            ReadOnlySpan<double> rows;
            do
            {
                rows = ReadRows();
                take(Skipped, rows);
            }
            while (!rows.IsEmpty);
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Returns the smallest and the largest value of each named column; refuses those that are not finite.</summary>
    /// <param name="names">Of the first columns.</param>
    /// <param name="weighted">Whether the last column is a weight; rows whose weight is 0 do not count.</param>
    internal (double Least, double Most)[] Ranges(string[] names, bool weighted)
    {
        var ranges = new (double Least, double Most)[names.Length];
        Array.Fill(ranges, (double.PositiveInfinity, double.NegativeInfinity));
        long seen = 0;
        ReadAll((skipped, rows) =>
        {
            seen += skipped;
            for (int first = 0; first < rows.Length; first += Columns, seen++)
            {
                ReadOnlySpan<double> row = rows.Slice(first, Columns);
                for (int column = 0; column < names.Length && !(weighted && row[^1] == 0); column++)
                {
                    if (!double.IsFinite(row[column]))
                    {
                        Throw.NonFiniteCell(seen, names[column], row[column]);
                    }

                    ranges[column] = (Math.Min(ranges[column].Least, row[column]), Math.Max(ranges[column].Most, row[column]));
                }
            }
        });
        return ranges;
    }

    private void RequireSame()
    {
        if (_first is { } first && first.Rows != _rows)
        {
            Throw.SourceChanged(first.Rows, _rows);
        }

        if (_first is { } known && known.Hash != _hash)
        {
            Throw.SourceChanged();
        }

        _first = (_rows, _hash);
    }
}
