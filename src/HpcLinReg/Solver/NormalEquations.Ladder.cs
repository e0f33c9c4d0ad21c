using HpcLinReg.Fits;

namespace HpcLinReg.Solver;

/// <content>
/// The ladder: normal equations in double; the same, refined by residuals in double-double; Gram matrix and factor in double-double.
/// It is climbed until a rung's own estimate of its errors says that the digits asked for are there (docs/numerics.md).
/// </content>
internal sealed partial class NormalEquations
{
    /// <summary>Standard errors are asked for with no more digits than these: s itself has few more.</summary>
    private const int MostErrorDigits = 12;

    /// <summary>The most features for which solving twice, where that turns out to be needed, costs less than looking at the rows first.</summary>
    private const int FewFeatures = 32;

    private double[] _correction = [];
    private double[] _correctionErrors = [];
    private SolverRung _rung;
    private int _steps;
    private CertificateCause _cause;
    private string _notes = "";
    private double _standardErrorDigits;
    private StandardErrorState _standardErrors;
    private SolverErrors _refinedErrors;

    /// <summary>
    /// Answers on the first rung without a look at the rows, if that is enough even when rounding errors are not at random: then <see cref="Solve"/>
    /// would answer the same. False when it should be asked.
    /// </summary>
    /// <param name="features">As given to <see cref="Load"/>.</param>
    /// <param name="column">The target's column among the moments.</param>
    internal bool SolvePlainly(ReadOnlySpan<int> features, int column)
    {
        if (_order > FewFeatures || IsDoubleDouble || !Allows(SolverRungs.NormalEquations))
        {
            return false;
        }

        LoadTarget(features, column);
        Factor(doubleDouble: false);
        if (!RankIsCertain)
        {
            return false;
        }

        // A solution that passes the gate is finite: a NaN or infinite coefficient has an infinite bound and fails it.
        AnswerPlainly();
        return IsPlainSolutionGood();
    }

    /// <summary>Answers for one target of what was loaded, climbing as far as the options ask and the rows allow.</summary>
    /// <param name="rows">The rows behind the moments.</param>
    /// <param name="features">As given to <see cref="Load"/>.</param>
    /// <param name="column">The target's column among the moments.</param>
    /// <param name="target">The target's place among the rows' targets.</param>
    internal void Solve<TRows>(scoped ref TRows rows, ReadOnlySpan<int> features, int column, int target)
        where TRows : IRows, allows ref struct
    {
        // Since the equations were loaded the caller may have looked at the rows; then errors are smaller, and rank may be certain.
        double repeatedShare = _repeatedShare;
        FindEntryErrors();
        _isFactored &= RankIsCertain || _repeatedShare == repeatedShare;
        LoadTarget(features, column);
        if (!SolveWithoutMoreRows(ref rows, target))
        {
            SolveInDoubleDouble(ref rows, features, column, target);
        }

        _notes = RankNote(features) + JudgeStandardErrors();
        bool finite = double.IsFinite(_interceptValue.High);
        foreach (double w in _solution)
        {
            finite &= double.IsFinite(w);
        }

        if (!finite)
        {
            Throw.SolutionOverflow();
        }
    }

    /// <summary>Returns the note on a column that was dropped though more digits might have kept it; empty if there is none.</summary>
    private string RankNote(ReadOnlySpan<int> features) => RankIsCertain ? ""
        : $"; rank not certain: {Label(features.IsEmpty ? _uncertainColumn : features[_uncertainColumn])} was dropped on a {(_factorIsDoubleDouble ? "double-double" : "double-precision")} test";

    private int ErrorDigits => Math.Min(_options.Digits, MostErrorDigits);

    private bool Allows(SolverRungs rung) => (_options.Rungs & rung) != 0;

    /// <summary>The first two rungs. False when the third one should answer.</summary>
    private bool SolveWithoutMoreRows<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        bool canClimb = Allows(SolverRungs.DoubleDouble) && (IsDoubleDouble || rows.CanRead);
        bool canRefine = Allows(SolverRungs.Refinement) && (IsDoubleDouble || rows.CanRead);
        if (canClimb && !Allows(SolverRungs.NormalEquations | SolverRungs.Refinement))
        {
            return false;
        }

        Factor(doubleDouble: false);
        if (!RankIsCertain && canClimb)
        {
            return false;
        }

        AnswerPlainly();
        bool good = IsPlainSolutionGood();
        if (good && Allows(SolverRungs.NormalEquations) && !(IsDoubleDouble && canRefine))
        {
            _cause = CertificateCause.NormalEquationsSufficed;
            return true;
        }

        if (canRefine && ExpectedContraction <= SlowestContraction)
        {
            if (Refine(ref rows, target, _options.Digits) && (HasErrorDigits() || !canClimb))
            {
                _rung = SolverRung.Refinement;
                _cause = !good ? CertificateCause.RefinementSufficed
                    : IsDoubleDouble ? CertificateCause.RefinementWithoutRows
                    : CertificateCause.NormalEquationsNotAllowed;
                return true;
            }

            if (!canClimb)
            {
                AnswerPlainly();
            }
        }

        _cause = good ? CertificateCause.NormalEquationsSufficed
            : Allows(SolverRungs.DoubleDouble) ? CertificateCause.RowsNotReadable
            : CertificateCause.HigherRungsNotAllowed;
        return !canClimb;
    }

    private void AnswerPlainly()
    {
        SolvePlain();
        _rung = SolverRung.NormalEquations;
        _steps = 0;
        // Of (‖y‖ + ‖w‖)² the half at least; the roundoffs counted have more room than that.
        _residualError = _plainError * (_totalSumOfSquares.High + _squaredSolutionLength);
    }

    /// <summary>The third rung, and with it every verdict on rank that rounding of a plain Gram matrix leaves open.</summary>
    private void SolveInDoubleDouble<TRows>(scoped ref TRows rows, ReadOnlySpan<int> features, int column, int target)
        where TRows : IRows, allows ref struct
    {
        if (!IsDoubleDouble)
        {
            Load(rows.DoubleDoubleMoments(), _names, features, _options);
            LoadTarget(features, column);
        }

        bool certain = RankIsCertain;
        Factor(doubleDouble: true);
        SolveDoubleDouble();
        _inverseNorm = NormByPowers();
        bool converged = Refine(ref rows, target, FitOptions.MaxDigits);
        _rung = SolverRung.DoubleDouble;
        _cause = !converged ? CertificateCause.RefinementDiverged
            : !Allows(SolverRungs.NormalEquations | SolverRungs.Refinement) ? CertificateCause.DoubleDoubleOnly
            : !certain ? CertificateCause.RankUndecidedInDouble
            : CertificateCause.RefinementDidNotSuffice;
    }
}
