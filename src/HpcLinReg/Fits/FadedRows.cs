using HpcLinReg.Kernels;

namespace HpcLinReg.Fits;

/// <summary>
/// The variance of coefficients fitted to rows that have faded by factors v (<see cref="Moments.Decay"/>). A faded row counts less, but is
/// as noisy as it was, so the covariance of the weights is σ²(XᵀVX)⁻¹XᵀV²X(XᵀVX)⁻¹ (White 1980, with equal variances), and the residual sum
/// of squares is expected to be σ²(Σv − tr((XᵀVX)⁻¹XᵀV²X)). Holds the features' moments with squared weights, about their own means.
/// </summary>
internal sealed class FadedRows
{
    /// <summary>
    /// With fewer effective rows beyond the coefficients than this, intervals cover less than they state, so none are given.
    /// </summary>
    private const double LeastRowsBeyondRank = 30;

    /// <summary>Entries with squared weights that err by more than this leave standard errors fewer than two digits.</summary>
    private const double MostEntryError = 1e-3;

    /// <summary>Far above the underflow error of a square.</summary>
    private const double LeastSquare = 1e-290;

    private readonly GramMatrix _gram;
    private readonly double[] _offsets;
    private readonly double _squaredWeight;
    private readonly double _weight;
    private readonly double _remaining;
    private readonly bool _areKnown;

    /// <summary>Takes the features' part.</summary>
    /// <param name="moments">The moments of the faded rows.</param>
    /// <param name="squared">The same with weights that faded by v² where the others did by v.</param>
    /// <param name="remaining">
    /// Σv of the rows, each of which counted 1 before it faded; Σ of the weights where they are frequencies.
    /// </param>
    /// <param name="features">The features' columns.</param>
    /// <param name="intercept">Whether the moments are centred.</param>
    internal FadedRows(MomentsNode moments, MomentsNode squared, double remaining, ReadOnlySpan<int> features, bool intercept)
    {
        int d = features.Length;
        (_weight, _squaredWeight, _remaining) = (moments.Weight.Value, squared.Weight.Value, remaining);
        _offsets = new double[d];
        double[] high = new double[d * d], low = new double[d * d], scales = new double[d];
        bool[] used = new bool[moments.Columns];
        _areKnown = true;
        for (int i = 0; i < d; i++)
        {
            int column = features[i];
            used[column] = moments.Squares(column) > 0;
            _areKnown &= !used[column] || squared.Squares(column) > LeastSquare;
            scales[i] = squared.Squares(column) > 0 ? Math.ScaleB(1, -(Math.ILogB(squared.Squares(column)) >> 1)) : 1;
            DoubleDouble mean = squared.Mean(column);
            _offsets[i] = intercept ? (mean - moments.Mean(column)).Value : mean.Value;
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                DoubleDouble product = squared.CrossProduct(features[i], features[j]).Scale(scales[i]).Scale(scales[j]);
                (high[(i * d) + j], low[(i * d) + j]) = (high[(j * d) + i], low[(j * d) + i]) = product;
            }
        }

        _gram = new GramMatrix(high, low, scales);
        MomentsErrors errors = MomentsErrors.Of(squared).Only(used);
        _areKnown &= errors.OfEntries(squared, centred: true) <= MostEntryError;
        Intercept = intercept;
    }

    private bool Intercept { get; }

    /// <summary>Gets the effective number of rows, Σv·Σvw/Σv²w with weights w before fading: (Σv)²/Σv² without.</summary>
    internal double Count => _remaining * CountPerWeight;

    /// <summary>Gets Σvw/Σv²w: effective rows for each unit of what the rows weigh.</summary>
    internal double CountPerWeight => _weight / _squaredWeight;

    /// <summary>Returns whether there are enough effective rows, and enough digits, for standard errors.</summary>
    internal bool AreEnough(int rank) => _areKnown && Count - rank >= LeastRowsBeyondRank;

    /// <summary>Returns the certificate's note where standard errors are not given; empty otherwise.</summary>
    internal string Note(int rank) => AreEnough(rank) ? ""
        : !_areKnown ? "; standard errors are not given: too few digits of the squared weights are left"
        : FormattableString.Invariant($"; standard errors are not given: the rows have faded to {Count:F1} effective ones, fewer than {LeastRowsBeyondRank} beyond the {rank} coefficients");

    /// <summary>
    /// Computes the variance, in units of σ², of constant·Σv(noise) + zᵀ(centred Xᵀ)V(noise) with z = v + low: V₂(constant − dᵀz)² + zᵀM₂z.
    /// </summary>
    internal double Variance(ReadOnlySpan<double> v, ReadOnlySpan<double> low, double constant)
    {
        double shift = constant;
        for (int j = 0; j < v.Length; j++)
        {
            shift -= _offsets[j] * v[j];
        }

        double length = _gram.LengthOfProduct(v, low);
        return (_squaredWeight * shift * shift) + (length * length);
    }

    /// <summary>Computes Σv − tr((XᵀVX)⁻¹XᵀV²X), by which the residual sum of squares is divided. 2d³ flops.</summary>
    internal double ResidualDivisor(Fit fit)
    {
        int d = _offsets.Length;
        double[] v = new double[d], low = new double[d];
        double trace = Intercept ? _squaredWeight / _weight : 0;
        for (int j = 0; j < d; j++)
        {
            if (fit.Factor[(j * d) + j] == 0)
            {
                continue;
            }

            for (int i = 0; i < d; i++)
            {
                double unit = 1 / _gram.Scales[i] / _gram.Scales[j];
                (v[i], low[i]) = new DoubleDouble(_gram.High[(i * d) + j], _gram.Low[(i * d) + j]).Scale(unit)
                    + (DoubleDouble.Product(_squaredWeight * _offsets[i], _offsets[j]));
            }

            StandardErrors.SolveTransposed(fit, v, low, 0);
            StandardErrors.SolveUpper(fit, v, low);
            trace += v[j];
        }

        return _remaining - trace;
    }
}
