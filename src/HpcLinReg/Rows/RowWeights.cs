namespace HpcLinReg.Rows;

/// <summary>Checks the weights of rows.</summary>
internal static class RowWeights
{
    /// <summary>Frequencies from here on are not all whole numbers of double.</summary>
    private const double MostFrequency = 1L << 53;

    /// <summary>Throws for the first weight that is negative, infinite or NaN.</summary>
    /// <param name="weights">One for each row.</param>
    /// <param name="firstRow">The absolute index of the first row.</param>
    internal static void Require(ReadOnlySpan<double> weights, long firstRow)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            if (!double.IsFinite(weights[i]) || weights[i] < 0)
            {
                Throw.RowWeightNotUsable(firstRow + i, weights[i]);
            }
        }
    }

    /// <summary>Throws for the first weight that counts rows and is not a whole number.</summary>
    /// <param name="weights">One for each row.</param>
    /// <param name="kind">The meaning of the weights; only frequencies have to be whole numbers.</param>
    /// <param name="firstRow">The absolute index of the first row.</param>
    internal static void RequireKind(ReadOnlySpan<double> weights, WeightKind kind, long firstRow)
    {
        for (int i = 0; i < weights.Length && kind == WeightKind.Frequency; i++)
        {
            if (weights[i] != Math.Floor(weights[i]) || weights[i] >= MostFrequency)
            {
                Throw.FrequencyNotWhole(firstRow + i, weights[i]);
            }
        }
    }

    /// <summary>Returns whether a row is to be left out because its weight is 0.</summary>
    /// <param name="weights">One column, or none.</param>
    internal static bool HaveZero(MatrixSpan<double> weights)
    {
        bool has = false;
        for (int i = 0; i < weights.Rows && weights.Columns > 0; i++)
        {
            has |= weights[i][0] == 0;
        }

        return has;
    }
}
