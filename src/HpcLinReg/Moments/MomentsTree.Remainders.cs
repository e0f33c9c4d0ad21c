using System.Numerics;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <content>Rows whose cells are in double-double: p values, then their p remainders, which are added to them.</content>
internal sealed partial class MomentsTree
{
    private double[] _remainders = [];

    /// <summary>Gets whether a row is p values and their p remainders.</summary>
    internal bool HasRemainders { get; }

    /// <summary>Starts an empty range of rows of double-double cells.</summary>
    /// <param name="labels">The names of the p columns.</param>
    /// <param name="firstRow">The absolute index of the first row to come.</param>
    internal static MomentsTree WithRemainders(ColumnLabels labels, long firstRow) =>
        new(2 * labels.Columns, firstRow, MomentsPrecision.DoubleDouble, null, null, hasRemainders: true) { Labels = labels };

    /// <summary>Throws where rows are none of double-double cells: a value and its remainder round to the value.</summary>
    private void RequireRemainders<T>(MatrixSpan<T> x, MatrixSpan<T> y, MatrixSpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Columns > 0)
        {
            Throw.RemaindersApart();
        }

        int columns = NodeColumns;
        for (int i = 0; i < x.Rows; i++)
        {
            if (weights.Columns > 0 && weights[i][0] == 0)
            {
                continue;
            }

            ReadOnlySpan<T> row = x[i];
            for (int j = 0; j < columns; j++)
            {
                double value = Line.Widen(row[j]), remainder = Line.Widen(row[columns + j]);

                // A value that is not finite is refused, with its row and column, when it is summed.
                if (double.IsFinite(value) && value + remainder != value)
                {
                    Throw.RemainderNotUsable(NextRow + i, Labels[j], value, remainder);
                }
            }
        }
    }

    /// <summary>Returns the remainders of rows as doubles; the next call uses the buffer again.</summary>
    private MatrixSpan<double> Remainders<T>(MatrixSpan<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = NodeColumns, length = rows.Rows * columns;
        _remainders = _remainders.Length < length ? new double[length] : _remainders;
        for (int i = 0; i < rows.Rows; i++)
        {
            Line.Widen(rows[i][columns..], _remainders.AsSpan(i * columns, columns));
        }

        return new MatrixSpan<double>(_remainders.AsSpan(0, length), columns);
    }
}
