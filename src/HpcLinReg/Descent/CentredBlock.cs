using System.Numerics;
using System.Numerics.Tensors;
using HpcLinReg.Kernels;
using HpcLinReg.Threads;

namespace HpcLinReg.Descent;

/// <summary>
/// A copy of a block minus the means of its columns, and of its targets minus c, so that roundings of residuals are relative to the
/// target's deviations. Holds one block, so each thread has its own.
/// </summary>
internal sealed class CentredBlock(int columns)
{
    private readonly double[] _x = new double[RowBlocks.Rows * columns];
    private readonly double[] _y = new double[RowBlocks.Rows];
    private int _rows;

    /// <summary>Gets the features of the block minus the means.</summary>
    internal MatrixSpan<double> X => new(_x.AsSpan(0, _rows * columns), _rows, columns, columns);

    /// <summary>Gets the targets of the block minus c.</summary>
    internal ReadOnlySpan<double> Y => _y.AsSpan(0, _rows);

    /// <summary>Copies a block.</summary>
    internal void Fill<T>(MatrixSpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<double> means, double intercept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _rows = x.Rows;
        for (int i = 0; i < x.Rows; i++)
        {
            Span<double> row = _x.AsSpan(i * columns, columns);
            Line.Widen(x[i], row);
            TensorPrimitives.Subtract(row, means, row);
        }

        Span<double> targets = _y.AsSpan(0, y.Length);
        Line.Widen(y, targets);
        TensorPrimitives.Subtract(targets, intercept, targets);
    }
}
