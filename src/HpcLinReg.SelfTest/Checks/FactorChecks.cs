using HpcLinReg.SelfTest.Bits;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>
/// Cholesky by what it must give back: |RᵀR − A| ≤ γ(n + 1)·|R|ᵀ|R| and |Ax − b| ≤ γ(3n + 1)·|R|ᵀ|R||x| (Higham 2002, theorems 10.3
/// and 10.4).
/// </summary>
internal sealed class FactorChecks
{
    private readonly BoundCheck _factor = new("Cholesky");
    private readonly BoundCheck _solution = new("Cholesky solution");

    internal IEnumerable<CheckResult> Results => [_factor.Result, _solution.Result];

    internal void Check()
    {
        foreach (int order in FixedMatrix.Orders)
        {
            double[] a = FixedMatrix.PositiveDefinite(order);
            double[] b = FixedMatrix.RightHandSide(order);
            double[] r = [.. a];
            double[] x = [.. b];
            Cholesky.Factor(r, order).Solve(x);
            var rests = new DoubleDouble[order];
            double[] scales = new double[order];
            for (int i = 0; i < order; i++)
            {
                for (int j = i; j < order; j++)
                {
                    DoubleDouble product = 0;
                    double scale = 0;
                    for (int k = 0; k <= i; k++)
                    {
                        var term = DoubleDouble.Product(r[(k * order) + i], r[(k * order) + j]);
                        product += term;
                        scale += Math.Abs(term.High);
                    }

                    double element = a[(i * order) + j];
                    _factor.Compare(element, (double)product, PlainLoops.Gamma(order + 1) * scale, $"RᵀR at {i}, {j} of order {order}");
                    Multiply(i, j, element, scale);
                    if (j > i)
                    {
                        Multiply(j, i, element, scale);
                    }
                }
            }

            for (int i = 0; i < order; i++)
            {
                _solution.Compare(0, (double)(rests[i] - b[i]), PlainLoops.Gamma((3 * order) + 1) * scales[i], $"row {i} of Ax − b of order {order}");
            }

            void Multiply(int row, int column, double element, double scale)
            {
                rests[row] += DoubleDouble.Product(element, x[column]);
                scales[row] += scale * Math.Abs(x[column]);
            }
        }
    }
}
