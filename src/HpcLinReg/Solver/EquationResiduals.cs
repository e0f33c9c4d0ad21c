using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <summary>
/// Residuals of the normal equations in double-double, from moments in double-double: for rows that cannot be read again.
/// </summary>
internal sealed class EquationResiduals(CentredSystem system, Solution solution)
{
    /// <summary>Computes g = Xᵀy − (XᵀX + λI)w and the residual sum of squares, with its error. 30d² flops.</summary>
    internal void Find()
    {
        int d = system.Order;
        DoubleDoubleVector residual = solution.Residual, products = system.Products;
        products.High.CopyTo(residual.High, 0);
        products.Low.CopyTo(residual.Low, 0);
        var gram = new ReadOnlyDoubleDoubleSpan(system.Gram, system.GramLow);
        for (int i = 0; i < d; i++)
        {
            DoubleDouble factor = -solution.Scaled[i];
            if (factor.High != 0)
            {
                DoubleDoubleElementwise.Axpy(factor, gram.Slice(i * d, d), residual);
            }
        }

        for (int i = 0; i < d && system.Options.Ridge > 0; i++)
        {
            residual[i] -= solution.Scaled[i] * system.DoubleDoublePenalty(i);
        }

        FindSumOfSquares();
    }

    /// <summary>
    /// Computes yᵀy − wᵀ(Xᵀy + r) with r = Xᵀy − XᵀXw = g + λw. Errors of the entries enter it as ε(‖y‖ + Σ|wⱼ|‖xⱼ‖)², and where it is
    /// below that it is 0.
    /// </summary>
    private void FindSumOfSquares()
    {
        DoubleDouble sum = system.TotalSumOfSquares;
        for (int i = 0; i < system.Order; i++)
        {
            DoubleDouble w = solution.Scaled[i];
            sum -= w * (system.Products[i] + solution.Residual[i] + (w * system.DoubleDoublePenalty(i)));
        }

        double size = solution.Size;
        solution.ResidualError = system.Errors.DoubleDouble * size * size;
        solution.ResidualSumOfSquares = sum.High > solution.ResidualError ? sum : 0;
    }
}
