using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;
using HpcLinReg.Threads;

namespace HpcLinReg;

/// <summary>A fitted line, plane or hyperplane: ŷ = x·w + b.</summary>
/// <remarks>
/// Immutable, so any number of threads may predict with one instance. Predicting allocates nothing, and a row gets the
/// same bits alone and in any batch. NaN or infinity in a row gives NaN or infinity by IEEE 754.
/// </remarks>
public sealed class LinearModel
{
    private readonly double[] _weights;

    /// <summary>Makes a model of given weights, which are copied.</summary>
    /// <param name="weights">w, one per feature; may be empty for a model that is its intercept.</param>
    /// <param name="intercept">b.</param>
    /// <exception cref="ArgumentException">A weight or the intercept is NaN or infinite.</exception>
    public LinearModel(ReadOnlySpan<double> weights, double intercept)
    {
        for (int j = 0; j < weights.Length; j++)
        {
            if (!double.IsFinite(weights[j]))
            {
                Throw.NonFiniteWeight(j, weights[j]);
            }
        }

        if (!double.IsFinite(intercept))
        {
            Throw.NonFiniteIntercept(intercept);
        }

        _weights = weights.ToArray();
        Intercept = intercept;
    }

    /// <summary>Gets w, one weight per feature.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets b.</summary>
    public double Intercept { get; }

    /// <summary>Gets the number of features, d.</summary>
    public int Features => _weights.Length;

    /// <summary>Predicts one row: Σⱼ xⱼwⱼ + b. Whole numbers in brackets, <c>Predict([6, 8])</c>, are taken as doubles.</summary>
    /// <param name="row">d values.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ArgumentException">The row's length is not d.</exception>
    public double Predict(ReadOnlySpan<double> row) => Predict<double>(row);

    /// <summary>Predicts one row of another element type: Σⱼ xⱼwⱼ + b.</summary>
    /// <param name="row">d values.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ArgumentException">The row's length is not d, or it stores neither double nor float.</exception>
    public double Predict<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequireDoubleOrFloat<T>();
        double[] weights = _weights;
        if (row.Length != weights.Length)
        {
            Throw.ColumnsAgainstWeights(row.Length, weights.Length);
        }

        return Predictions.Row(
            ref MemoryMarshal.GetReference(row), ref MemoryMarshal.GetArrayDataReference(weights), row.Length, Intercept);
    }

    /// <summary>Predicts every row of a matrix.</summary>
    /// <param name="x">n × d.</param>
    /// <param name="destination">Receives n predictions, rounded once more when it stores float. May not overlap x.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or the buffers overlap.</exception>
    public void Predict<T, TResult>(MatrixSpan<T> x, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RowArguments.RequireWeights(x, _weights);
        RowArguments.RequirePredictions(x, destination);
        Predictions.Rows(x, _weights, Intercept, destination);
    }

    /// <summary>Predicts every row of a matrix on several threads.</summary>
    /// <param name="x">n × d.</param>
    /// <param name="destination">Receives n predictions, rounded once more when it stores float. May not overlap x.</param>
    /// <param name="threads">
    /// The most threads, at least 1. Another one is used only for another tenth of a millisecond of work or so.
    /// </param>
    /// <exception cref="ArgumentException">Lengths disagree, or the buffers overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1.</exception>
    /// <remarks>The bits are the same for any number of threads. With more than one it allocates their tasks, about a kilobyte.</remarks>
    public void Predict<T, TResult>(MatrixSpan<T> x, Span<TResult> destination, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RowThreads.Require(threads);
        RowArguments.RequireWeights(x, _weights);
        RowArguments.RequirePredictions(x, destination);
        ParallelPredictions.Rows(x, _weights, Intercept, destination, threads);
    }
}
