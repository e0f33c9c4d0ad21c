using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// The Cholesky factor R of a <see cref="CentredSystem"/>, RᵀR = XᵀX + λI, in double or in double-double. Columns are taken in their order;
/// one that those before it determine is dropped, which leaves a row of zeros (<see cref="RankRule"/>).
/// </summary>
internal sealed class Factorization
{
    /// <summary>
    /// The number of steps of inverse iteration, each two triangular solves. Its estimate comes from below; a quarter is added for the
    /// rest.
    /// </summary>
    private const int PowerSteps = 12;

    /// <summary>
    /// The factor by which an estimate is multiplied that ends early, after two steps or more; with it the estimate is an upper bound in
    /// practice.
    /// </summary>
    private const double EarlyCaution = 4;

    private readonly CentredSystem _system;
    private readonly RankRule _rule;
    private readonly double[] _floors;
    private readonly double[] _scratch;
    private bool _isFactored;

    /// <summary>Allocates the arrays for d features: d² + 3d values; d² more once it factors in double-double.</summary>
    internal Factorization(CentredSystem system)
    {
        _system = system;
        High = new double[system.Order * system.Order];
        Lengths = new double[system.Order];
        _floors = new double[system.Order];
        _scratch = new double[system.Order];
        _rule = new RankRule(system, this);
    }

    /// <summary>Gets R, row-major d × d, on and above the diagonal: its high parts in double-double.</summary>
    internal double[] High { get; }

    /// <summary>Gets the low parts of R; used in double-double only.</summary>
    internal double[] Low { get; private set; } = [];

    /// <summary>Gets the lengths of the scaled columns, with the penalty: between 1 and 2, or 0.</summary>
    internal double[] Lengths { get; }

    /// <summary>Gets whether the factor is in double-double.</summary>
    internal bool IsDoubleDouble { get; private set; }

    /// <summary>Gets the dropped columns, as combinations of those before them.</summary>
    internal ImmutableArray<AliasedColumn> Aliased { get; private set; } = [];

    /// <summary>Gets the first column that was dropped although more digits might have kept it; −1 for none.</summary>
    internal int UncertainColumn { get; private set; } = -1;

    /// <summary>Gets whether every decision on rank follows from the stored cells, and none from the rounding of the Gram matrix.</summary>
    internal bool IsRankCertain => UncertainColumn < 0;

    /// <summary>Gets the number of independent columns, the constant among them.</summary>
    internal int Rank => _system.Order - Aliased.Length + (_system.HasIntercept ? 1 : 0);

    /// <summary>Gets the error of an entry of the Gram matrix that was factored, in lengths of its columns.</summary>
    internal double EntryError => IsDoubleDouble ? _system.Errors.DoubleDouble : _system.Errors.Plain;

    /// <summary>Gets the factor in double-double.</summary>
    internal DoubleDoubleSpan DoubleDoubleFactor => new(High, Low);

    /// <summary>Factors in double, unless the present factor is in double.</summary>
    internal void FactorInDouble()
    {
        if (!_isFactored || IsDoubleDouble)
        {
            IsDoubleDouble = false;
            FactorAndJudge();
        }
    }

    /// <summary>Factors in double-double, unless the present factor is in double-double.</summary>
    internal void FactorInDoubleDouble()
    {
        if (!_isFactored || !IsDoubleDouble)
        {
            IsDoubleDouble = true;
            FactorAndJudge();
        }
    }

    /// <summary>Discards the factor, because the equations or their errors have changed.</summary>
    internal void Forget() => _isFactored = false;

    /// <summary>Computes v ← (RᵀR)⁻¹v by the high parts of the factor; dropped columns get 0.</summary>
    internal void ApplyInverse(Span<double> v)
    {
        TriangularSystem.SolveTransposed(High, _system.Order, v);
        TriangularSystem.SolveUpper(High, _system.Order, _system.Order, v);
    }

    /// <summary>Computes v ← (RᵀR)⁻¹v by the factor in double-double; dropped columns get 0.</summary>
    internal void ApplyInverse(DoubleDoubleSpan v)
    {
        DoubleDoubleCholesky.SolveTransposed(DoubleDoubleFactor, _system.Order, v);
        DoubleDoubleCholesky.SolveUpper(DoubleDoubleFactor, _system.Order, v);
    }

