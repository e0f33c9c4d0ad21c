using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>
/// The centred Gram matrix of all blocks in one precision, in memory that is kept. A single block is computed in place, as fits do:
/// an accumulator would copy its rows first.
/// </summary>
internal sealed class GramSum(int columns, MomentsPrecision precision)
{
    private readonly MomentsTree _tree = new(columns, 0, precision);
    private readonly DoubleDoubleBlockMoments? _doubleDouble = precision == MomentsPrecision.DoubleDouble ? new DoubleDoubleBlockMoments(columns) : null;

    internal MomentsNode Node { get; } = new(columns, precision == MomentsPrecision.DoubleDouble);

    internal void Compute(MatrixSpan<double> x)
    {
        MatrixSpan<double> none = x.SliceColumns(x.Columns, 0);
        if (x.Rows > RowBlocks.Rows)
        {
            _tree.Clear();
            _tree.Add(x);
            _tree.FoldInto(Node);
        }
        else if (_doubleDouble is not null)
        {
            _doubleDouble.Compute(x, none, default, default, 0, new ColumnLabels([], x.Columns, x.Columns), Node);
        }
        else
        {
            BlockMoments.Compute(x, none, 0, new ColumnLabels([], x.Columns, x.Columns), Node);
        }
    }
}
