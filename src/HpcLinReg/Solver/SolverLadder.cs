using System.Collections.Immutable;

namespace HpcLinReg.Solver;

/// <summary>
/// Solves least-squares problems by the cheapest of three rungs whose error estimate shows the digits asked for (docs/numerics.md):
/// <list type="number">
/// <item>the normal equations in double, which suffice for most data;</item>
/// <item>the same factor, with corrections by residuals in double-double, where the factor is accurate enough for them to converge;</item>
/// <item>Gram matrix and factor in double-double, which need another reading of the rows. This rung also decides on rank where rounding of
/// the Gram matrix in double leaves that open.</item>
/// </list>
/// Its arrays serve any number of problems of the same order, one after another. Not thread-safe.
/// </summary>
internal sealed class SolverLadder
{
    /// <summary>
    /// Up to this number of features it costs less to solve first, and to examine the rows only where the solution fails its test.
    /// </summary>
    private const int FewFeatures = 32;

    /// <summary>
    /// Refinement by a factor in double is tried when each step is expected to leave no more than this share of an error.
    /// </summary>
    private const double SlowestContraction = 0.1;

    private readonly CentredSystem _system;
    private readonly Factorization _factorization;
    private readonly Solution _solution;
    private readonly Findings _findings = new();
    private readonly AcceptanceTest _test;
    private readonly Refinement _refinement;

    /// <summary>Allocates the arrays for d features: 2d² + 12d values; twice that once double-double is used.</summary>
    internal SolverLadder(int order)
    {
        _system = new CentredSystem(order);
        _factorization = new Factorization(_system);
        _solution = new Solution(_system, _factorization);
        Answer = new FitBuilder(_system, _factorization, _solution, _findings);
        _test = new AcceptanceTest(_system, _factorization, _solution, _findings, Answer);
        _refinement = new Refinement(_system, _factorization, _solution, _findings, _test);
    }

    /// <summary>Gets the answer to the problem that was solved last.</summary>
    internal FitBuilder Answer { get; }

    /// <summary>Gets the equations, so that facts about their rows can be set before they are solved.</summary>
    internal CentredSystem Equations => _system;

    /// <summary>Loads the equations' matrix: XᵀX, scales and penalties of the features.</summary>
    /// <param name="moments">Of the joint columns; at least one row that counts.</param>
    /// <param name="names">The columns' names; none for x1, x2, ….</param>
    /// <param name="features">The features' columns, as many as the order; empty for the first ones.</param>
    /// <param name="options">Checked.</param>
    internal void Load(MomentsNode moments, ImmutableArray<string> names, int[] features, FitOptions options)
    {
        _factorization.Forget();
        _system.Load(moments, names, features, options);
    }

    /// <summary>
    /// Tries to answer on the first rung without examining the rows. Returns true if the answer has the digits asked for even when rounding
    /// errors are not random: then <see cref="Solve"/> would give the same. Otherwise <see cref="Solve"/> has to be called.
    /// </summary>
    /// <param name="target">The target's column among the moments.</param>
    internal bool TrySolveAtOnce(int target)
    {
        if (_system.Order > FewFeatures || _system.IsDoubleDouble || !Allows(SolverRungs.NormalEquations))
        {
            return false;
        }

        SolveUntested(target);
        return _factorization.IsRankCertain && _test.Passes();
    }

    /// <summary>Answers on the first rung without testing the errors.</summary>
    internal void SolveUntested(int target)
    {
        _system.LoadTarget(target);
        _factorization.FactorInDouble();
        AnswerInDouble();
    }

    /// <summary>Answers for one target of the loaded equations, climbing as far as the options ask and the rows allow.</summary>
    /// <param name="rows">The rows behind the moments.</param>
    /// <param name="column">The target's column among the moments.</param>
    /// <param name="target">The target's place among the rows' targets.</param>
    internal void Solve<TRows>(scoped ref TRows rows, int column, int target)
        where TRows : IRows, allows ref struct
    {
        // The caller may have examined the rows since the equations were loaded; then the errors are smaller, and rank may be certain now.
        double repeatedShare = _system.Errors.RepeatedShare;
        _system.Errors.FromMoments();
        if (!_factorization.IsRankCertain && _system.Errors.RepeatedShare != repeatedShare)
        {
            _factorization.Forget();
        }

        _system.LoadTarget(column);
        if (!SolveOnFirstRungs(ref rows, target))
        {
            SolveInDoubleDouble(ref rows, column, target);
        }

        _findings.Notes = RankNote();
        _test.JudgeStandardErrors();
        if (!_solution.IsFinite)
        {
            Throw.SolutionOverflow();
        }
    }

