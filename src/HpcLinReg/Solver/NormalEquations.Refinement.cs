using HpcLinReg.Fits;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <content>
/// Iterative refinement: a double factor corrects a double-double solution by residuals in double-double, until the corrections are below
/// the digits asked for (Björck 1996, §2.9.3; Higham 2002, ch. 12). The fixed point is the exact solution, whatever the factor; the
/// factor decides only how fast it is reached.
/// </content>
internal sealed partial class NormalEquations
{
    private const int MostSteps = 10;

    /// <summary>A step that leaves more than this share of the one before it is no progress.</summary>
    private const double Stagnation = 0.5;

    /// <summary>After this many steps without progress the corrections have reached the noise of the residuals.</summary>
    private const int MostStagnations = 2;

    /// <summary>The error of Xᵀr in the lengths of its factors: that of an entry, or 2⁻⁹⁷ for what the residuals' own low parts leave.</summary>
    private const double LeastProductError = 1.0 / (1L << 50) / (1L << 47);

    /// <summary>A refinement that leaves more than this has not converged.</summary>
    private const double HalfOfDigits = 1e-8;

    /// <summary>Residuals below this share of the target's squares may be those of data without noise.</summary>
    private const double NoNoise = 1e-24;

    private ResidualPass? _pass;
    private double _residualError;

    /// <summary>How wrong the residual sum of squares may be because the last correction was not exact.</summary>
    private double _correctionError;
    private double _correctionGain;

    /// <summary>Refines until the coefficients have the digits asked for, or as many as the data have. Returns false if it does not converge.</summary>
    private bool Refine<TRows>(scoped ref TRows rows, int target, double digits)
        where TRows : IRows, allows ref struct
    {
        bool fromRows = rows.CanRead;
        DoubleDouble offset = fromRows ? StartPass() : 0;
        double goal = Math.Max(0.25 * Math.Pow(10, -digits), 0.125 * Roundoff);
        double previous = double.PositiveInfinity;
        double leftover = double.PositiveInfinity;
        int stagnations = 0;
        _correctionError = 0;
        for (_steps = 0; _steps < MostSteps && (leftover > goal || NeedsResiduals(fromRows));)
        {
            // The mean residual goes to the constant, and the sum of squares falls by what it was worth.
            DoubleDouble mean = Step(ref rows, target, fromRows, offset);
            offset += mean;
            _residualSumOfSquares -= mean * mean * _moments.Weight;
            _steps++;
            double change = Correct();
            if (fromRows && Intercept)
            {
                offset -= ShiftOfOffset();
            }

            // One lucky step does not make a contraction: the factor's own is the least that is believed.
            double gain = Math.Abs(_correctionGain);
            double contraction = _steps == 1 ? Math.Min(1, 10 * ExpectedContraction) : Math.Max(change / previous, ExpectedContraction);
            bool stagnates = _steps > 1 && !(contraction <= Stagnation);
            leftover = stagnates ? 2 * change : Math.Max(contraction, 10 * Roundoff) * change;
            previous = change;
            _correctionError = 2 * Math.Max(Math.Min(contraction, 1), 10 * Roundoff) * gain;
            stagnations += stagnates ? 1 : 0;
            if (stagnations == MostStagnations)
            {
                break;
            }
        }

        FinishRefinement(ref rows, target, fromRows, offset);
        double productError = Math.Max(DoubleDoubleEntryError, LeastProductError);
        _refinedErrors = fromRows
            ? new SolverErrors { Entry = Underflow + TargetUnderflow, Residual = ResidualError, Product = productError, Mean = productError, Leftover = leftover }
            : new SolverErrors { Entry = DoubleDoubleEntryError, Mean = DoubleDoubleEntryError * _moments.MeanCancellation(), Leftover = leftover };
        return leftover <= Math.Max(goal, HalfOfDigits);
    }

    /// <summary>
    /// Whether another step would make the residual sum of squares better known, which the standard errors need: the last correction took off more than is known
    /// of it to the digits asked for, and more than the rounding of the residuals themselves. Data with almost no noise need such a step.
    /// </summary>
    private bool NeedsResiduals(bool fromRows)
    {
        if (!fromRows || RowCount <= Rank || ErrorDigits == 0)
        {
            return false;
        }

        double rounding = ResidualError * SolutionSize();
        return _correctionError > Math.Max(Shares[ErrorDigits] * _residualSumOfSquares.High, rounding * rounding);
    }

