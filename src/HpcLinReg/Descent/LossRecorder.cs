namespace HpcLinReg.Descent;

/// <summary>
/// Collects the points of a <see cref="LossHistory"/> in a buffer of fixed size. Whenever it is full, every second point is dropped.
/// </summary>
internal sealed class LossRecorder(int capacity)
{
    private readonly LossPoint[] _kept = new LossPoint[capacity];
    private LossPoint _best;
    private LossPoint _last;
    private long _spacing = 1;
    private long _added;
    private int _count;

    /// <summary>Adds a point. Returns whether its loss is the best so far.</summary>
    internal bool Add(LossPoint point)
    {
        bool better = _added == 0 || point.Loss < _best.Loss;
        _best = better ? point : _best;
        _last = point;
        if (_added % _spacing == 0 && _count == _kept.Length)
        {
            Thin();
        }

        if (_added % _spacing == 0)
        {
            _kept[_count++] = point;
        }

        _added++;
        return better;
    }

    /// <summary>Returns the losses of all rows and, beside them, those of mini-batches.</summary>
    internal static LossHistory ToHistory(LossRecorder all, LossRecorder miniBatches) =>
        new([.. all.Points()], all._best, [.. miniBatches.Points()]);

    private List<LossPoint> Points()
    {
        List<LossPoint> points = [.. _kept.AsSpan(0, _count)];
        if (_added > 0)
        {
            Insert(points, _best);
            Insert(points, _last);
        }

        return points;
    }

    private static void Insert(List<LossPoint> points, LossPoint point)
    {
        int place = points.FindLastIndex(kept => kept.Step <= point.Step);
        if (place < 0 || points[place].Step < point.Step)
        {
            points.Insert(place + 1, point);
        }
        else
        {
            points[place] = point;
        }
    }

    /// <summary>Keeps every second point.</summary>
    private void Thin()
    {
        _spacing *= 2;
        _count = (_count + 1) / 2;
        for (int i = 1; i < _count; i++)
        {
            _kept[i] = _kept[2 * i];
        }
    }
}
