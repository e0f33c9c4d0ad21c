using HpcLinReg.Labs.Plots;

namespace HpcLinReg.Cli.Plots;

/// <summary>
/// The points of a picture. Up to a number they are kept and drawn one by one; beyond it they are counted in the cells of a grid, which is
/// drawn the stronger the more points lie in a cell. So memory stays the same, whatever number of rows comes.
/// </summary>
internal sealed class Cloud
{
    /// <summary>More points than these cover each other, and an SVG of them is large.</summary>
    internal const int MostPoints = 2000;

    private const int Cells = 128;
    private const int Levels = 8;

    private readonly GrowingRange _across = new(Cells);
    private readonly GrowingRange _up = new(Cells);
    private List<(double X, double Y, long Row)> _points = [];
    private List<double> _times = [];
    private double[,] _counts = new double[0, 0];
    private double _leastX = double.PositiveInfinity, _mostX = double.NegativeInfinity;
    private double _leastY = double.PositiveInfinity, _mostY = double.NegativeInfinity;

    /// <summary>Gets whether points are counted instead of kept.</summary>
    internal bool IsDensity => _counts.Length > 0;

    /// <summary>Gets the points; empty where they are counted.</summary>
    internal IReadOnlyList<(double X, double Y, long Row)> Points => _points;

    /// <summary>Gets how many points the cells hold.</summary>
    internal double Counted => _counts.Cast<double>().Sum();

    /// <summary>Gets the range of x.</summary>
    internal (double Least, double Most) X => (_leastX, _mostX);

    /// <summary>Gets the range of y.</summary>
    internal (double Least, double Most) Y => (_leastY, _mostY);

    /// <summary>Adds a point as often as it was observed; one that is not finite has no place.</summary>
    internal void Add(double x, double y, long row, double count)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return;
        }

        (_leastX, _mostX) = (Math.Min(_leastX, x), Math.Max(_mostX, x));
        (_leastY, _mostY) = (Math.Min(_leastY, y), Math.Max(_mostY, y));
        if (IsDensity)
        {
            Count(x, y, count);
            return;
        }

        _points.Add((x, y, row));
        _times.Add(count);
        if (_points.Count > MostPoints)
        {
            _across.Lay(_leastX, _mostX);
            _up.Lay(_leastY, _mostY);
            _counts = new double[Cells, Cells];
            for (int i = 0; i < _points.Count; i++)
            {
                Count(_points[i].X, _points[i].Y, _times[i]);
            }

            (_points, _times) = ([], []);
        }
    }

    /// <summary>Returns an axis around the values of x, and further ones.</summary>
    internal Axis AxisX(params double[] further) => Around(X, further);

    /// <summary>Returns an axis around the values of y, and further ones.</summary>
    internal Axis AxisY(params double[] further) => Around(Y, further);

    /// <summary>Draws the points, or how many there are.</summary>
    internal void Draw(Drawing drawing, Frame frame)
    {
        double radius = _points.Count > 500 ? 2 : _points.Count > 100 ? 2.6 : 3.4;
        foreach ((double x, double y, long row) in _points)
        {
            frame.Dot(x, y, row, Ink.Blue, radius, _points.Count > 100 ? 0.55 : 0.75);
        }

        if (!IsDensity)
        {
            return;
        }

        DrawCells(drawing, frame);
    }

    /// <summary>Cells of equal strength that stand on each other are one area, and all of a strength one shape.</summary>
    private void DrawCells(Drawing drawing, Frame frame)
    {
        double most = _counts.Cast<double>().Max();

        // Levels of the logarithm: one point is seen, and so is where a thousand times as many lie.
        int Level(int i, int j) => j == Cells || _counts[i, j] == 0 ? 0
            : most > 1 ? (int)Math.Ceiling(Levels * Math.Log(1 + _counts[i, j]) / Math.Log(1 + most)) : Levels;
        List<(double X, double Y, double Width, double Height)>[] areas =
            [.. Enumerable.Range(0, Levels + 1).Select(_ => new List<(double, double, double, double)>())];
        for (int i = 0; i < Cells; i++)
        {
            double left = frame.PixelX(_across.At(i)), width = frame.PixelX(_across.At(i + 1)) - left;
            for (int j = 0, start = 0; j < Cells; j++)
            {
                if (Level(i, j + 1) != Level(i, j))
                {
                    double top = frame.PixelY(_up.At(j + 1));
                    areas[Level(i, j)].Add((left, top, width, frame.PixelY(_up.At(start)) - top));
                    start = j + 1;
                }
            }
        }

        for (int level = 1; level <= Levels; level++)
        {
            drawing.Add(new AreaShape(areas[level], Ink.Blue, 0.1 + (0.9 * level / Levels)));
        }
    }

    private static Axis Around((double Least, double Most) range, double[] further) =>
        Axis.Around(range.Least > range.Most ? further : [range.Least, range.Most, .. further]);

    private void Count(double x, double y, double count)
    {
        double i = _across.CellOf(x), j = _up.CellOf(y);
        while (i is < 0 or >= Cells)
        {
            int shift = _across.Double(i);
            Join((cell, other) => (shift + (cell / 2), other));
            i = _across.CellOf(x);
        }

        while (j is < 0 or >= Cells)
        {
            int shift = _up.Double(j);
            Join((cell, other) => (cell, shift + (other / 2)));
            j = _up.CellOf(y);
        }

        _counts[(int)i, (int)j] += count;
    }

    private void Join(Func<int, int, (int I, int J)> place)
    {
        double[,] joined = new double[Cells, Cells];
        for (int i = 0; i < Cells; i++)
        {
            for (int j = 0; j < Cells; j++)
            {
                (int to, int toward) = place(i, j);
                joined[to, toward] += _counts[i, j];
            }
        }

        _counts = joined;
    }
}
