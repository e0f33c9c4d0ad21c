using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Fits;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg.Solver;

/// <summary>
/// The normal equations (XᵀX + Λ)w = Xᵀy, Λ = diag(λⱼ) the penalties, of centred columns, or of raw ones without an intercept. Each column
/// is scaled by a power of two to a length between 1 and 2: scaling is exact, so it costs no digits, and it makes pivots comparable with 1.
/// Held in double, and in double-double when the moments are.
/// </summary>
internal sealed class CentredSystem
{
    /// <summary>
    /// Mean squares below this are refused: products err by 5e-324 when they underflow, which is more than a roundoff of such squares.
    /// </summary>
    private const double LeastMeanSquare = 1e-305;

    /// <summary>A column without variance whose mean is below this is refused as well: its squares underflowed, so it may vary.</summary>
    private const double LeastMean = 1e-140;

    /// <summary>λsⱼ²·scaleⱼ² where the ridge is on standardized columns; empty otherwise.</summary>
    private DoubleDouble[] _penalties = [];

    private ImmutableArray<string> _names;
    private int[] _features = [];

    /// <summary>Allocates the arrays for d features: d² + 5d values; d² more once double-double is used.</summary>
    internal CentredSystem(int order)
    {
        Order = order;
        Means = new DoubleDouble[order];
        Gram = new double[checked(order * order)];
        Products = new DoubleDoubleVector(order);
        Scales = new double[order];
        Errors = new EntryErrors(this);
    }

    /// <summary>Gets the number of features, d.</summary>
    internal int Order { get; }

    /// <summary>Gets the moments that were loaded.</summary>
    internal MomentsNode Moments { get; private set; } = null!;

    /// <summary>Gets the options of the fit.</summary>
    internal FitOptions Options { get; private set; } = FitOptions.Default;

    /// <summary>Gets or sets the squared weights of rows that have faded; null where none have. Set before solving.</summary>
    internal FadedRows? Faded { get; set; }

    /// <summary>
    /// Gets or sets whether errors of cells in heavy rows outweigh the light rows, so that nothing is promised. Set before solving.
    /// </summary>
    internal bool WeightsHideRows { get; set; }

    /// <summary>Gets the features' means.</summary>
    internal DoubleDouble[] Means { get; }

    /// <summary>
    /// Gets the scaled XᵀX, row-major d × d: on and above the diagonal in double, whole in double-double, so that rows serve products
    /// without gaps.
    /// </summary>
    internal double[] Gram { get; }

    /// <summary>Gets the low parts of <see cref="Gram"/>; used in double-double only.</summary>
    internal double[] GramLow { get; private set; } = [];

    /// <summary>Gets the scaled Xᵀy.</summary>
    internal DoubleDoubleVector Products { get; }

    /// <summary>Gets the power of two that each column is multiplied by.</summary>
    internal double[] Scales { get; }

    /// <summary>Gets the errors of the entries.</summary>
    internal EntryErrors Errors { get; }

    /// <summary>Gets ȳ.</summary>
    internal DoubleDouble TargetMean { get; private set; }

    /// <summary>Gets Σ w(y − ȳ)², without an intercept Σ wy²; 0 for a target that varies by no more than its rounding.</summary>
    internal DoubleDouble TotalSumOfSquares { get; private set; }

    /// <summary>
    /// Gets whether a row of a tiny weight may differ from the others although the target varies by no more than its rounding.
    /// </summary>
    internal bool IsTargetUncertain { get; private set; }

    /// <summary>Gets whether the moments are in double-double.</summary>
    internal bool IsDoubleDouble => Moments.IsDoubleDouble;

    /// <summary>Gets whether a constant is fitted.</summary>
    internal bool HasIntercept => Options.Intercept;

    /// <summary>Gets the number of rows that count for degrees of freedom.</summary>
    internal double RowCount =>
        Faded is { } faded ? faded.Count : Options.RowWeights == WeightKind.Frequency ? (long)Moments.Weight.Value : Moments.Count;

    /// <summary>
    /// Gets the number of independent columns that the rows allow: n − 1, n without an intercept; under a penalty every column has its
    /// part.
    /// </summary>
    internal long AvailableRank => Options.Ridge > 0 ? long.MaxValue : Moments.Count - (HasIntercept ? 1 : 0);

