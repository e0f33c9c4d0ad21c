using System.Collections.Immutable;

namespace HpcLinReg.Native;

/// <summary>
/// Joint rows of a caller's matrices, copied a piece at a time: for matrices with more elements than one view of the engine covers.
/// </summary>
internal sealed class NativeRows(MatrixArgument x, MatrixArgument y, int target, double[] weights) : IRowSource
{
    private const int MostPieceRows = 2048;

    /// <inheritdoc/>
    public int Columns => (int)x.Columns + 1 + (HasWeights ? 1 : 0);

    /// <inheritdoc/>
    public bool HasWeights => weights.Length > 0;

    /// <inheritdoc/>
    public ImmutableArray<string> Names => [];

    /// <inheritdoc/>
    public IRowReader Open() => new Reader(this);

    private sealed class Reader(NativeRows rows) : IRowReader
    {
        private readonly double[] _piece = new double[MostPieceRows * rows.Columns];
        private long _next;

        /// <inheritdoc/>
        public unsafe ReadOnlySpan<double> ReadRows()
        {
            int count = (int)Math.Min(MostPieceRows, rows.X.Rows - _next), width = rows.Columns, d = (int)rows.X.Columns;
            rows.X.CopyRows(_next, count, _piece, width);
            for (int i = 0; i < count; i++)
            {
                _piece[(i * width) + d] = rows.Y.Values[((_next + i) * rows.Y.RowStride) + (rows.Target * rows.Y.ColumnStride)];
                if (rows.HasWeights)
                {
                    _piece[(i * width) + d + 1] = rows.Weights[_next + i];
                }
            }

            _next += count;
            return _piece.AsSpan(0, count * width);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
        }
    }

    private MatrixArgument X => x;

    private MatrixArgument Y => y;

    private int Target => target;

    private double[] Weights => weights;
}
