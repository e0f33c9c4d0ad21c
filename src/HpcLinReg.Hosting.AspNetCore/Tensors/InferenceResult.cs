using System.Buffers;

namespace HpcLinReg.Hosting.AspNetCore.Tensors;

/// <summary>What rows were answered with; the arrays are of the pool.</summary>
internal sealed class InferenceResult : IDisposable
{
    internal InferenceResult(ModelSnapshot snapshot, int rows, bool isUncertain)
    {
        (Snapshot, Rows) = (snapshot, rows);
        Predictions = ArrayPool<double>.Shared.Rent(Math.Max(1, rows));
        if (isUncertain)
        {
            StandardErrors = ArrayPool<double>.Shared.Rent(Math.Max(1, rows));
            Leverages = ArrayPool<double>.Shared.Rent(Math.Max(1, rows));
            Extrapolated = ArrayPool<bool>.Shared.Rent(Math.Max(1, rows));
        }
    }

    internal ModelSnapshot Snapshot { get; }

    internal int Rows { get; }

    /// <summary>Gets or sets how many rows have no prediction.</summary>
    internal int Missing { get; set; }

    internal double[] Predictions { get; }

    internal double[]? StandardErrors { get; }

    internal double[]? Leverages { get; }

    internal bool[]? Extrapolated { get; }

    public void Dispose()
    {
        ArrayPool<double>.Shared.Return(Predictions);
        if (StandardErrors is not null)
        {
            ArrayPool<double>.Shared.Return(StandardErrors);
            ArrayPool<double>.Shared.Return(Leverages!);
            ArrayPool<bool>.Shared.Return(Extrapolated!);
        }
    }
}
