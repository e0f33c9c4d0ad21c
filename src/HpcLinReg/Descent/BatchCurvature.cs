namespace HpcLinReg.Descent;

/// <summary>
/// Estimates the curvature C that bounds the learning rate of mini-batches of B out of n rows, drawn without replacement: C = λ + (β − λ)(n
/// − B)/(B(n − 1)), with λ the largest eigenvalue of the Hessian and β = tr E[‖z‖²zzᵀ]/tr E[zzᵀ] the curvature along single rows. Rates
/// below 2/C are stable and 1/C is the best constant one (Ma, Bassily, Belkin 2018, theorem 3, with the correction for a finite
/// population).
/// </summary>
internal static class BatchCurvature
{
    /// <summary>Returns C, estimated from a sample of rows.</summary>
    internal static double Estimate(RowSample sample, Objective objective, DescentOptions options, double meanWeight, long rows,
        int batchSize)
    {
        MemoryBlocks<double> blocks = sample.ToBlocks();
        double largest = LargestEigenvalue.OfSample(sample, objective, LargestEigenvalue.Start(options, blocks.Features));
        if (batchSize >= rows)
        {
            return largest;
        }

        double alongRows = AlongRows(ref blocks, objective, options.Intercept, meanWeight);
        for (int j = 0; j < blocks.Features; j++)
        {
            alongRows = Math.Max(alongRows, objective.RidgeCurvature(j));
        }

        return largest + (Math.Max(0, alongRows - largest) * ((double)rows - batchSize) / ((double)batchSize * (rows - 1)));
    }

    /// <summary>Computes β of the sample.</summary>
    private static double AlongRows(ref MemoryBlocks<double> blocks, Objective objective, bool intercept, double meanWeight)
    {
        double squares = 0;
        double fourths = 0;
        double scale = Scale(objective);
        blocks.Rewind();
        while (blocks.Next())
        {
            for (int i = 0; i < blocks.X.Rows; i++)
            {
                double v = blocks.RowWeights.IsEmpty ? 1 : blocks.RowWeights[i];
                double square = intercept ? scale * scale : 0;
                ReadOnlySpan<double> row = blocks.X[i];
                for (int j = 0; j < row.Length; j++)
                {
                    double z = (row[j] - objective.Means[j]) * objective.InverseScales[j] * scale;
                    square += z * z;
                }

                squares += v * square;
                fourths += v * v * square * square;
            }
        }

        return squares > 0 ? 2 * fourths / (meanWeight * squares) / scale / scale : 0;
    }

    /// <summary>
    /// Returns a power of two that scales rows to a length of about 1, so that fourth powers stay in the range of double whatever the
    /// columns' units.
    /// </summary>
    private static double Scale(Objective objective)
    {
        double square = 0;
        foreach (double part in objective.MeanSquares)
        {
            square = Math.Max(square, part);
        }

        return square > 0 ? Math.ScaleB(1, -Math.ILogB(Math.Sqrt(square))) : 1;
    }
}
