using System.Collections.Immutable;

namespace HpcLinReg;

/// <summary>A source whose readings end when a token is cancelled.</summary>
internal sealed class CancellableRows : IIndexedRowSource
{
    private readonly IRowSource _rows;
    private readonly CancellationToken _cancellationToken;

    private CancellableRows(IRowSource rows, CancellationToken cancellationToken)
    {
        _rows = rows;
        _cancellationToken = cancellationToken;
    }

    public int Columns => _rows.Columns;

    public bool HasWeights => _rows.HasWeights;

    public ImmutableArray<string> Names => _rows.Names;

    public Rereading Rereading => _rows.Rereading;

    public ImmutableArray<int> IndicatorCounts => _rows is IIndexedRowSource indexed ? indexed.IndicatorCounts : [];

    public IRowReader Open()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return new Reader(_rows.Open(), _cancellationToken);
    }

    public IRowReader OpenIndexed()
    {
        _cancellationToken.ThrowIfCancellationRequested();
        return new Reader(((IIndexedRowSource)_rows).OpenIndexed(), _cancellationToken);
    }

    /// <summary>Returns the source itself where the token cannot be cancelled.</summary>
    internal static IRowSource Of(IRowSource rows, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? new CancellableRows(rows, cancellationToken) : rows;

    private sealed class Reader(IRowReader reader, CancellationToken cancellationToken) : IRowReader
    {
        public long Skipped => reader.Skipped;

        public ReadOnlySpan<double> ReadRows()
        {
            cancellationToken.ThrowIfCancellationRequested();
            return reader.ReadRows();
        }

        public void Dispose() => reader.Dispose();
    }
}
