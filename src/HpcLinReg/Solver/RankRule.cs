using System.Runtime.InteropServices;

namespace HpcLinReg.Solver;

/// <summary>
/// Decides which columns those before them determine. A column is dropped when rounding of the stored cells, or of the Gram matrix's
/// entries, explains its residual on the columns before it (docs/numerics.md).
/// </summary>
internal sealed class RankRule(CentredSystem system, Factorization factorization)
{
    /// <summary>
    /// Columns whose pivot is below this share of their squared length are judged by their cells. Above it, rounding of the Gram matrix
    /// leaves at least nine digits of the pivot.
    /// </summary>
    private const double SuspectPivot = 1e-6;

    /// <summary>The share below which columns are judged by their cells in a factor in double-double.</summary>
    private const double SuspectDoubleDoublePivot = 1e-20;

    /// <summary>Sets the pivots at which the factorization stops to have a column judged.</summary>
    /// <param name="floors">Receives one for each column.</param>
    /// <param name="stops">
    /// Columns that are judged in any case; null for none. Those beyond the rank that the rows allow always are.
    /// </param>
    internal void SetFloors(Span<double> floors, HashSet<int>? stops)
    {
        double suspect = factorization.IsDoubleDouble ? SuspectDoubleDoublePivot : SuspectPivot;
        long available = system.AvailableRank;
        for (int j = 0; j < floors.Length; j++)
        {
            // For a column alone the rule counts its raw length and its mean, which is no longer.
            double rounding = 2 * RoundingModel.CellRoundoffs * RoundingModel.Roundoff * system.RawLength(j);
            double length = factorization.Lengths[j];
            bool isJudged = j >= available || (stops is not null && stops.Contains(j));
            floors[j] = isJudged ? double.PositiveInfinity : Math.Max(suspect * length * length, rounding * rounding);
        }
    }

    /// <summary>
    /// Finds the columns that were kept without a stop although the rule or the rounding of the sums may explain them. With R′ of columns
    /// of unit length, ‖R′⁻¹‖ bounds the combination of the columns before: by its pivots first (as in <see cref="AcceptanceTest"/>), by
    /// inverse iteration if that is not enough, and only then the combination itself is computed.
    /// </summary>
    internal List<int>? FindExplained(HashSet<int>? stops)
    {
        List<int>? explained = null;
        double[]? combination = null;
        ReadOnlySpan<double> factor = factorization.High, lengths = factorization.Lengths;
        double offsetUnit = system.Errors.OffsetUnit;
        double ofSums = Math.Sqrt(factorization.IsDoubleDouble ? system.Errors.RepeatingDoubleDouble : system.Errors.Plain);
        double squaredNorm = 0, mostRaw = 0, mostMean = 0, bestNorm = double.PositiveInfinity;
        for (int j = 0; j < lengths.Length; j++)
        {
            double length = lengths[j];
            double pivot = factor[(j * lengths.Length) + j];
            if (pivot == 0)
            {
                continue;
            }

            double raw = system.RawLength(j) / length;
            double ratio = length / pivot;
            if (j > 0 && stops?.Contains(j) != true && IsDoubtful(Math.Sqrt(squaredNorm)))
            {
                bestNorm = double.IsFinite(bestNorm) ? bestNorm : Math.Sqrt(factorization.EstimateInverseNorm());
                if (IsDoubtful(Math.Min(bestNorm, Math.Sqrt(squaredNorm))))
                {
                    combination ??= new double[lengths.Length];
                    Explanation explanation = Explain(j, combination);
                    if (pivot <= explanation.Cells || pivot * pivot <= explanation.Gram)
                    {
                        (explained ??= []).Add(j);
                    }
                }
            }

            squaredNorm = Math.FusedMultiplyAdd(squaredNorm, Math.Max(1, ratio * ratio), ratio * ratio);
            mostRaw = Math.Max(mostRaw, raw);
            mostMean = offsetUnit > 0 ? Math.Max(mostMean, system.MeanOverLength(j)) : 0;

            bool IsDoubtful(double norm)
            {
                double size = Math.Sqrt(j) * norm;
                double ofMeans = Math.Sqrt(offsetUnit * Math.Max(mostMean, offsetUnit > 0 ? system.MeanOverLength(j) : 0));
                return !(1
                    / ratio > Math.Max(2 * RoundingModel.CellRoundoffs * RoundingModel.Roundoff * (raw + (mostRaw * size)),
                    (ofSums + ofMeans) * (1 + size)));
            }
        }

        return explained;
    }