    /// <summary>Loads the equations' matrix: XᵀX, scales and penalties of the features.</summary>
    /// <param name="moments">Of the joint columns; at least one row that counts.</param>
    /// <param name="names">The columns' names; none for x1, x2, ….</param>
    /// <param name="features">The features' columns, d of them; empty for the first d.</param>
    /// <param name="options">Checked.</param>
    internal void Load(MomentsNode moments, ImmutableArray<string> names, int[] features, FitOptions options)
    {
        _names = names;
        _features = features;
        Options = options;
        Load(moments);
    }

    /// <summary>Loads the matrix of the same features from other moments.</summary>
    internal void Load(MomentsNode moments)
    {
        Moments = moments;
        Errors.FromMoments();
        _penalties = IsRidgeStandardized && _penalties.Length == 0 ? new DoubleDouble[Order] : _penalties;
        for (int i = 0; i < Order; i++)
        {
            int column = Column(i);
            Means[i] = moments.Mean(column);
            DoubleDouble squares = SquaredLength(column);
            DoubleDouble penalty = IsRidgeStandardized ? StandardizedPenalty(column, squares) : Options.Ridge;
            double squaredLength = squares.High + penalty.High;
            Scales[i] = squaredLength > 0 ? Math.ScaleB(1, -(Math.ILogB(squaredLength) >> 1)) : 1;
            if (IsRidgeStandardized)
            {
                _penalties[i] = penalty.Scale(Scales[i]).Scale(Scales[i]);
            }
        }

        if (moments.IsDoubleDouble)
        {
            LoadGramInDoubleDouble();
        }
        else
        {
            LoadGram();
        }
    }

    /// <summary>Loads the equations' right-hand side: Xᵀy, mean and sum of squares of a target.</summary>
    /// <param name="target">The target's column.</param>
    internal void LoadTarget(int target)
    {
        TargetMean = Moments.Mean(target);
        TotalSumOfSquares = SquaredLength(target);
        double constant = SquaresOfConstant(TargetMean.High);
        bool isConstant = HasIntercept && TotalSumOfSquares.High <= constant;

        // Without weights, one cell that differs is far above that.
        double cell = RoundingModel.Roundoff / 2 * TargetMean.High;
        IsTargetUncertain = isConstant && Moments.LeastWeight * cell * cell <= 2 * constant;
        TotalSumOfSquares = isConstant ? 0 : TotalSumOfSquares;
        Errors.AddOffsets();
        DoubleDoubleVector products = Products;
        for (int i = 0; i < Order; i++)
        {
            // A target that varies only by rounding has no covariance with anything.
            products[i] = TotalSumOfSquares.High == 0 ? 0 : Product(Column(i), target).Scale(Scales[i]);
        }
    }

    /// <summary>Computes the penalty on the diagonal of a scaled column.</summary>
    internal double Penalty(int j) => IsRidgeStandardized ? _penalties[j].High : Options.Ridge * Scales[j] * Scales[j];

    /// <summary>Computes the penalty on the diagonal of a scaled column in double-double.</summary>
    internal DoubleDouble DoubleDoublePenalty(int j) =>
        IsRidgeStandardized ? _penalties[j] : DoubleDouble.Product(Options.Ridge * Scales[j], Scales[j]);

    /// <summary>Gets whether each column has a penalty of its own, λsⱼ² (<see cref="FitOptions.StandardizeRidge"/>).</summary>
    internal bool IsRidgeStandardized => Options is { StandardizeRidge: true, Ridge: > 0 };

    /// <summary>Computes product = XᵀX·w from the upper triangle.</summary>
    internal void Multiply(ReadOnlySpan<double> w, Span<double> product)
    {
        product.Clear();
        double[] gram = Gram;
        int order = Order;
        for (int i = 0; i < w.Length; i++)
        {
            Span<double> row = gram.AsSpan((i * order) + i, order - i);
            Elementwise.Axpy(w[i], row, product[i..]);
            product[i] += Reduce.Dot(ref MemoryMarshal.GetReference(row[1..]), ref MemoryMarshal.GetReference(w[(i + 1)..]),
                row.Length - 1);
        }
    }

    /// <summary>Computes √Σxᵢⱼ² of the scaled column as stored, not centred.</summary>
    internal double RawLength(int j)
    {
        double mean = HasIntercept ? Means[j].High * Scales[j] : 0;
        double centred = Gram[(j * Order) + j], weight = Moments.Weight.High;
        double squares = centred + (weight * mean * mean);
        return double.IsFinite(squares) ? Math.Sqrt(squares) : double.Hypot(Math.Sqrt(centred), Math.Sqrt(weight) * mean);
    }

