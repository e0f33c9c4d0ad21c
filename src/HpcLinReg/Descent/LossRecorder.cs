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
    private int _count;
    private bool _any;

    internal LossPoint Last => _last;

    /// <summary>Adds a point. Returns whether its loss is the best so far.</summary>
    internal bool Add(LossPoint point)
    {
        bool better = !_any || point.Loss < _best.Loss;
        _best = better ? point : _best;
        _last = point;
        _any = true;
        if (point.Step % _spacing == 0)
        {
            if (_count == _kept.Length)
            {
                Thin();
            }

            if (point.Step % _spacing == 0)
            {
                _kept[_count++] = point;
            }
        }

        return better;
    }

    internal LossHistory ToHistory()
    {
        if (!_any)
        {
            return new LossHistory([], default);
        }

        var points = new List<LossPoint>(_kept.AsSpan(0, _count).ToArray());
        Insert(points, _best);
        Insert(points, _last);
        return new LossHistory([.. points], _best);
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

    private void Thin()
    {
        _spacing *= 2;
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_kept[i].Step % _spacing == 0)
            {
                _kept[kept++] = _kept[i];
            }
        }

        _count = kept;
    }
}