    /// <summary>Adds a note for the reader of the certificate.</summary>
    internal void Explain(string note) => _findings.Notes += note;

    private bool Allows(SolverRungs rung) => (_system.Options.Rungs & rung) != 0;

    /// <summary>Tries the first two rungs. Returns false when the third one should answer.</summary>
    private bool SolveOnFirstRungs<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        bool hasResiduals = _system.IsDoubleDouble || rows.CanRead;
        bool canClimb = Allows(SolverRungs.DoubleDouble) && hasResiduals;

        // Refinement would keep the variances of moments in double, and with them penalties that have fewer digits than it promises.
        bool canRefine = Allows(SolverRungs.Refinement) && hasResiduals && (_system.IsDoubleDouble || !_system.IsRidgeStandardized);
        if (canClimb && !Allows(SolverRungs.NormalEquations | SolverRungs.Refinement))
        {
            return false;
        }

        _factorization.FactorInDouble();
        if (!_factorization.IsRankCertain && canClimb)
        {
            return false;
        }

        AnswerInDouble();
        bool isGood = _test.Passes();
        if (isGood && Allows(SolverRungs.NormalEquations) && !(_system.IsDoubleDouble && canRefine))
        {
            _findings.Cause = CertificateCause.NormalEquationsSufficed;
            return true;
        }

        if (canRefine && _refinement.ExpectedContraction <= SlowestContraction)
        {
            if (_refinement.Refine(ref rows, target, _system.Options.Digits) && (_test.HasErrorDigits() || !canClimb))
            {
                _findings.Rung = SolverRung.Refinement;
                _findings.Cause = !isGood ? CertificateCause.RefinementSufficed
                    : _system.IsDoubleDouble ? CertificateCause.RefinementWithoutRows
                    : CertificateCause.NormalEquationsNotAllowed;
                return true;
            }

            if (!canClimb)
            {
                AnswerInDouble();
            }
        }

        _findings.Cause = isGood ? CertificateCause.NormalEquationsSufficed
            : Allows(SolverRungs.DoubleDouble) ? CertificateCause.RowsNotReadable
            : CertificateCause.HigherRungsNotAllowed;
        return !canClimb;
    }

    private void AnswerInDouble()
    {
        _solution.SolveInDouble();
        _findings.Rung = SolverRung.NormalEquations;
        _findings.RefinementSteps = 0;
    }

    /// <summary>Answers on the third rung, which decides on rank as well.</summary>
    private void SolveInDoubleDouble<TRows>(scoped ref TRows rows, int column, int target)
        where TRows : IRows, allows ref struct
    {
        // From here to the factorization IsRankCertain is the decision in double.
        bool wasRankCertain = _factorization.IsRankCertain;
        if (!_system.IsDoubleDouble)
        {
            _factorization.Forget();
            _system.Load(rows.DoubleDoubleMoments());
            _system.LoadTarget(column);
        }

        _factorization.FactorInDoubleDouble();
        _solution.SolveInDoubleDouble();
        _findings.InverseNorm = _factorization.EstimateInverseNorm();
        bool converged = _refinement.Refine(ref rows, target, FitOptions.MaxDigits);
        _findings.Rung = SolverRung.DoubleDouble;
        _findings.Cause = !converged ? CertificateCause.RefinementDiverged
            : !Allows(SolverRungs.NormalEquations | SolverRungs.Refinement) ? CertificateCause.DoubleDoubleOnly
            : !wasRankCertain ? CertificateCause.RankUndecidedInDouble
            : CertificateCause.RefinementDidNotSuffice;
    }

    /// <summary>Returns the note on a column that was dropped though more digits might have kept it; empty if there is none.</summary>
    private string RankNote() => _factorization.IsRankCertain ? ""
        : $"; rank not certain: {_system.FeatureLabel(_factorization.UncertainColumn)} was dropped on a {(_factorization.IsDoubleDouble ? "double-double" : "double-precision")} test";
}
