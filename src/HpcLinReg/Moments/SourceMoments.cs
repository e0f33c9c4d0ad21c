using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>Sums the moments of one reading of a source. Rows that it leaves out leave their places in the grid of blocks empty.</summary>
internal static class SourceMoments
{
    /// <summary>Adds the rows of a source.</summary>
    internal static void Add(MomentsTree total, CheckedSource source) => source.ReadAll((skipped, rows) =>
    {
        total.Skip(skipped);
        total.Add(new MatrixSpan<double>(rows, source.Columns));
    });

    /// <summary>Adds the rows of a source whose last column is their weight.</summary>
    /// <param name="total">Of one column less than the source.</param>
    /// <param name="source">The rows.</param>
    /// <param name="kind">The meaning of the weights; frequencies have to be whole numbers.</param>
    internal static void AddWeighted(MomentsTree total, CheckedSource source, WeightKind kind)
    {
        int columns = source.Columns;
        double[] buffer = [];
        source.ReadAll((skipped, rows) =>
        {
            total.Skip(skipped);
            var joint = new MatrixSpan<double>(rows, columns);
            buffer = buffer.Length < joint.Rows ? new double[joint.Rows] : buffer;
            for (int i = 0; i < joint.Rows; i++)
            {
                buffer[i] = joint[i][^1];
            }

            ReadOnlySpan<double> weights = buffer.AsSpan(0, joint.Rows);
            RowWeights.RequireKind(weights, kind, total.NextRow);
            total.Add(joint.SliceColumns(0, columns - 2), joint.SliceColumns(columns - 2, 1), weights);
        });
    }
}
