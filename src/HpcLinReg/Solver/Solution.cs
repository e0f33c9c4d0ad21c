using System.Numerics.Tensors;
using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// The solution of a <see cref="CentredSystem"/> for one target, in double-double: weights of the scaled columns, intercept and residual
/// sum of squares.
/// </summary>
internal sealed class Solution(CentredSystem system, Factorization factorization)
{
    /// <summary>Gets the weights of the scaled columns.</summary>
    internal DoubleDoubleVector Scaled { get; } = new(system.Order);

    /// <summary>
    /// Gets Xᵀy − (XᵀX + λI)w of the scaled columns, as the last step of refinement found it. A rung in double uses the high parts alone.
    /// </summary>
    internal DoubleDoubleVector Residual { get; } = new(system.Order);

    /// <summary>Gets or sets the intercept; 0 without one.</summary>
    internal DoubleDouble Intercept { get; set; }

    /// <summary>Gets or sets ‖y − Xw − b‖², which rounding may make negative.</summary>
    internal DoubleDouble ResidualSumOfSquares { get; set; }

    /// <summary>Gets or sets the error of <see cref="ResidualSumOfSquares"/>.</summary>
    internal double ResidualError { get; set; }

    /// <summary>Gets ‖w‖² of the solution in double, in columns of unit length.</summary>
    internal double SquaredLength { get; private set; }

    /// <summary>Gets whether all coefficients are finite.</summary>
    internal bool IsFinite => double.IsFinite(Intercept.High) && (Scaled.Length == 0 || TensorPrimitives.IsFiniteAll<double>(Scaled.High));

    /// <summary>Gets ‖y‖ + Σ‖xⱼ‖|wⱼ|: the size of the numbers that residuals are differences of.</summary>
    internal double Size
    {
        get
        {
            double size = Math.Sqrt(system.TotalSumOfSquares.High);
            for (int j = 0; j < Scaled.Length; j++)
            {
                size += factorization.Lengths[j] * Math.Abs(Scaled.High[j]);
            }

            return size;
        }
    }

    /// <summary>Solves with the factor in double, and once more for the rounding errors of the triangular solves.</summary>
    internal void SolveInDouble()
    {
        DoubleDoubleVector solution = Scaled;
        system.Products.High.CopyTo(solution.High, 0);
        Array.Clear(solution.Low);
        factorization.ApplyInverse(solution.High);
        CorrectInDouble();
        FindResidualSumOfSquares();
        Intercept = system.HasIntercept ? InterceptOfMeans() : 0;

        // At least half of (‖y‖ + ‖w‖)²; the number of roundoffs counted has a larger margin than that.
        ResidualError = system.Errors.Plain * (system.TotalSumOfSquares.High + SquaredLength);
    }

    /// <summary>Solves with the factor in double-double. Leaves intercept and residual sum of squares to refinement.</summary>
    internal void SolveInDoubleDouble()
    {
        DoubleDoubleVector products = system.Products, solution = Scaled;
        products.High.CopyTo(solution.High, 0);
        products.Low.CopyTo(solution.Low, 0);
        factorization.ApplyInverse((DoubleDoubleSpan)solution);
    }

    /// <summary>Computes the weight of a feature in its own unit.</summary>
    internal DoubleDouble Weight(int j) => Scaled[j].Scale(system.Scales[j]);

    /// <summary>Computes ȳ − x̄ᵀw in double-double, because it often cancels.</summary>
    internal DoubleDouble InterceptOfMeans()
    {
        DoubleDouble sum = system.TargetMean;
        for (int j = 0; j < Scaled.Length; j++)
        {
            sum -= Weight(j) * system.Means[j];
        }

        return sum;
    }

    /// <summary>
    /// Takes one step of refinement on the normal equations themselves, which undoes the rounding of the triangular solves for 4d² flops.
    /// It does not repair the rounding of the Gram matrix. A row of zeros in the factor keeps its column dropped.
    /// </summary>
    private void CorrectInDouble()
    {
        double[] residual = Residual.High, w = Scaled.High, products = system.Products.High;
        system.Multiply(w, residual);
        for (int i = 0; i < residual.Length; i++)
        {
            residual[i] = Math.FusedMultiplyAdd(-system.Penalty(i), w[i], products[i] - residual[i]);
        }

        factorization.ApplyInverse(residual);
        for (int i = 0; i < residual.Length; i++)
        {
            w[i] += residual[i];
        }
    }

    /// <summary>
    /// Computes yᵀy − wᵀ(2Xᵀy − XᵀXw), in which an error of w counts only squared. Errors of the entries enter it as ε(‖y‖ + ‖w‖)², in
    /// columns of unit length, so it has log₁₀ of that over the residual sum digits fewer than 16.
    /// </summary>
    private void FindResidualSumOfSquares()
    {
        double[] product = Residual.High, solution = Scaled.High, products = system.Products.High, lengths = factorization.Lengths;
        system.Multiply(solution, product);
        double sum = system.TotalSumOfSquares.High;
        double squaredLength = 0;
        for (int i = 0; i < solution.Length; i++)
        {
            double w = solution[i];
            sum = Math.FusedMultiplyAdd(-w, (2 * products[i]) - product[i], sum);
            squaredLength += w * w * lengths[i] * lengths[i];
        }

        SquaredLength = squaredLength;
        ResidualSumOfSquares = Math.Max(0, sum);
    }
}
