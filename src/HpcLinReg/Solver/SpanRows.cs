using System.Numerics;

namespace HpcLinReg.Solver;

/// <summary>Rows in memory: features and targets.</summary>
internal readonly ref struct SpanRows<T>(MatrixSpan<T> x, MatrixSpan<T> targets, int threads) : IRows
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MatrixSpan<T> _x = x;
    private readonly MatrixSpan<T> _targets = targets;

    public bool CanRead => true;

    public void AddTo(ResidualPass pass, int target) => pass.AddAll(_x, _targets.SliceColumns(target, 1), threads);

    public MomentsNode DoubleDoubleMoments()
    {
        var tree = new MomentsTree(_x.Columns + _targets.Columns, 0, MomentsPrecision.DoubleDouble);
        ParallelMoments.Add(tree, _x, _targets, threads);
        return tree.Fold();
    }
}
