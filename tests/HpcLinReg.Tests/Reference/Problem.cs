namespace HpcLinReg.Tests.Reference;

/// <summary>
/// A seeded regression problem. The design lies in a guarded buffer with a row stride of its own, ending at the guard page; the numbers are
/// representable as float, so that both storage types hold the same problem.
/// </summary>
internal sealed class Problem : IDisposable
{
    private static readonly int[] TailRows = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 64, 65, 100];

    private readonly GuardedBuffer<double> _x;
    private readonly GuardedBuffer<float> _xFloat;
    private readonly GuardedBuffer<double> _y;
    private readonly GuardedBuffer<float> _yFloat;

    /// <summary>Draws the problem.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns of the design.</param>
    /// <param name="seed">What decides all numbers.</param>
    /// <param name="extraStride">Elements between two rows.</param>
    /// <param name="isHidden">Rows whose cells are stored as NaN, because a kernel must not use them.</param>
    internal Problem(int rows, int columns, int seed, int extraStride = 0, Predicate<int>? isHidden = null)
    {
        var random = new Random(seed);
        double Next() => (float)((random.NextDouble() * 4) - 1.5);
        Rows = rows;
        Columns = columns;
        Stride = columns + extraStride;
        X = new double[rows, columns];
        Targets = new double[rows];
        Weights = [.. Enumerable.Range(0, columns).Select(_ => Next())];
        Intercept = Next();
        int length = rows == 0 ? 0 : ((rows - 1) * Stride) + columns;
        _x = new GuardedBuffer<double>(length);
        _xFloat = new GuardedBuffer<float>(length);
        _y = new GuardedBuffer<double>(rows);
        _yFloat = new GuardedBuffer<float>(rows);

        // What lies between the rows must never be used.
        _x.Span.Fill(double.NaN);
        _xFloat.Span.Fill(float.NaN);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                X[i, j] = Next();
                _x.Span[(i * Stride) + j] = isHidden?.Invoke(i) == true ? double.NaN : X[i, j];
                _xFloat.Span[(i * Stride) + j] = (float)_x.Span[(i * Stride) + j];
            }

            Targets[i] = Next();
            _y.Span[i] = isHidden?.Invoke(i) == true ? double.NaN : Targets[i];
            _yFloat.Span[i] = (float)_y.Span[i];
        }
    }

    internal int Rows { get; }

    internal int Columns { get; }

    internal int Stride { get; }

    internal double[,] X { get; }

    internal double[] Targets { get; }

    internal double[] Weights { get; }

    internal double Intercept { get; }

    internal MatrixSpan<double> Design => new(_x.Span, Rows, Columns, Stride);

    internal MatrixSpan<float> FloatDesign => new(_xFloat.Span, Rows, Columns, Stride);

    internal ReadOnlySpan<double> Y => _y.Span;

    internal ReadOnlySpan<float> FloatY => _yFloat.Span;

    public void Dispose()
    {
        _x.Dispose();
        _xFloat.Dispose();
        _y.Dispose();
        _yFloat.Dispose();
    }

    /// <summary>All tail lengths of columns and rows: d in 1..40, and rows around the borders of lines, panels and blocks.</summary>
    internal static IEnumerable<(int Rows, int Columns)> Shapes() =>
        from columns in Enumerable.Range(1, 40)
        from rows in TailRows
        select (rows, columns);
}
