namespace HpcLinReg.Kernels;

/// <summary>
/// The part of residuals and of Xᵀr that comes from indicators: a row takes the weights at its places, and its residual is added to the
/// sums of these places. A place may stand for no indicator; its weight is then 0 and its sum is not used.
/// </summary>
/// <param name="places">The number of places.</param>
/// <param name="perRow">The number of places that each row has.</param>
/// <remarks>
/// Sums are kept in three parts, each with the rounding errors of the one before, so that they are exact but for the rounding of the third:
/// a chain of 2048 equal residuals would lose eleven bits of two. Not thread-safe.
/// </remarks>
internal sealed class IndexedTerms(int places, int perRow)
{
    private readonly double[] _first = new double[places];
    private readonly double[] _second = new double[places];
    private readonly double[] _third = new double[places];

    /// <summary>Gets the weight of each place.</summary>
    internal DoubleDoubleVector Weights { get; } = new(places);

    /// <summary>Gets the places of the rows of a block, those of a row behind one another.</summary>
    internal int[] Places { get; private set; } = [];

    /// <summary>Forgets the sums, and makes room for the places of this many rows.</summary>
    internal void Start(int rows)
    {
        Places = Places.Length >= rows * perRow ? Places : new int[rows * perRow];
        Array.Clear(_first);
        Array.Clear(_second);
        Array.Clear(_third);
    }

    /// <summary>Adds the weights at their places to the predictions of some rows of the block.</summary>
    internal void AddPredictions(int start, int rows, DoubleDoubleSpan predictions)
    {
        ReadOnlySpan<int> place = Places.AsSpan(start * perRow, rows * perRow);
        for (int i = 0; i < rows; i++)
        {
            DoubleDouble prediction = predictions[i];
            for (int k = 0; k < perRow; k++)
            {
                prediction += Weights[place[(i * perRow) + k]];
            }

            predictions[i] = prediction;
        }
    }

    /// <summary>Adds the residuals of some rows of the block to the sums at their places.</summary>
    internal void AddResiduals(int start, int rows, ReadOnlyDoubleDoubleSpan residuals)
    {
        ReadOnlySpan<int> place = Places.AsSpan(start * perRow, rows * perRow);
        for (int i = 0; i < rows; i++)
        {
            DoubleDouble residual = residuals[i];
            for (int k = 0; k < perRow; k++)
            {
                int at = place[(i * perRow) + k];
                (_first[at], double error) = DoubleDouble.Sum(_first[at], residual.High);
                (_second[at], double third) = DoubleDouble.Sum(_second[at], error);
                _third[at] += third;
                (_second[at], third) = DoubleDouble.Sum(_second[at], residual.Low);
                _third[at] += third;
            }
        }
    }

    /// <summary>Returns the sum of the residuals at a place.</summary>
    internal DoubleDouble Sum(int place) => DoubleDouble.Sum(_first[place], _second[place]) + _third[place];
}
