using HpcLinReg.Threads;

namespace HpcLinReg.Solver;

/// <summary>Rows of a source that can be read again; the last joint column is the target.</summary>
internal sealed class SourceRows(IRowSource source) : IRows
{
    private long _rows = -1;

    /// <summary>The sum of the hashes of the rows of the first reading.</summary>
    private ulong _hash;

    public bool CanRead => true;

    public void AddTo(ResidualPass pass, int target)
    {
        int columns = source.Columns;
        var block = new double[RowBlocks.Rows * columns];
        int filled = 0;

        // The next row's place in the block; places of rows left out stay empty, so the block may have fewer rows.
        int place = 0;
        ReadAll((skipped, rows) =>
        {
            if (skipped >= RowBlocks.Rows - place)
            {
                AddBlock(pass, block.AsSpan(0, filled), columns);
                filled = 0;
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
                    AddBlock(pass, block.AsSpan(0, filled), columns);
                    (place, filled) = (0, 0);
                }
            }
        });
        AddBlock(pass, block.AsSpan(0, filled), columns);
    }

    public MomentsNode DoubleDoubleMoments()
    {
        var accumulator = new MomentsAccumulator(source.Columns, 0, MomentsPrecision.DoubleDouble);
        AddTo(accumulator);
        var node = new MomentsNode(source.Columns, isDoubleDouble: true);
        accumulator.FoldInto(node);
        return node;
    }

    /// <summary>Sums the moments of one reading.</summary>
    internal void AddTo(MomentsAccumulator accumulator) => ReadAll((skipped, rows) =>
    {
        accumulator.Skip(skipped);
        accumulator.Add(new MatrixSpan<double>(rows, source.Columns));
    });

    /// <summary>The same of rows whose last column is their weight.</summary>
    internal void AddWeightedTo(MomentsAccumulator accumulator, FitOptions options)
    {
        int columns = source.Columns;
        double[] weights = [];
        ReadAll((skipped, rows) =>
        {
            accumulator.Skip(skipped);
            var joint = new MatrixSpan<double>(rows, columns);
            weights = weights.Length < joint.Rows ? new double[joint.Rows] : weights;
            for (int i = 0; i < joint.Rows; i++)
            {
                weights[i] = joint[i][^1];
            }

            ReadOnlySpan<double> rowWeights = weights.AsSpan(0, joint.Rows);
            options.RequireFrequencies(rowWeights, accumulator.NextRow);
            accumulator.Add(joint.SliceColumns(0, columns - 2), joint.SliceColumns(columns - 2, 1), rowWeights);
        });
    }

    /// <summary>The smallest and the largest value of each named column; refuses what is not finite. Rows whose weight is 0 do not count.</summary>
    internal (double Least, double Most)[] Ranges(string[] names, bool weighted)
    {
        int columns = source.Columns;
        var ranges = new (double Least, double Most)[names.Length];
        Array.Fill(ranges, (double.PositiveInfinity, double.NegativeInfinity));
        long seen = 0;
        ReadAll((skipped, rows) =>
        {
            seen += skipped;
            for (int first = 0; first < rows.Length; first += columns, seen++)
            {
                ReadOnlySpan<double> row = rows.Slice(first, columns);
                for (int column = 0; column < names.Length && !(weighted && row[^1] == 0); column++)
                {
                    if (!double.IsFinite(row[column]))
                    {
                        Throw.NonFiniteCell(seen, names[column], row[column]);
                    }

                    ranges[column] = (Math.Min(ranges[column].Least, row[column]), Math.Max(ranges[column].Most, row[column]));
                }
            }
        });
        return ranges;
    }

    /// <summary>Reads once from the first row to the last; refuses a source that gives other rows than in its first reading. Their order is not looked at.</summary>
    /// <param name="take">Receives the number of rows left out and the rows that follow them, of which there are none at the end.</param>
    private void ReadAll(Action<long, ReadOnlySpan<double>> take)
    {
        int columns = source.Columns;
        long count = 0;
        ulong hash = 0;
        using IRowReader reader = source.Open();
        for (ReadOnlySpan<double> rows = Read(reader, columns); !rows.IsEmpty; rows = Read(reader, columns))
        {
            take(reader.Skipped, rows);
            count += rows.Length / columns;
            for (int start = 0; start < rows.Length; start += columns)
            {
                hash += RowHash.Of(rows.Slice(start, columns));
            }
        }

        take(reader.Skipped, []);
        if (_rows >= 0 && count != _rows)
        {
            Throw.SourceChanged(_rows, count);
        }

        if (_rows >= 0 && hash != _hash)
        {
            Throw.SourceChanged();
        }

        (_rows, _hash) = (count, hash);
    }

    private static ReadOnlySpan<double> Read(IRowReader reader, int columns)
    {
        ReadOnlySpan<double> rows = reader.ReadRows();
        if (rows.Length % columns != 0)
        {
            Throw.NotWholeRows(rows.Length, columns);
        }

        return rows;
    }

    private static void AddBlock(ResidualPass pass, ReadOnlySpan<double> block, int columns)
    {
        if (!block.IsEmpty)
        {
            var joint = new MatrixSpan<double>(block, columns);
            pass.AddBlock(joint.SliceColumns(0, columns - 1), joint.SliceColumns(columns - 1, 1));
        }
    }
}
