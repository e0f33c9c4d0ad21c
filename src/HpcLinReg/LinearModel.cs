using System.Numerics;

namespace HpcLinReg;

/// <summary>A fitted line, plane or hyperplane: ŷ = x·w + b.</summary>
public sealed class LinearModel
{
    private readonly double[] _weights;

    /// <summary>Copies the weights.</summary>
    public LinearModel(ReadOnlySpan<double> weights, double intercept)
    {
        _weights = weights.ToArray();
        Intercept = intercept;
    }

    /// <summary>Gets w.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets b.</summary>
    public double Intercept { get; }

    /// <summary>Predicts one row.</summary>
    public double Predict<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = Intercept;
        for (int j = 0; j < row.Length; j++)
        {
            sum += double.CreateTruncating(row[j]) * _weights[j];
        }

        return sum;
    }

    /// <summary>Predicts every row.</summary>
    public void Predict<T, TResult>(MatrixSpan<T> x, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        for (int i = 0; i < x.Rows; i++)
        {
            destination[i] = TResult.CreateTruncating(Predict(x[i]));
        }
    }
}
