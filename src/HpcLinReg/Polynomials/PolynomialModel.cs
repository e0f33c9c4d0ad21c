using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// A fitted polynomial in one or more variables, kept and evaluated in the basis it was fitted in: ŷ = b + Σⱼ Σₘ wⱼₘ·fⱼ·tⱼᵐ⁻¹, where the
/// terms of variable j are those of its <see cref="PolynomialVariable"/>: with an intercept tⱼ, tⱼ², …, tⱼᵏ of tⱼ = (xⱼ − shift)·scale.
/// </summary>
/// <remarks>
/// A row holds the variables, not their powers. Immutable, so any number of threads may predict with one instance. Predicting allocates
/// nothing, and a row gets the same bits alone and in any batch. A prediction differs from the exact value of the formula by at most 8(K +
/// 1)u·(|b| + Σ|terms|), with the K weights and u = 2⁻⁵³, unless a term leaves the normal range of double; the largest error of 4(K + 1)u
/// is proved in Kernels/PolynomialValues.cs. NaN or infinity in a row gives NaN or infinity by IEEE 754.
/// </remarks>
public sealed class PolynomialModel
{
    private readonly double[] _weights;
    private readonly ShiftedPowers[] _powers;

    /// <summary>Makes a model of given coefficients, which are copied.</summary>
    /// <param name="variables">How each variable of a row enters.</param>
    /// <param name="weights">w, for each variable in turn as many as its degree.</param>
    /// <param name="intercept">b; 0 without an intercept.</param>
    /// <param name="hasIntercept">
    /// Whether the model was fitted with an intercept, which decides the terms (<see cref="PolynomialVariable"/>).
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is not one weight for each term, a weight or the intercept is NaN or infinite, or there is an intercept in a model without
    /// one.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A degree is not 1 to 40, a shift is not finite, or a scale is not a positive finite number.
    /// </exception>
    public PolynomialModel(ReadOnlySpan<PolynomialVariable> variables, ReadOnlySpan<double> weights, double intercept,
        bool hasIntercept = true)
    {
        int terms = 0;
        _powers = new ShiftedPowers[variables.Length];
        for (int j = 0; j < variables.Length; j++)
        {
            PolynomialVariable variable = variables[j];
            PolynomialVariable.RequireDegree(variable.Degree);
            if (!double.IsFinite(variable.Shift) || !double.IsFinite(variable.Scale) || !(variable.Scale > 0))
            {
                Throw.VariableNotUsable(j, variable.Shift, variable.Scale);
            }

            _powers[j] = variable.ToPowers(hasIntercept);
            terms += variable.Degree;
        }

        if (weights.Length != terms)
        {
            Throw.WeightsAgainstTerms(weights.Length, terms);
        }

        if (!hasIntercept && intercept != 0)
        {
            Throw.InterceptWithoutOne(intercept);
        }

        // The linear model's constructor refuses numbers that are not finite, in the same words.
        _weights = new LinearModel(weights, intercept).Weights.ToArray();
        Variables = [.. variables];
        Intercept = intercept;
        HasIntercept = hasIntercept;
    }

    /// <summary>Gets how each variable of a row enters, in the order of a row.</summary>
    public ImmutableArray<PolynomialVariable> Variables { get; }

    /// <summary>
    /// Gets w, the weights of the terms: those of the first variable, then those of the second, and so on. They are no coefficients of
    /// powers of x.
    /// </summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets b, which is the value where every t is 0; 0 without an intercept.</summary>
    public double Intercept { get; }

    /// <summary>Gets whether the model was fitted with an intercept.</summary>
    public bool HasIntercept { get; }

    /// <summary>Predicts one row of variables. Whole numbers in brackets, <c>Predict([1950])</c>, are taken as doubles.</summary>
    /// <param name="row">One value for each variable.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ArgumentException">The row's length is not the number of variables.</exception>
    public double Predict(ReadOnlySpan<double> row) => Predict<double>(row);

    /// <summary>Predicts one row of variables of another element type.</summary>
    /// <param name="row">One value for each variable.</param>
    /// <returns>The prediction.</returns>
    /// <exception cref="ArgumentException">
    /// The row's length is not the number of variables, or it stores neither double nor float.
    /// </exception>
    public double Predict<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireRow(row);
        return PolynomialValues.Row(ref MemoryMarshal.GetReference(row), _powers, ref MemoryMarshal.GetArrayDataReference(_weights),
            Intercept);
    }

    /// <summary>Predicts every row of a matrix of variables.</summary>
    /// <param name="x">n rows, one column for each variable.</param>
    /// <param name="destination">Receives n predictions, rounded once more when it stores float. May not overlap x.</param>
    /// <exception cref="ArgumentException">Lengths disagree, the buffers overlap, or one stores neither double nor float.</exception>
    public void Predict<T, TResult>(MatrixSpan<T> x, Span<TResult> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TResult : unmanaged, IBinaryFloatingPointIeee754<TResult>
    {
        RequireVariables(x.Columns);
        RowArguments.RequirePredictions(x, destination);
        PolynomialValues.Rows(x, _powers, _weights, Intercept, destination);
    }

    /// <summary>Computes the terms of one row: the features of <see cref="PolynomialFit.BasisFit"/>.</summary>
    /// <param name="row">One value for each variable.</param>
    /// <param name="terms">Receives the terms, as many as there are weights and in their order.</param>
    /// <exception cref="ArgumentException">A length does not agree, or the row stores neither double nor float.</exception>
    /// <remarks>Term m of a variable is wrong by at most 3m roundings. Allocates nothing.</remarks>
    public void Expand<T>(ReadOnlySpan<T> row, Span<double> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireRow(row);
        if (terms.Length != _weights.Length)
        {
            Throw.PlacesAgainstTerms(terms.Length, _weights.Length);
        }

        PolynomialValues.Terms(row, _powers, terms);
    }

    private void RequireRow<T>(ReadOnlySpan<T> row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowArguments.RequireDoubleOrFloat<T>();
        RequireVariables(row.Length);
    }

    private void RequireVariables(int columns)
    {
        if (columns != _powers.Length)
        {
            Throw.ColumnsAgainstVariables(columns, _powers.Length);
        }
    }
}
