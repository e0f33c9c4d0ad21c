using System.Text;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data.Predictions;

/// <summary>
/// The rows of a plan's query, in order, chunk by chunk: the source's cells as text and the numbers that the model reads.
/// </summary>
/// <remarks>What is read of a chunk is valid until the next one.</remarks>
internal sealed class PlanRows : IDisposable
{
    private readonly ChunkStream _chunks;
    private readonly PredictionPlan _plan;
    private readonly int _columns;
    private readonly int _width;
    private readonly TextVector[] _texts;
    private readonly double[][] _following = [[], []];
    private double[] _numbers = [];

    internal PlanRows(DataSource source, PredictionPlan plan, CancellationToken cancellationToken)
    {
        _plan = plan;
        _columns = source.Columns.Count;
        _width = plan.Query.Width;
        _texts = new TextVector[_columns];
        _chunks = new ChunkStream(source, plan.Sql(), cancellationToken);
    }

    /// <summary>Gets the number of rows of the chunk.</summary>
    internal int Count => _chunks.Rows;

    /// <summary>Gets the numbers that the model reads, row-major.</summary>
    internal ReadOnlySpan<double> Numbers => _numbers.AsSpan(0, Count * _width);

    /// <summary>Gets for each row the index of the source's column whose cell cannot be read, or −1.</summary>
    internal ReadOnlySpan<int> Bad => _chunks.Integers(_columns + _width);

    /// <summary>Gets the target, where residuals are asked for.</summary>
    internal ReadOnlySpan<double> Targets => Following(0);

    /// <summary>Gets the weights, where their column is named.</summary>
    internal ReadOnlySpan<double> Weights => _plan.HasWeights ? Following(1) : [];

    private ReadOnlySpan<double> Following(int number) =>
        _plan.Computed[number] is null ? _chunks.Doubles(_columns + _width + 1 + number) : _following[number].AsSpan(0, Count);

    /// <summary>Goes to the next chunk; false at the end.</summary>
    internal bool Next()
    {
        if (!_chunks.Next())
        {
            return false;
        }

        for (int i = 0; i < _columns; i++)
        {
            _texts[i] = _chunks.Texts(i);
        }

        if (_numbers.Length < Count * _width)
        {
            _numbers = new double[Count * _width];
        }

        for (int i = 0; i < _width; i++)
        {
            RowMajor.Scatter(_chunks.Doubles(_columns + i), _numbers.AsSpan(i), _width);
        }

        Compute();
        return true;
    }

    /// <summary>Computes the target and the weight where they are expressions.</summary>
    private void Compute()
    {
        int first = _columns + _width + (_plan.HasWeights ? 3 : 2);
        for (int k = 0; k < _following.Length; k++)
        {
            if (_plan.Computed[k] is not { } number)
            {
                continue;
            }

            if (_following[k].Length < Count)
            {
                _following[k] = new double[Count];
            }

            double[] read = new double[Count * number.Width];
            for (int i = 0; i < number.Width; i++)
            {
                RowMajor.Scatter(_chunks.Doubles(first + i), read.AsSpan(i), number.Width);
            }

            for (int row = 0; row < Count; row++)
            {
                _following[k][row] = number.Compute(read.AsSpan(row * number.Width, number.Width));
            }

            first += number.Width;
        }
    }

    /// <summary>Returns the numbers of a row, which may be changed.</summary>
    internal Span<double> Row(int row) => _numbers.AsSpan(row * _width, _width);

    /// <summary>Returns the cells of a column of the source.</summary>
    internal TextVector Cells(int column) => _texts[column];

    /// <summary>Returns a cell of the source as text; null where it is missing.</summary>
    internal string? Text(int column, int row) => _texts[column].IsMissing(row) ? null : Encoding.UTF8.GetString(_texts[column][row]);

    public void Dispose() => _chunks.Dispose();
}