    /// <summary>‖y‖ + Σ‖xⱼ‖|wⱼ|: what residuals are differences of.</summary>
    private double SolutionSize()
    {
        double size = Math.Sqrt(_totalSumOfSquares.High);
        for (int j = 0; j < _order; j++)
        {
            size += _lengths[j] * Math.Abs(_solution[j]);
        }

        return size;
    }

    /// <summary>
    /// The error of a residual, in units of Σ‖xⱼ‖|wⱼ| + ‖y‖ (<see cref="DoubleDoubleResiduals"/>): a row's errors are summed in double, column by column,
    /// and its anchor lies up to 2⁸ above the typical row.
    /// </summary>
    private double ResidualError => (double)GramBlocks.Lines(_order) * GramBlocks.Lines(_order) / (1L << 48) / (1L << 48);

    /// <summary>The residual of the equations goes to the work vectors; returns the mean residual, which corrects the constant.</summary>
    private DoubleDouble Step<TRows>(scoped ref TRows rows, int target, bool fromRows, DoubleDouble offset)
        where TRows : IRows, allows ref struct
    {
        if (!fromRows)
        {
            GramResidual();
            _residualSumOfSquares = DoubleDoubleResidualSumOfSquares();
            return 0;
        }

        ResidualPass pass = _pass!;
        for (int j = 0; j < _order; j++)
        {
            pass.SetWeight(j, new DoubleDouble(_solution[j], _solutionErrors[j]).Scale(_scales[j]));
        }

        pass.Start(offset);
        rows.AddTo(pass, target);
        for (int j = 0; j < _order; j++)
        {
            DoubleDouble product = pass.Product(j);
            product = Intercept ? product - ((_means[j] - pass.Centers[j]) * pass.Sum) : product;
            (_work[j], _workErrors[j]) = product.Scale(_scales[j]);
        }

        AddPenalty();
        _residualSumOfSquares = pass.SumOfSquares;
        return Intercept ? pass.Sum / _moments.Weight : 0;
    }

    /// <summary>
    /// Solves for the correction and adds it. The residual sum of squares and the penalty fall together by δᵀg; the penalty alone by −λδᵀ(2w + δ).
    /// Returns the largest correction, relative to its coefficient or to the floor of its size.
    /// </summary>
    private double Correct()
    {
        double targetLength = Math.Sqrt(_totalSumOfSquares.High);
        if (_correction.Length == 0)
        {
            _correction = new double[_order];
            _correctionErrors = new double[_order];
        }

        _work.CopyTo(_correction, 0);
        if (_factorIsDoubleDouble)
        {
            // In double a correction of the well-determined part would leak κ²u of itself into the rest.
            _workErrors.CopyTo(_correctionErrors, 0);
            ApplyInverse(_correction, _correctionErrors);
        }
        else
        {
            Array.Clear(_correctionErrors);
            ApplyInverse(_correction);
        }

        double change = 0;
        DoubleDouble squaresBefore = _residualSumOfSquares;
        for (int j = 0; j < _order; j++)
        {
            DoubleDouble correction = Correction(j);
            if (correction.High == 0)
            {
                continue;
            }

            DoubleDouble before = new(_solution[j], _solutionErrors[j]);
            DoubleDouble w = before + correction;
            _residualSumOfSquares -= correction * _work[j];
            if (Ridge > 0)
            {
                _residualSumOfSquares -= correction * DoubleDouble.Product(Ridge * _scales[j], _scales[j]) * (before + w);
            }

            (_solution[j], _solutionErrors[j]) = w;
            double size = Math.Max(Math.Abs(w.High), SizeFloor * targetLength / _lengths[j]);
            double share = Math.Abs(correction.High) / size;
            change = share <= change ? change : share;
        }

        _correctionGain = (squaresBefore - _residualSumOfSquares).High;
        return double.IsNaN(change) ? double.PositiveInfinity : change;
    }

