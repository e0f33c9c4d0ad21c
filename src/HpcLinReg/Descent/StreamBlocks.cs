using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// Rows of a source, collected to whole blocks in a buffer of one block, so that the result does not depend on how many rows each call of
/// the source gives. A cancelled token ends a reading between two blocks.
/// </summary>
internal ref struct StreamBlocks : IRowBlocks<double>
{
    private readonly CheckedSource _source;
    private readonly int _columns;
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly double[] _rowWeights;
    private readonly CancellationToken _cancellationToken;
    private ReadOnlySpan<double> _pending;
    private double[] _sums = [];
    private int _count;
    private bool _ended;

    internal StreamBlocks(IRowSource source, CancellationToken cancellationToken)
    {
        Labels = ColumnLabels.Of(source);
        _source = CheckedSource.ToReadAgain(source);
        _columns = source.Columns;
        _cancellationToken = cancellationToken;
        _x = new double[RowBlocks.Rows * Features];
        _y = new double[RowBlocks.Rows];
        _rowWeights = source.HasWeights ? new double[RowBlocks.Rows] : [];
    }

    public ColumnLabels Labels { get; }

    public readonly int Features => Labels.Features;

    public readonly bool IsWeighted => _rowWeights.Length > 0;

    public readonly MatrixSpan<double> X => new(_x.AsSpan(0, _count * Features), _count, Features, Features);

    public readonly ReadOnlySpan<double> Y => _y.AsSpan(0, _count);

    public readonly ReadOnlySpan<double> RowWeights => _rowWeights.Length == 0 ? default : _rowWeights.AsSpan(0, _count);

    public void Rewind()
    {
        _source.Close();
        _cancellationToken.ThrowIfCancellationRequested();
        _source.Open();
        _pending = default;
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
                _pending = _source.ReadRows();
                if (_pending.IsEmpty)
                {
                    _ended = true;
                    break;
                }
            }

            int rows = Math.Min(RowBlocks.Rows - _count, _pending.Length / _columns);
            Take(rows);
            _pending = _pending[(rows * _columns)..];
        }

        return _count > 0;
    }

    public void AddTo<TSums>(TSums sums, int threads)
        where TSums : IBlockSums<double>
    {
        _sums = _sums.Length == sums.Count ? _sums : new double[sums.Count];
        Rewind();
        while (Next())
        {
            sums.Compute(0, X, Y, RowWeights, _sums);
            sums.Add(_sums);
        }
    }

    internal readonly void Dispose() => _source.Close();

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
        }
    }
}
