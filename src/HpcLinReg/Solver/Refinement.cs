using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// Iterative refinement: the factor corrects a double-double solution by residuals in double-double, until the corrections are below the
/// digits asked for (Björck 1996, §2.9.3; Higham 2002, ch. 12). The fixed point is the exact solution, whatever the factor; the factor
/// decides only how fast it is reached. Residuals come from the rows, or from moments in double-double where rows cannot be read again.
/// </summary>
internal sealed class Refinement(CentredSystem system, Factorization factorization, Solution solution, Findings findings,
    AcceptanceTest test)
{
    private const int MostSteps = 10;

    /// <summary>A step that leaves more than this share of the one before it is no progress.</summary>
    private const double Stagnation = 0.5;

    /// <summary>After this many steps without progress the corrections have reached the noise of the residuals.</summary>
    private const int MostStagnations = 2;

    /// <summary>A refinement whose last correction leaves more than this has not converged: half of the digits of double.</summary>
    private const double HalfOfDigits = 1e-8;

    private readonly EquationResiduals _equations = new(system, solution);
    private RowResiduals? _rows;
    private DoubleDoubleVector? _correction;
    private double _previousChange;
    private int _stagnations;

    /// <summary>The error of the last correction, relative to a coefficient or to the floor of its size.</summary>
    private double _leftover;

    /// <summary>How much the last correction took off the residual sum of squares.</summary>
    private double _gain;

    /// <summary>The error of the residual sum of squares that the error of the last correction causes.</summary>
    private double _correctionError;

    /// <summary>Gets the share of an error that each step is expected to leave: first-order, with the entries' errors at random.</summary>
    internal double ExpectedContraction => factorization.EntryError * Math.Sqrt(system.Order) * findings.InverseNorm;

    /// <summary>
    /// Refines until the coefficients have the digits asked for, or as many as the data have. Returns false if it does not converge.
    /// </summary>
    internal bool Refine<TRows>(scoped ref TRows rows, int target, double digits)
        where TRows : IRows, allows ref struct
    {
        double goal = Math.Max(0.25 * Math.Pow(10, -digits), 0.125 * RoundingModel.Roundoff);
        _previousChange = double.PositiveInfinity;
        _leftover = double.PositiveInfinity;
        _stagnations = 0;
        _correctionError = 0;
        findings.RefinementSteps = 0;
        if (rows.CanRead)
        {
            RefineByRows(ref rows, target, goal);
        }
        else
        {
            RefineByEquations(goal);
        }

        return _leftover <= Math.Max(goal, HalfOfDigits);
    }

    private void RefineByRows<TRows>(scoped ref TRows rows, int target, double goal)
        where TRows : IRows, allows ref struct
    {
        RowResiduals residuals = _rows ??= new RowResiduals(system, solution);
        residuals.Start();
        while (findings.RefinementSteps < MostSteps && (_leftover > goal || NeedsResiduals()) && _stagnations < MostStagnations)
        {
            residuals.Find(ref rows, target);
            residuals.CentreAtMean();
            DoubleDoubleVector correction = Correct();
            residuals.ShiftBy(correction);
        }

        if (residuals.Finish(ref rows, target))
        {
            // Where the rounded solution leaves no residual, the exact one leaves none either.
            _correctionError = 0;
        }

        double sum = Math.Abs(solution.ResidualSumOfSquares.High), residual = RoundingModel.Residual(system.Order);
        EntryErrors errors = system.Errors;
        double underflow = errors.TargetUnderflow;
        solution.ResidualError = (4 * RoundingModel.Roundoff * sum) + (2 * Math.Sqrt(sum) * residual * residuals.Size) + _correctionError
            + (underflow > 0 ? errors.SumUnderflow : 0);
        double product = Math.Max(errors.DoubleDouble, RoundingModel.LeastProduct);
        findings.RefinedErrors = new SolverErrors
        {
            Entry = errors.Underflow + underflow,
            Residual = residual,
            Product = product,
            Mean = product,
            Leftover = _leftover
        };
    }

    private void RefineByEquations(double goal)
    {
        while (findings.RefinementSteps < MostSteps && _leftover > goal && _stagnations < MostStagnations)
        {
            _equations.Find();
            Correct();
        }

        _equations.Find();
        solution.Intercept = system.HasIntercept ? solution.InterceptOfMeans() : 0;
        double entry = system.Errors.DoubleDouble;
        findings.RefinedErrors = new SolverErrors { Entry = entry, Mean = entry * system.Moments.MeanCancellation(), Leftover = _leftover };
    }

    /// <summary>
    /// Returns whether another step would make the residual sum of squares better known, which the standard errors need: the last
    /// correction reduced it by more than the digits asked for allow, and by more than the rounding error of the residuals. Data with
    /// almost no noise need such a step.
    /// </summary>
    private bool NeedsResiduals()
    {
        if (!test.AsksForErrors)
        {
            return false;
        }

        double rounding = RoundingModel.Residual(system.Order) * solution.Size;
        return _correctionError > Math.Max(test.ErrorTolerance * solution.ResidualSumOfSquares.High, rounding * rounding);
    }

    /// <summary>Solves for a correction, adds it, and estimates the error that it leaves.</summary>
    private DoubleDoubleVector Correct()
    {
        findings.RefinementSteps++;
        DoubleDoubleVector correction = _correction ??= new DoubleDoubleVector(system.Order);
        DoubleDoubleVector residual = solution.Residual;
        residual.High.CopyTo(correction.High, 0);
        if (factorization.IsDoubleDouble)
        {
            // In double, a correction of the well-determined part would change the rest by κ²u times its own size.
            residual.Low.CopyTo(correction.Low, 0);
            factorization.ApplyInverse((DoubleDoubleSpan)correction);
        }
        else
        {
            Array.Clear(correction.Low);
            factorization.ApplyInverse(correction.High);
        }

        double change = Add(correction);

        // One good step does not prove fast convergence: the contraction that the factor explains is the least that is assumed.
        double expected = ExpectedContraction;
        bool isFirst = findings.RefinementSteps == 1;
        double contraction = isFirst ? Math.Min(1, 10 * expected) : Math.Max(change / _previousChange, expected);
        bool stagnates = !isFirst && !(contraction <= Stagnation);
        _leftover = stagnates ? 2 * change : Math.Max(contraction, 10 * RoundingModel.Roundoff) * change;
        _previousChange = change;
        _correctionError = 2 * Math.Max(Math.Min(contraction, 1), 10 * RoundingModel.Roundoff) * Math.Abs(_gain);
        _stagnations += stagnates ? 1 : 0;
        return correction;
    }

    /// <summary>
    /// Adds a correction δ. With g the residual, the residual sum of squares and the penalty fall together by δᵀg; the penalty alone by
    /// −λδᵀ(2w + δ). Returns the largest correction, relative to its coefficient or to the floor of its size.
    /// </summary>
    private double Add(DoubleDoubleVector corrections)
    {
        double targetLength = Math.Sqrt(system.TotalSumOfSquares.High);
        double change = 0;
        DoubleDoubleVector weights = solution.Scaled;
        DoubleDouble before = solution.ResidualSumOfSquares, squares = before;
        for (int j = 0; j < corrections.Length; j++)
        {
            DoubleDouble correction = corrections[j];
            if (correction.High == 0)
            {
                continue;
            }

            DoubleDouble old = weights[j];
            DoubleDouble w = old + correction;
            squares -= correction * solution.Residual.High[j];
            if (system.Options.Ridge > 0)
            {
                squares -= correction * system.DoubleDoublePenalty(j) * (old + w);
            }

            weights[j] = w;
            double size = Math.Max(Math.Abs(w.High), ErrorBounds.SizeFloor * targetLength / factorization.Lengths[j]);
            double share = Math.Abs(correction.High) / size;
            change = share <= change ? change : share;
        }

        solution.ResidualSumOfSquares = squares;
        _gain = (before - squares).High;
        return double.IsNaN(change) ? double.PositiveInfinity : change;
    }
}
