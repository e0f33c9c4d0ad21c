using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// Rows of a source, collected to whole blocks in a buffer of one block, so that the result does not depend on how many rows each call of
/// the source gives. A cancelled token ends a reading between two blocks. At the end of each reading the number of rows and a sum of hashes
/// of the rows are compared with those of the first reading; the order of rows may differ, as that of a query does.
/// </summary>
internal ref struct StreamBlocks : IRowBlocks<double>
{
    private readonly IRowSource _source;
    private readonly int _columns;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _rowWeights;
    private readonly CancellationToken _cancellationToken;
    private IRowReader? _reader;
    private ReadOnlySpan<double> _pending;
    private int _count;
    private long _read;
    private long _rows;
    private ulong _sum;
    private ulong _firstSum;
    private bool _ended;

    internal StreamBlocks(IRowSource source, CancellationToken cancellationToken)
    {
        bool weighted = source.HasWeights;
        _source = source;
        _columns = source.Columns;
        _cancellationToken = cancellationToken;
        if (_columns < (weighted ? 2 : 1))
        {
            Throw.SourceColumns(_columns, weighted);
        }

        Features = _columns - (weighted ? 2 : 1);
        _x = new double[RowBlocks.Rows * Features];
        _y = new double[RowBlocks.Rows];
        _rowWeights = weighted ? new double[RowBlocks.Rows] : [];
        _rows = -1;
    }

    public int Features { get; }

    public readonly bool IsWeighted => _rowWeights.Length > 0;

    public readonly MatrixSpan<double> X => new(_x.AsSpan(0, _count * Features), _count, Features, Features);

    public readonly ReadOnlySpan<double> Y => _y.AsSpan(0, _count);

    public readonly ReadOnlySpan<double> RowWeights => _rowWeights.Length == 0 ? default : _rowWeights.AsSpan(0, _count);

    public void Rewind()
    {
        Dispose();
        _cancellationToken.ThrowIfCancellationRequested();
        _reader = _source.Open();
        _pending = default;
        _read = 0;
        _sum = 0;
        _count = 0;
        _ended = false;
    }

    public bool Next()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        _count = 0;
        while (_count < RowBlocks.Rows && !_ended)
        {
            if (_pending.IsEmpty)
            {
                _pending = _reader!.ReadRows();
                if (_pending.IsEmpty)
                {
                    _ended = true;
                    break;
                }

                if (_pending.Length % _columns != 0)
                {
                    Throw.NotWholeRows(_pending.Length, _columns);
                }
            }

            int rows = Math.Min(RowBlocks.Rows - _count, _pending.Length / _columns);
            Take(rows);
            _pending = _pending[(rows * _columns)..];
        }

        _read += _count;
        if (_ended)
        {
            if (_rows >= 0 && _rows != _read)
            {
                Throw.SourceChanged(_rows, _read);
            }

            if (_rows >= 0 && _firstSum != _sum)
            {
                Throw.SourceChanged();
            }

            _rows = _read;
            _firstSum = _sum;
        }

        return _count > 0;
    }

    internal void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <summary>Copies rows of the pending call into the block.</summary>
    private void Take(int rows)
    {
        for (int i = 0; i < rows; i++, _count++)
        {
            ReadOnlySpan<double> row = _pending.Slice(i * _columns, _columns);
            row[..Features].CopyTo(_x.AsSpan(_count * Features));
            _y[_count] = row[Features];
            if (_rowWeights.Length > 0)
            {
                _rowWeights[_count] = row[Features + 1];
            }

            _sum += RowHash.Of(row);
        }
    }
}
