namespace HpcLinReg.Cli.Training;

/// <summary>Computes the loss and R² of a model on rows, block by block; the blocks' means are merged by Chan's formula.</summary>
internal sealed class Goodness
{
    private double _mean;
    private double _centredSquares;
    private double _squares;

    /// <summary>Gets the number of rows with a positive weight.</summary>
    internal long Rows { get; private set; }

    /// <summary>Gets Σv, the sum of the rows' weights; the number of rows without weights.</summary>
    internal double TotalWeight { get; private set; }

    /// <summary>Gets Σv(y − ŷ)².</summary>
    internal double SquaredErrors { get; private set; }

    /// <summary>Gets the mean squared error, Σv(y − ŷ)²/Σv.</summary>
    internal double Loss => SquaredErrors / TotalWeight;

    /// <summary>Returns Σv(y − ȳ)² with the mean of these rows, or Σvy² without an intercept.</summary>
    internal double TotalSquares(bool intercept) => intercept ? _centredSquares : _squares;

    /// <summary>Returns R² = 1 − Σv(y − ŷ)²/Σv(y − ȳ)², or with Σvy² without an intercept; NaN where the targets do not vary.</summary>
    internal double RSquared(bool intercept) => TotalSquares(intercept) > 0 ? 1 - (SquaredErrors / TotalSquares(intercept)) : double.NaN;

    /// <summary>Adds a block of rows. Empty weights mean a weight of 1 for every row.</summary>
    internal void Add(ReadOnlySpan<double> predictions, ReadOnlySpan<double> y, ReadOnlySpan<double> rowWeights)
    {
        double weight = 0, sum = 0, errors = 0, squares = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double v = rowWeights.IsEmpty ? 1 : rowWeights[i];
            double error = y[i] - predictions[i];
            if (v == 0)
            {
                continue;
            }

            Rows++;
            weight += v;
            sum += v * y[i];
            errors += v * error * error;
            squares += v * y[i] * y[i];
        }

        if (weight == 0)
        {
            return;
        }

        double mean = sum / weight, deviations = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double v = rowWeights.IsEmpty ? 1 : rowWeights[i];
            deviations += v == 0 ? 0 : v * (y[i] - mean) * (y[i] - mean);
        }

        double apart = mean - _mean, all = TotalWeight + weight;
        _centredSquares += deviations + (apart * apart * TotalWeight * (weight / all));
        _mean += apart * (weight / all);
        _squares += squares;
        TotalWeight = all;
        SquaredErrors += errors;
    }
}
