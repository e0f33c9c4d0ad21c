using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>Residuals of the rows in double-double, one reading for each step of refinement (<see cref="ResidualPass"/>).</summary>
internal sealed class RowResiduals(CentredSystem system, Solution solution)
{
    /// <summary>Residual sums below this share of the target's squares may be those of data without noise.</summary>
    private const double NoNoise = 1e-24;

    private readonly ResidualPass _pass = new(system.Order);

    /// <summary>The constant β of r = (y − c) − (X − c)w − β.</summary>
    private DoubleDouble _offset;

    /// <summary>Gets the size of the refined solution (<see cref="Solution.Size"/>) before rounding to double was tried.</summary>
    internal double Size { get; private set; }

    /// <summary>Chooses the constants c to subtract from the columns, and the constant β of the present solution.</summary>
    internal void Start()
    {
        Array.Clear(_pass.Centers);
        _pass.TargetCenter = 0;
        _offset = 0;
        if (!system.HasIntercept)
        {
            return;
        }

        double weight = system.Moments.Weight.High;
        _pass.TargetCenter = Center(system.TargetMean.High, system.TotalSumOfSquares.High / weight);
        _offset = system.TargetMean - _pass.TargetCenter;
        for (int j = 0; j < system.Order; j++)
        {
            double variance = system.Gram[(j * system.Order) + j] / (system.Scales[j] * system.Scales[j]) / weight;
            _pass.Centers[j] = Center(system.Means[j].High, variance);
            _offset -= (system.Means[j] - _pass.Centers[j]) * solution.Weight(j);
        }
    }

    /// <summary>Reads the rows and computes the residual of the equations and the residual sum of squares.</summary>
    internal void Find<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        for (int j = 0; j < system.Order; j++)
        {
            _pass.SetWeight(j, solution.Weight(j));
        }

        _pass.Start(_offset);
        rows.AddTo(_pass, target);
        DoubleDoubleVector residual = solution.Residual;
        for (int j = 0; j < system.Order; j++)
        {
            DoubleDouble product = _pass.Product(j);
            product = system.HasIntercept ? product - ((system.Means[j] - _pass.Centers[j]) * _pass.Sum) : product;
            residual[j] = product.Scale(system.Scales[j]);
            if (system.Options.Ridge > 0)
            {
                residual[j] -= solution.Scaled[j] * system.DoubleDoublePenalty(j);
            }
        }

        solution.ResidualSumOfSquares = _pass.SumOfSquares;
    }

    /// <summary>Adds the mean residual to the constant; the sum of squares falls by n times its square.</summary>
    internal void CentreAtMean()
    {
        DoubleDouble mean = system.HasIntercept ? _pass.Sum / system.Moments.Weight : 0;
        _offset += mean;
        solution.ResidualSumOfSquares -= mean * mean * system.Moments.Weight;
    }

    /// <summary>Subtracts Σ(x̄ⱼ − cⱼ)δⱼ from the constant, which keeps centred columns centred after a correction δ.</summary>
    internal void ShiftBy(DoubleDoubleVector correction)
    {
        if (!system.HasIntercept)
        {
            return;
        }

        DoubleDouble shift = 0;
        for (int j = 0; j < system.Order; j++)
        {
            shift += (system.Means[j] - _pass.Centers[j]) * correction[j].Scale(system.Scales[j]);
        }

        _offset -= shift;
    }

    /// <summary>
    /// Computes the intercept, and tries the solution rounded to double where the data may have no noise. Returns whether the rounded
    /// solution has no residual at all.
    /// </summary>
    internal bool Finish<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        solution.Intercept = 0;
        if (system.HasIntercept)
        {
            DoubleDouble intercept = _offset + _pass.TargetCenter;
            for (int j = 0; j < system.Order; j++)
            {
                intercept -= solution.Weight(j) * _pass.Centers[j];
            }

            solution.Intercept = intercept;
        }

        Size = solution.Size;
        return system.Options.Ridge == 0 && solution.ResidualSumOfSquares.High <= NoNoise * system.TotalSumOfSquares.High
            && TryRounded(ref rows, target);
    }

    /// <summary>
    /// Tries the solution rounded to double and keeps the one with smaller residuals: data without noise are computed from coefficients in
    /// double, so the rounded solution usually has no residual. Returns whether it has none.
    /// </summary>
    private bool TryRounded<TRows>(scoped ref TRows rows, int target)
        where TRows : IRows, allows ref struct
    {
        double[] low = [.. solution.Scaled.Low];
        double sum = Math.Max(0, solution.ResidualSumOfSquares.High);
        Array.Clear(solution.Scaled.Low);
        _offset = (DoubleDouble)solution.Intercept.Value - _pass.TargetCenter;
        for (int j = 0; j < system.Order && system.HasIntercept; j++)
        {
            _offset += DoubleDouble.Product(solution.Scaled.High[j] * system.Scales[j], _pass.Centers[j]);
        }

        Find(ref rows, target);
        if (solution.ResidualSumOfSquares.High <= sum)
        {
            solution.Intercept = solution.Intercept.Value;
            return solution.ResidualSumOfSquares.High == 0;
        }

        solution.ResidualSumOfSquares = sum;
        low.CopyTo(solution.Scaled.Low, 0);
        return false;
    }

    /// <summary>Returns the constant to subtract; 0 for a column near 0, whose cells then stay exact.</summary>
    private static double Center(double mean, double variance) => DoubleDoubleBlockMoments.IsNearZero(mean, variance) ? 0 : mean;
}
