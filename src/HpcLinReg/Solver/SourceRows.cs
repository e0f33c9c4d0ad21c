using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg.Solver;

/// <summary>Rows of a source that can be read again; the last joint column is the target.</summary>
internal sealed class SourceRows(CheckedSource source) : IRows
{
    public bool CanRead => true;

    public void AddTo(ResidualPass pass, int target)
    {
        int columns = source.Indicators?.Values ?? source.Columns;
        if (source.Indicators is { } indicators)
        {
            pass.StartIndexed(indicators);
        }

        double[] block = new double[RowBlocks.Rows * columns];
        int filled = 0;

        // The next row's place in the block; places of rows left out stay empty, so the block may have fewer rows.
        int place = 0;
        source.ReadAllIndexed((skipped, rows) =>
        {
            if (skipped >= RowBlocks.Rows - place)
            {
                AddBlock();
            }

            place = (int)((place + skipped) % RowBlocks.Rows);
            while (!rows.IsEmpty)
            {
                int taken = Math.Min(rows.Length / columns, RowBlocks.Rows - place);
                rows[..(taken * columns)].CopyTo(block.AsSpan(filled));
                rows = rows[(taken * columns)..];
                filled += taken * columns;
                place += taken;
                if (place == RowBlocks.Rows)
                {
                    AddBlock();
                    place = 0;
                }
            }
        });
        AddBlock();

        void AddBlock()
        {
            if (filled > 0)
            {
                var joint = new MatrixSpan<double>(block.AsSpan(0, filled), columns);
                if (source.Indicators is null)
                {
                    pass.AddBlock(joint.SliceColumns(0, columns - 1), joint.SliceColumns(columns - 1, 1));
                }
                else
                {
                    pass.AddIndexedBlock(joint);
                }
            }

            filled = 0;
        }
    }

    public MomentsNode DoubleDoubleMoments()
    {
        MomentsTree tree =
            SourceMoments.Begin(source, new ColumnLabels([], source.Columns - 1, source.Columns), MomentsPrecision.DoubleDouble);
        SourceMoments.Add(tree, source);
        return tree.Fold();
    }
}
