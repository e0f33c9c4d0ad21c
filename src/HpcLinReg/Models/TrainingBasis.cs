using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using HpcLinReg.Fits;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <summary>
/// The coordinates q of a row in which the training rows are orthonormal: Σ v·q·qᵀ = I. Statistics of rows and coefficients have short
/// formulas in them: the leverage of a row is ‖q‖², and the variance of a coefficient is s²‖g‖² with its own coordinates g.
/// </summary>
/// <remarks>
/// <para>
/// With RᵀR = A = XᵀVX + λI of the (centred) terms, q = (1/√Σv, R⁻ᵀ(x − x̄)), the first one with an intercept only, and a coefficient is
/// gᵀθ for θ = Σ v·q·y: g of weight j is row j of R⁻¹, g of the intercept (1/√Σv, −R⁻ᵀx̄). With a penalty the covariance of θ is s²·M
/// instead of s²·I (<see cref="Multiply"/>).
/// </para>
/// <para>Coordinates of terms that were dropped are 0. Immutable and thread-safe. Source: Seber and Lee 2003, §3.11 and §10.7.</para>
/// </remarks>
public sealed class TrainingBasis
{
    private readonly ModelState _state;
    private readonly LinearModel? _linear;
    private readonly PolynomialModel? _polynomial;
    private readonly double[] _inverse;
    private readonly double _first;
    private readonly int _terms;
    private readonly int _offset;

    internal TrainingBasis(ModelState state, LinearModel? linear, PolynomialModel? polynomial)
    {
        (_state, _linear, _polynomial) = (state, linear, polynomial);
        _terms = state.Weights.Length;
        _offset = state.HasIntercept ? 1 : 0;
        _first = 1 / Math.Sqrt(state.TotalWeight);
        _inverse = Uncertainty.Invert(state.Factor.AsSpan(), _terms);
    }

    /// <summary>Gets the number of coordinates: the number of terms, and one more with an intercept.</summary>
    public int Order => _terms + _offset;

    /// <summary>Predicts a row and computes its coordinates.</summary>
    /// <param name="variables">One number for each of <see cref="Design.VariableNames"/>.</param>
    /// <param name="coordinates">Receives q, <see cref="Order"/> values.</param>
    /// <returns>ŷ.</returns>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    /// <remarks>d² flops; allocates nothing.</remarks>
    public double Predict(ReadOnlySpan<double> variables, Span<double> coordinates)
    {
        RequireOrder(coordinates.Length);
        if (_linear is { } linear)
        {
            ToCoordinates(variables, coordinates);
            return linear.Predict(variables);
        }

        double[] terms = ArrayPool<double>.Shared.Rent(_terms);
        _polynomial!.Expand(variables, terms.AsSpan(0, _terms));
        ToCoordinates(terms.AsSpan(0, _terms), coordinates);
        ArrayPool<double>.Shared.Return(terms);
        return _polynomial.Predict(variables);
    }

    /// <summary>
    /// Computes the coordinates g of a combination of coefficients c₀·b + Σ cⱼ·wⱼ, whose variance without a penalty is s²‖g‖².
    /// </summary>
    /// <param name="combination">
    /// c: one number for the intercept if there is one, then one for each term. Terms that were dropped do not count.
    /// </param>
    /// <param name="coordinates">Receives g, <see cref="Order"/> values.</param>
    /// <exception cref="ArgumentException">A length does not agree.</exception>
    public void Combine(ReadOnlySpan<double> combination, Span<double> coordinates)
    {
        RequireOrder(combination.Length);
        RequireOrder(coordinates.Length);
        double[] weights = combination[_offset..].ToArray();
        double constant = _offset > 0 ? combination[0] : 0;
        for (int j = 0; j < _state.TermMeans.Length; j++)
        {
            weights[j] -= constant * _state.TermMeans[j];
        }

        if (_state.IsMinimumNorm)
        {
            MinimumNorm.ToCombinationOfKept(MinimumNorm.FactorOf(_state.Aliased), _state.Aliased, weights);
        }

        coordinates.Clear();
        AddProduct(weights, coordinates[_offset..]);
        if (_offset > 0)
        {
            coordinates[0] = constant * _first;
        }
    }

    /// <summary>Multiplies by M, for which the covariance of θ is s²M: the identity without a penalty, R⁻ᵀXᵀVXR⁻¹ with one.</summary>
    /// <param name="coordinates">g, <see cref="Order"/> values; receives M·g.</param>
    /// <exception cref="ArgumentException">The length does not agree.</exception>
    public void Multiply(Span<double> coordinates)
    {
        RequireOrder(coordinates.Length);
        if (_state.Middle.IsEmpty)
        {
            return;
        }

        double[] g = coordinates[_offset..].ToArray();
        for (int i = 0; i < _terms; i++)
        {
            double sum = 0;
            for (int j = 0; j < _terms; j++)
            {
                sum += _state.Middle[(i * _terms) + j] * g[j];
            }

            coordinates[_offset + i] = sum;
        }
    }

    /// <summary>
    /// Copies a column of R: its squared length is the sum of squares of the (centred) term over the training rows, plus λ.
    /// </summary>
    /// <param name="term">The term's index.</param>
    /// <param name="column">Receives the column, one number for each term.</param>
    /// <exception cref="ArgumentException">The length does not agree.</exception>
    public void CopyFactorColumn(int term, Span<double> column)
    {
        RequireOrder(column.Length + _offset);
        ReadOnlySpan<double> factor = _state.Factor.AsSpan();
        for (int i = 0; i < _terms; i++)
        {
            column[i] = i <= term ? factor[(i * _terms) + term] : 0;
        }
    }

    private void ToCoordinates(ReadOnlySpan<double> terms, Span<double> coordinates)
    {
        coordinates.Clear();
        Span<double> u = coordinates[_offset..];
        if (_offset == 0)
        {
            AddProduct(terms, u);
            return;
        }

        ReadOnlySpan<double> means = _state.TermMeans.AsSpan();
        for (int i = 0; i < _terms; i++)
        {
            AddRow(i, terms[i] - means[i], u);
        }

        coordinates[0] = _first;
    }

    /// <summary>u += R⁻ᵀx.</summary>
    private void AddProduct(ReadOnlySpan<double> x, Span<double> u)
    {
        for (int i = 0; i < _terms; i++)
        {
            AddRow(i, x[i], u);
        }
    }

    private void AddRow(int row, double factor, Span<double> u)
    {
        if (factor == 0)
        {
            return;
        }

        // Lanes do not meet, so their number decides no bit. A general routine would cost a program that has just started more than all its
        // rows.
        ref double x = ref _inverse[(row * _terms) + row];
        ref double y = ref u[row];
        int length = _terms - row, i = 0;
        for (; i <= length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (Vector.LoadUnsafe(ref y, (nuint)i) + (Vector.LoadUnsafe(ref x, (nuint)i) * factor)).StoreUnsafe(ref y, (nuint)i);
        }

        for (; i < length; i++)
        {
            Unsafe.Add(ref y, i) += Unsafe.Add(ref x, i) * factor;
        }
    }

    private void RequireOrder(int length)
    {
        if (length != Order)
        {
            throw new ArgumentException($"There are {length} numbers, but the model has {Order} coordinates.");
        }
    }
}