    /// <summary>
    /// Computes the column's coefficients on the columns before it, and what rounding explains of its residual. In double-double the error
    /// of entries is that of rows that repeat, which columns of two levels need.
    /// </summary>
    internal Explanation Explain(int k, Span<double> combination)
    {
        int d = system.Order;
        ReadOnlySpan<double> factor = factorization.High, lengths = factorization.Lengths;
        for (int i = 0; i < k; i++)
        {
            combination[i] = factor[(i * d) + k];
        }

        TriangularSystem.SolveUpper(factor, d, k, combination);
        double offsetUnit = system.Errors.OffsetUnit;
        double centredLength = lengths[k];
        double squaredNorm = 0;
        double offset = offsetUnit > 0 ? lengths[k] * system.MeanOverLength(k) : 0;
        double rawLength = system.RawLength(k);
        double constant = system.Means[k].High * system.Scales[k];
        for (int i = 0; i < k; i++)
        {
            centredLength += Math.Abs(combination[i]) * lengths[i];
            double ratio = factor[(i * d) + i] == 0 ? 0 : lengths[i] / factor[(i * d) + i];
            squaredNorm = Math.FusedMultiplyAdd(squaredNorm, Math.Max(1, ratio * ratio), ratio * ratio);
            offset += offsetUnit > 0 ? Math.Abs(combination[i]) * lengths[i] * system.MeanOverLength(i) : 0;
            rawLength += Math.Abs(combination[i]) * system.RawLength(i);
            constant -= combination[i] * system.Means[i].High * system.Scales[i];
        }

        rawLength += system.HasIntercept ? Math.Abs(constant) * Math.Sqrt(system.Moments.Weight.High) : 0;
        double entryError = factorization.IsDoubleDouble ? system.Errors.RepeatingDoubleDouble : system.Errors.Plain;
        double ofGram = ((entryError * centredLength) + (offsetUnit * offset)) * centredLength;
        double ofCells = RoundingModel.CellRoundoffs * RoundingModel.Roundoff * rawLength;
        return new Explanation(system.Options.Ridge > 0 ? 0 : ofCells, ofGram,
            Math.Min(Math.Sqrt(ofGram), entryError * squaredNorm * centredLength));
    }

    /// <summary>Returns the combination in the columns' own units; parts smaller than what rounding explains are left out.</summary>
    internal AliasedColumn ToAliased(int k, ReadOnlySpan<double> combination, double explained)
    {
        ReadOnlySpan<double> lengths = factorization.Lengths, scales = system.Scales;
        double[] coefficients = new double[k];
        double constant = system.HasIntercept ? system.Means[k].High : 0;
        for (int i = 0; i < k; i++)
        {
            if (Math.Abs(combination[i]) * lengths[i] > explained)
            {
                coefficients[i] = combination[i] * scales[i] / scales[k];
                constant -= system.HasIntercept ? coefficients[i] * system.Means[i].High : 0;
            }
        }

        bool isRounding = Math.Abs(constant * scales[k]) * Math.Sqrt(system.Moments.Weight.High) <= explained;
        return new AliasedColumn(k, isRounding ? 0 : constant, ImmutableCollectionsMarshal.AsImmutableArray(coefficients));
    }

    /// <summary>The part of a column's residual on the columns before it that rounding explains, with c their coefficients.</summary>
    /// <param name="Cells">
    /// The largest residual that rounding of the stored cells explains: 10u·Σ|cᵢ|‖xᵢ‖ of raw lengths, the constant's among them. Its square
    /// may leave the range.
    /// </param>
    /// <param name="Gram">
    /// The largest pivot that rounding of the Gram matrix's entries explains: ε(‖x‖ + Σ|cᵢ|‖xᵢ‖)² of centred lengths.
    /// </param>
    /// <param name="Part">The largest part cᵢ‖xᵢ‖ that the same explains: ‖G⁻¹‖·ε(‖x‖ + Σ|cᵢ|‖xᵢ‖).</param>
    internal readonly record struct Explanation(double Cells, double Gram, double Part);
}
