namespace HpcLinReg.Cli.Training;

/// <summary>
/// The rows that a model is trained on, or those that it is judged by: arrays in memory, or a source that is read each time.
/// </summary>
internal sealed class RowPart
{
    /// <summary>The number of rows in a block of predictions.</summary>
    private const int BlockRows = 2048;

    private readonly double[] _x = [];
    private readonly double[] _y = [];
    private readonly double[] _rowWeights = [];
    private readonly IRowSource? _source;

    /// <summary>Holds rows.</summary>
    internal RowPart(double[] x, double[] y, double[] rowWeights, int features)
    {
        (_x, _y, _rowWeights, Features) = (x, y, rowWeights, features);
    }

    /// <summary>Reads rows from a source each time.</summary>
    internal RowPart(IRowSource source)
    {
        (_source, Features) = (source, source.Columns - (source.HasWeights ? 2 : 1));
    }

    internal int Features { get; }

    internal bool IsHeld => _source is null;

    internal MatrixSpan<double> X => new(_x, _y.Length, Features, Features);

    internal ReadOnlySpan<double> Y => _y;

    /// <summary>Trains on the rows; the type of the options chooses the method.</summary>
    internal DescentResult Descend(DescentOptions options, CancellationToken cancellationToken) => (options, _source) switch
    {
        (StochasticGradientDescentOptions batches, null) => StochasticGradientDescent.Fit(X, Y, _rowWeights, batches, cancellationToken),
        (StochasticGradientDescentOptions batches, { } source) => StochasticGradientDescent.Fit(source, batches, cancellationToken),
        (GradientDescentOptions plain, null) => GradientDescent.Fit(X, Y, _rowWeights, plain, cancellationToken),
        (GradientDescentOptions plain, { } source) => GradientDescent.Fit(source, plain, cancellationToken),
        (_, null) => ConjugateGradient.Fit(X, Y, _rowWeights, options, cancellationToken),
        (_, { } source) => ConjugateGradient.Fit(source, options, cancellationToken),
    };

    /// <summary>Fits the rows in closed form.</summary>
    internal Fit Fit(FitOptions options, CancellationToken cancellationToken) =>
        _source is { } source ? LinearRegression.Fit(source, options, cancellationToken)
        : _rowWeights.Length > 0 ? LinearRegression.Fit(X, Y, (ReadOnlySpan<double>)_rowWeights, options)
        : LinearRegression.Fit(X, Y, options);

    /// <summary>Computes how well a model predicts the rows.</summary>
    internal Goodness Judge(LinearModel model, CancellationToken cancellationToken)
    {
        var goodness = new Goodness();
        double[] predictions = new double[BlockRows];
        if (_source is null)
        {
            for (int start = 0; start < _y.Length; start += BlockRows)
            {
                int count = Math.Min(BlockRows, _y.Length - start);
                model.Predict(X.SliceRows(start, count), predictions.AsSpan(0, count));
                goodness.Add(predictions.AsSpan(0, count), _y.AsSpan(start, count),
                    _rowWeights.Length > 0 ? _rowWeights.AsSpan(start, count) : default);
            }

            return goodness;
        }

        double[] y = new double[BlockRows];
        double[] rowWeights = new double[_source.HasWeights ? BlockRows : 0];
        int filled = 0;
        using IRowReader reader = _source.Open();
        for (ReadOnlySpan<double> rows = reader.ReadRows(); rows.Length > 0; rows = reader.ReadRows())
        {
            cancellationToken.ThrowIfCancellationRequested();
            while (rows.Length > 0)
            {
                // Blocks of the same rows as those in memory give sums of the same bits.
                int count = Math.Min(BlockRows - filled, rows.Length / _source.Columns);
                model.Predict(new MatrixSpan<double>(rows, count, Features, _source.Columns), predictions.AsSpan(filled, count));
                for (int i = 0; i < count; i++, filled++)
                {
                    y[filled] = rows[(i * _source.Columns) + Features];
                    if (rowWeights.Length > 0)
                    {
                        rowWeights[filled] = rows[((i + 1) * _source.Columns) - 1];
                    }
                }

                rows = rows[(count * _source.Columns)..];
                if (filled == BlockRows)
                {
                    goodness.Add(predictions, y, rowWeights);
                    filled = 0;
                }
            }
        }

        goodness.Add(predictions.AsSpan(0, filled), y.AsSpan(0, filled), rowWeights.AsSpan(0, Math.Min(filled, rowWeights.Length)));
        return goodness;
    }
}
