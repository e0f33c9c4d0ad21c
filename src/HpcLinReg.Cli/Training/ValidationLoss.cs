namespace HpcLinReg.Cli.Training;

/// <summary>
/// The loss of the held-out rows during a descent. It is computed at the steps that have a loss of all training rows; after a thousand
/// points every second one is dropped and the spacing is doubled, so that a long descent spends little time on it.
/// </summary>
internal sealed class ValidationLoss(RowPart part, CancellationToken cancellationToken)
{
    private const int MostPoints = 1000;

    private readonly List<(long Step, double Loss)> _points = [];
    private long _spacing = 1;
    private long _seen;

    internal IReadOnlyList<(long Step, double Loss)> Points => _points;

    internal (long Step, double Loss) Best => _points.MinBy(point => double.IsNaN(point.Loss) ? double.PositiveInfinity : point.Loss);

    /// <summary>Computes the loss after a step, if it is due.</summary>
    internal void Follow(in DescentStep step)
    {
        if (!step.IsOfAllRows || _seen++ % _spacing != 0)
        {
            return;
        }

        if (_points.Count == MostPoints)
        {
            _spacing *= 2;
            (long, double)[] kept = [.. _points.Where((_, k) => k % 2 == 0)];
            _points.Clear();
            _points.AddRange(kept);
            if ((_seen - 1) % _spacing != 0)
            {
                return;
            }
        }

        _points.Add((step.Point.Step, part.Judge(new LinearModel(step.Weights, step.Intercept), cancellationToken).Loss));
    }

    /// <summary>Adds the loss of the model at the end, unless its step has one.</summary>
    internal void End(long step, double loss)
    {
        if (_points.Count == 0 || _points[^1].Step < step)
        {
            _points.Add((step, loss));
        }
    }
}
