namespace HpcLinReg.Data.Reading;

/// <summary>Streams a query of DOUBLE columns without NULLs as rows.</summary>
internal sealed class ChunkReader(DataSource source, string sql, int width, CancellationToken cancellationToken) : IDisposable
{
    private readonly ChunkStream _chunks = new(source, sql, cancellationToken);
    private double[] _rows = [];

    /// <summary>
    /// Reads the next rows, row-major, which may be changed; the buffer is used again by the next call. Empty at the end.
    /// </summary>
    internal Memory<double> Next()
    {
        if (!_chunks.Next())
        {
            return default;
        }

        int length = _chunks.Rows * width;
        if (_rows.Length < length)
        {
            _rows = new double[length];
        }

        for (int column = 0; column < width; column++)
        {
            RowMajor.Scatter(_chunks.Doubles(column), _rows.AsSpan(column), width);
        }

        return _rows.AsMemory(0, length);
    }

    public void Dispose() => _chunks.Dispose();
}