    /// <summary>Computes |x̄| over the centred length of a column; 0 for a constant one.</summary>
    internal double MeanOverLength(int j)
    {
        double squares = Gram[(j * Order) + j];
        return squares > 0 ? Math.Abs(Means[j].High) * Scales[j] / Math.Sqrt(squares) : 0;
    }

    /// <summary>Computes the largest Σ w(x − x̄)² that a column of equal cells may have instead of 0.</summary>
    internal double SquaresOfConstant(double mean) =>
        RoundingModel.SquaresOfConstant(IsDoubleDouble ? RoundingModel.DoubleDoubleRoundoff : RoundingModel.Roundoff, Moments.Weight.High,
            mean);

    /// <summary>Returns what messages call a feature.</summary>
    internal string FeatureLabel(int j) => Label(Column(j));

    private int Column(int feature) => _features.Length == 0 ? feature : _features[feature];

    private string Label(int column) => new ColumnLabels(_names, _names.IsEmpty ? Order : Moments.Columns, Moments.Columns)[column];

    private void LoadGram()
    {
        int d = Order;
        for (int i = 0; i < d; i++)
        {
            Span<double> row = Gram.AsSpan((i * d) + i, d - i);
            if (_features.Length == 0)
            {
                GramBlocks.CopyRow(Moments.CrossProducts, Moments.Columns, i, row);
                if (!HasIntercept)
                {
                    Elementwise.Axpy(Moments.Count * Moments.Means[i], Moments.Means.AsSpan(i, d - i), row);
                }
            }
            else
            {
                for (int j = i; j < d; j++)
                {
                    row[j - i] = Product(_features[i], _features[j]).High;
                }
            }

            // Scaled in two steps, because the product of two scales may leave the range of double where the result does not.
            TensorPrimitives.Multiply(row, Scales[i], row);
            TensorPrimitives.Multiply(row, Scales.AsSpan(i), row);
        }
    }

    private void LoadGramInDoubleDouble()
    {
        int d = Order;
        GramLow = GramLow.Length == 0 ? new double[Gram.Length] : GramLow;
        var gram = new DoubleDoubleSpan(Gram, GramLow);
        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                gram[(i * d) + j] = gram[(j * d) + i] = Product(Column(i), Column(j)).Scale(Scales[i]).Scale(Scales[j]);
            }
        }
    }

    /// <summary>
    /// Computes the centred, or without an intercept raw, cross-product of two columns; M + n·m·mᵀ cancels nothing on the diagonal.
    /// </summary>
    private DoubleDouble Product(int i, int j)
    {
        DoubleDouble centred = Moments.CrossProduct(i, j);
        return HasIntercept ? centred
            : IsDoubleDouble ? centred + (Moments.Weight * Moments.Mean(i) * Moments.Mean(j))
            : Math.FusedMultiplyAdd(Moments.Count * Moments.Means[i], Moments.Means[j], centred.High);
    }

    /// <summary>
    /// Computes λs² of a column, s² = Σw(x − x̄)²/Σw; λ for a column that does not vary, whose weight is 0 under any penalty.
    /// </summary>
    private DoubleDouble StandardizedPenalty(int column, DoubleDouble squares)
    {
        bool varies = squares.High > (HasIntercept ? SquaresOfConstant(Moments.Mean(column).High) : 0);
        DoubleDouble penalty = varies ? squares / Moments.Weight * Options.Ridge : Options.Ridge;
        if (!double.IsFinite(penalty.High))
        {
            Throw.PenaltyOverflow(Label(column));
        }

        return penalty;
    }

    /// <summary>Computes the product of a column with itself; throws where the range of double has taken its digits.</summary>
    private DoubleDouble SquaredLength(int column)
    {
        DoubleDouble squares = Product(column, column);
        double mean = Math.Abs(Moments.Means[column]);
        if (!double.IsFinite(squares.High))
        {
            Throw.SquaresOverflow(Label(column));
        }

        // Rows of small weights bring products nearer to the end of the range, but the limit does not come nearer to zero.
        double weight = Moments.Weight.High;
        if (squares.High < LeastMeanSquare * Math.Max(1, weight)
            && (squares.High > 0 || (mean > 0 && mean * Math.Sqrt(Math.Min(1, weight)) < LeastMean)))
        {
            Throw.SquaresUnderflow(Label(column));
        }

        return squares;
    }
}
