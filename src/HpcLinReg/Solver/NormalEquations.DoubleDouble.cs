using HpcLinReg.Kernels;

namespace HpcLinReg.Solver;

/// <content>The equations in double-double. The Gram matrix is held whole then, so that its rows serve products without gaps.</content>
internal sealed partial class NormalEquations
{
    private void LoadDoubleDouble(ReadOnlySpan<int> features)
    {
        int d = _order;
        if (_gramErrors.Length == 0)
        {
            _gramErrors = new double[_gram.Length];
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                DoubleDouble product = Product(features.IsEmpty ? i : features[i], features.IsEmpty ? j : features[j]).Scale(_scales[i]).Scale(_scales[j]);
                (_gram[(i * d) + j], _gramErrors[(i * d) + j]) = product;
                (_gram[(j * d) + i], _gramErrors[(j * d) + i]) = product;
            }
        }
    }

    /// <summary>Solves with the factor in double-double.</summary>
    private void SolveDoubleDouble()
    {
        _transposeProduct.CopyTo(_solution, 0);
        _transposeProductErrors.CopyTo(_solutionErrors, 0);
        ApplyInverse(_solution, _solutionErrors);
    }

    /// <summary>v ← (RᵀR)⁻¹v by the factor in double-double; dropped columns get 0.</summary>
    private void ApplyInverse(Span<double> v, Span<double> errors)
    {
        var factor = new ReadOnlyDoubleDoubleSpan(_factor, _factorErrors);
        var solution = new DoubleDoubleSpan(v, errors);
        DoubleDoubleCholesky.SolveTransposed(factor, _order, solution);
        DoubleDoubleCholesky.SolveUpper(factor, _order, solution);
    }

    /// <summary>work = Xᵀy − (XᵀX + λI)w in double-double; 30d² flops.</summary>
    private void GramResidual()
    {
        if (_workErrors.Length == 0)
        {
            _workErrors = new double[_order];
        }

        _transposeProduct.CopyTo(_work, 0);
        _transposeProductErrors.CopyTo(_workErrors, 0);
        for (int i = 0; i < _order; i++)
        {
            DoubleDouble factor = -new DoubleDouble(_solution[i], _solutionErrors[i]);
            if (factor.High != 0)
            {
                var row = new ReadOnlyDoubleDoubleSpan(_gram.AsSpan(i * _order, _order), _gramErrors.AsSpan(i * _order, _order));
                DoubleDoubleElementwise.Axpy(factor, row, new DoubleDoubleSpan(_work, _workErrors));
            }
        }

        AddPenalty();
    }

    /// <summary>work −= λw.</summary>
    private void AddPenalty()
    {
        for (int i = 0; i < _order && Ridge > 0; i++)
        {
            DoubleDouble penalty = new DoubleDouble(_solution[i], _solutionErrors[i]) * DoubleDouble.Product(Ridge * _scales[i], _scales[i]);
            (_work[i], _workErrors[i]) = new DoubleDouble(_work[i], _workErrors[i]) - penalty;
        }
    }

    /// <summary>
    /// yᵀy − wᵀ(Xᵀy + r) with r = Xᵀy − XᵀXw, which <see cref="GramResidual"/> has left. Errors of the entries enter it as ε(‖y‖ + Σ|wⱼ|‖xⱼ‖)², and where it
    /// is below that it is 0.
    /// </summary>
    private DoubleDouble DoubleDoubleResidualSumOfSquares()
    {
        DoubleDouble sum = _totalSumOfSquares;
        double size = Math.Sqrt(_totalSumOfSquares.High);
        for (int i = 0; i < _order; i++)
        {
            DoubleDouble w = new(_solution[i], _solutionErrors[i]);
            DoubleDouble penalty = w * DoubleDouble.Product(Ridge * _scales[i], _scales[i]);
            DoubleDouble term = w * (new DoubleDouble(_transposeProduct[i], _transposeProductErrors[i]) + new DoubleDouble(_work[i], _workErrors[i]) + penalty);
            sum -= term;
            size += Math.Abs(w.High) * _lengths[i];
        }

        _residualError = DoubleDoubleEntryError * size * size;
        return sum.High > _residualError ? sum : 0;
    }
}