    private DoubleDouble Correction(int j) => new(_correction[j], _correctionErrors[j]);

    /// <summary>Σ(x̄ⱼ − cⱼ)δⱼ: the constant of centred columns after a correction.</summary>
    private DoubleDouble ShiftOfOffset()
    {
        DoubleDouble shift = 0;
        for (int j = 0; j < _order; j++)
        {
            shift += (_means[j] - _pass!.Centers[j]) * Correction(j).Scale(_scales[j]);
        }

        return shift;
    }

    /// <summary>Chooses what to take off the columns, and the constant that goes with the solution at hand.</summary>
    private DoubleDouble StartPass()
    {
        _pass ??= new ResidualPass(_order);
        if (_workErrors.Length == 0)
        {
            _workErrors = new double[_order];
        }

        Array.Clear(_pass.Centers);
        _pass.TargetCenter = 0;
        if (!Intercept)
        {
            return 0;
        }

        double weight = _moments.Weight.High;
        _pass.TargetCenter = Center(_targetMean.High, _totalSumOfSquares.High / weight);
        DoubleDouble offset = _targetMean - _pass.TargetCenter;
        for (int j = 0; j < _order; j++)
        {
            double variance = _gram[(j * _order) + j] / (_scales[j] * _scales[j]) / weight;
            _pass.Centers[j] = Center(_means[j].High, variance);
            offset -= (_means[j] - _pass.Centers[j]) * new DoubleDouble(_solution[j], _solutionErrors[j]).Scale(_scales[j]);
        }

        return offset;
    }

    /// <summary>0 for a column near it, whose cells are exact then.</summary>
    private static double Center(double mean, double variance) => DoubleDoubleBlockMoments.IsNearZero(mean, variance) ? 0 : mean;

    private void FinishRefinement<TRows>(scoped ref TRows rows, int target, bool fromRows, DoubleDouble offset)
        where TRows : IRows, allows ref struct
    {
        if (!fromRows)
        {
            GramResidual();
            _residualSumOfSquares = DoubleDoubleResidualSumOfSquares();
            _interceptValue = Intercept ? InterceptOfSolution() : 0;
            return;
        }

        _interceptValue = Intercept ? InterceptOf(offset) : 0;
        double size = SolutionSize();
        if (Ridge == 0 && _residualSumOfSquares.High <= NoNoise * _totalSumOfSquares.High)
        {
            TryRoundedSolution(ref rows, target);
        }

        double sum = Math.Abs(_residualSumOfSquares.High);
        _residualError = (4 * Roundoff * sum) + (2 * Math.Sqrt(sum) * ResidualError * size) + _correctionError + (TargetUnderflow > 0 ? SumUnderflow : 0);
    }

    private DoubleDouble InterceptOf(DoubleDouble offset)
    {
        DoubleDouble intercept = offset + _pass!.TargetCenter;
        for (int j = 0; j < _order; j++)
        {
            intercept -= new DoubleDouble(_solution[j], _solutionErrors[j]).Scale(_scales[j]) * _pass.Centers[j];
        }

        return intercept;
    }

    /// <summary>
    /// Data without noise come from coefficients that are doubles: the solution rounded to them then leaves smaller residuals than the
    /// refined one, usually none at all.
    /// </summary>
    private void TryRoundedSolution<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        double[] low = [.. _solutionErrors];
        double sum = Math.Max(0, _residualSumOfSquares.High);
        Array.Clear(_solutionErrors);
        DoubleDouble offset = (DoubleDouble)_interceptValue.Value - _pass!.TargetCenter;
        for (int j = 0; j < _order && Intercept; j++)
        {
            offset += DoubleDouble.Product(_solution[j] * _scales[j], _pass.Centers[j]);
        }

        Step(ref rows, target, fromRows: true, offset);
        if (_residualSumOfSquares.High <= sum)
        {
            _interceptValue = _interceptValue.Value;

            // Where it leaves nothing, so does the exact solution.
            _correctionError = _residualSumOfSquares.High == 0 ? 0 : _correctionError;
        }
        else
        {
            _residualSumOfSquares = sum;
            low.CopyTo(_solutionErrors, 0);
        }
    }
}