    /// <summary>
    /// Estimates ‖G⁻¹‖₂, G the Gram matrix with unit diagonal, by inverse iteration, which approaches from below, and adds a quarter. Ends
    /// early, with a cautious multiple, when even that is no more than <paramref name="enough"/>.
    /// </summary>
    internal double EstimateInverseNorm(double enough = 0)
    {
        Span<double> v = _scratch;
        int order = v.Length;
        for (int i = 0; i < order; i++)
        {
            // The start has no structure that an eigenvector could be orthogonal to, as in the condition estimate.
            double fraction = i * 0.6180339887498949;
            v[i] = High[(i * order) + i] == 0 ? 0 : (0.5 + fraction - Math.Floor(fraction)) * (i % 2 == 0 ? 1 : -1);
        }

        double norm = 0;
        for (int step = 0; step < PowerSteps; step++)
        {
            ref double first = ref MemoryMarshal.GetReference(v);
            double length = Math.Sqrt(Reduce.Dot(ref first, ref first, order));
            if (length == 0 || !double.IsFinite(length))
            {
                return length == 0 ? norm : double.PositiveInfinity;
            }

            norm = Math.Max(norm, step == 0 ? 0 : length);
            if (step >= 2 && EarlyCaution * norm <= enough)
            {
                return EarlyCaution * norm;
            }

            TensorPrimitives.Divide(v, length, v);
            TensorPrimitives.Multiply(v, Lengths, v);
            ApplyInverse(v);
            TensorPrimitives.Multiply(v, Lengths, v);
        }

        return 1.25 * norm;
    }

    /// <summary>
    /// Factors and decides on rank, by one rule for every column and either precision. A small pivot stops the factorization, and its
    /// column is judged at once. Other columns are judged afterwards, unless the size of the pivot decides; where one is dropped then, the
    /// matrix is factored again with a stop at it.
    /// </summary>
    private void FactorAndJudge()
    {
        HashSet<int>? stops = null;
        while (true)
        {
            LoadFactor();
            _rule.SetFloors(_floors, stops);
            ImmutableArray<AliasedColumn> aliased = FactorAndDrop();
            if (_system.Options.Ridge > 0 || _rule.FindExplained(stops) is not { Count: > 0 } explained)
            {
                Aliased = aliased;
                _isFactored = true;
                return;
            }

            stops ??= [];
            stops.UnionWith(explained);
        }
    }

    /// <summary>Copies the Gram matrix to where it is factored, with the penalty on its diagonal.</summary>
    private void LoadFactor()
    {
        _system.Gram.CopyTo(High, 0);
        if (IsDoubleDouble)
        {
            Low = Low.Length == 0 ? new double[High.Length] : Low;
            _system.GramLow.CopyTo(Low, 0);
        }

        int order = _system.Order;
        for (int j = 0; j < order; j++)
        {
            int diagonal = (j * order) + j;
            double penalty = _system.Penalty(j);
            if (IsDoubleDouble)
            {
                (High[diagonal], Low[diagonal]) = new DoubleDouble(High[diagonal], Low[diagonal]) + penalty;
            }
            else
            {
                High[diagonal] += penalty;
            }

            // A constant column's centred squares may round to less than 0.
            Lengths[j] = Math.Sqrt(Math.Max(0, High[diagonal]));
        }
    }

    private ImmutableArray<AliasedColumn> FactorAndDrop()
    {
        int d = _system.Order;
        UncertainColumn = -1;
        List<AliasedColumn>? aliased = null;
        double[]? combination = null;
        int reduced = -1;
        int start = 0;
        int k;
        while ((k = FactorRows(start, reduced)) < d)
        {
            aliased ??= [];
            combination ??= new double[d];
            RankRule.Explanation explanation = _rule.Explain(k, combination);
            double ofCells = explanation.Cells * explanation.Cells;
            double pivot = High[(k * d) + k];
            bool isFull = k - aliased.Count >= _system.AvailableRank;
            if (!isFull && pivot > Math.Max(ofCells, explanation.Gram))
            {
                _floors[k] = 0;
                start = reduced = k;
                continue;
            }

            if (!isFull && (IsDoubleDouble ? pivot : pivot + explanation.Gram) > ofCells)
            {
                UncertainColumn = UncertainColumn < 0 ? k : UncertainColumn;
            }

            aliased.Add(_rule.ToAliased(k, combination, Math.Max(explanation.Cells, explanation.Part)));
            Drop(k);
            start = k + 1;
        }

        return aliased is null ? [] : [.. aliased];
    }

    private int FactorRows(int start, int reduced) => IsDoubleDouble
        ? DoubleDoubleCholesky.FactorRows(DoubleDoubleFactor, _system.Order, start, _floors, reduced)
        : CholeskyFactor.FactorRows(High, _system.Order, start, _floors, reduced, _system.Options.Threads);

    private void Drop(int k)
    {
        int order = _system.Order;
        for (int i = 0; i < k; i++)
        {
            High[(i * order) + k] = 0;
        }

        High.AsSpan((k * order) + k, order - k).Clear();
    }
}
