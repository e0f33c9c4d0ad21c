using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>Sums the moments of one reading of a source. Rows that it leaves out leave their places in the grid of blocks empty.</summary>
internal static class SourceMoments
{
    /// <summary>
    /// Returns an empty tree for the rows of a source, which takes indexes in place of indicators where the source has them.
    /// </summary>
    internal static MomentsTree Begin(CheckedSource source, ColumnLabels labels, MomentsPrecision precision) =>
        source.Indicators is { } indicators
        ? new MomentsTree(indicators, labels, precision)
        : new MomentsTree(labels.Columns, 0, precision) { Labels = labels };

    /// <summary>Adds the rows of a source to a tree that began with it.</summary>
    internal static void Add(MomentsTree total, CheckedSource source) => source.ReadAllIndexed((skipped, rows) =>
    {
        total.Skip(skipped);
        total.Add(new MatrixSpan<double>(rows, total.Columns));
    });

    /// <summary>Adds the rows of a source whose last column is their weight.</summary>
    /// <param name="total">A tree that began with the source.</param>
    /// <param name="source">The rows.</param>
    /// <param name="kind">The meaning of the weights; frequencies have to be whole numbers.</param>
    internal static void AddWeighted(MomentsTree total, CheckedSource source, WeightKind kind)
    {
        int columns = total.Columns + 1;
        double[] buffer = [];
        source.ReadAllIndexed((skipped, rows) =>
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
