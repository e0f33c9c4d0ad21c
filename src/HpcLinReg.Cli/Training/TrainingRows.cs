using HpcLinReg.Data;

namespace HpcLinReg.Cli.Training;

/// <summary>
/// The rows to descend on: held when they fit a quarter of a gigabyte, because a query for each step would cost a thousand times the
/// step; streamed otherwise. The bits are the same.
/// </summary>
internal sealed class TrainingRows
{
    private const int MostHeldNumbers = 1 << 25;

    private readonly double[]? _x;
    private readonly double[] _y = [];

    private TrainingRows(DataRows source, double[]? x, double[] y)
    {
        Source = source;
        _x = x;
        _y = y;
    }

    internal DataRows Source { get; }

    internal bool IsHeld => _x is not null;

    internal MatrixSpan<double> X => new(_x, _y.Length, Source.Terms.Length, Source.Terms.Length);

    internal ReadOnlySpan<double> Y => _y;

    /// <summary>Reads the rows, until there are too many to hold.</summary>
    internal static TrainingRows Read(DataRows source, bool stream)
    {
        List<double> x = [];
        List<double> y = [];
        int features = source.Terms.Length;
        if (stream)
        {
            return new TrainingRows(source, null, []);
        }

        using IRowReader reader = source.Open();
        for (ReadOnlySpan<double> rows = reader.ReadRows(); rows.Length > 0; rows = reader.ReadRows())
        {
            for (; rows.Length > 0; rows = rows[source.Columns..])
            {
                x.AddRange(rows[..features]);
                y.Add(rows[features]);
            }

            if (x.Count > MostHeldNumbers)
            {
                return new TrainingRows(source, null, []);
            }
        }

        return new TrainingRows(source, [.. x], [.. y]);
    }

    /// <summary>Descends by the method that the options are of.</summary>
    internal DescentResult Descend(DescentOptions options, CancellationToken cancellationToken) => (options, IsHeld) switch
    {
        (StochasticGradientDescentOptions batches, true) => StochasticGradientDescent.Fit(X, Y, batches, cancellationToken),
        (StochasticGradientDescentOptions batches, false) => StochasticGradientDescent.Fit(Source, options: batches, cancellationToken: cancellationToken),
        (GradientDescentOptions plain, true) => GradientDescent.Fit(X, Y, plain, cancellationToken),
        (GradientDescentOptions plain, false) => GradientDescent.Fit(Source, options: plain, cancellationToken: cancellationToken),
        (_, true) => ConjugateGradient.Fit(X, Y, options, cancellationToken),
        (_, false) => ConjugateGradient.Fit(Source, options: options, cancellationToken: cancellationToken),
    };

    /// <summary>The closed form, or null with the reason why it is too dear.</summary>
    internal DataFitResult? ClosedForm(long rows, out string? reason)
    {
        double features = Source.Terms.Length;
        reason = features > 2000 ? $"{features} terms would need a matrix of {features * features * 8 / 1e6:N0} MB"
            : rows * features * features > 5e11 ? $"{rows:N0} rows of {features} terms would take a minute or more"
            : null;
        return reason is null ? Interruptible.Run(() => DataFit.Run(Source), Interruption.Token) : null;
    }
}
