namespace HpcLinReg;

/// <summary>A term of a model: a column of the design matrix, or a power of one, with its coefficient. Immutable and thread-safe.</summary>
public sealed class ModelTerm
{
    internal ModelTerm(string name, int feature, double coefficient, double errorBound, double standardError, bool isDropped)
    {
        (Name, Feature, Coefficient, ErrorBound, StandardError, IsDropped) =
            (name, feature, coefficient, errorBound, standardError, isDropped);
    }

    /// <summary>Gets the name: <c>age</c>, <c>city[Rome]</c>, <c>age^2</c>, <c>city[Rome]:age</c>.</summary>
    public string Name { get; }

    /// <summary>Gets the index of the term's feature in <see cref="Design.Features"/>; −1 for the intercept.</summary>
    public int Feature { get; }

    /// <summary>Gets the estimate; 0 for a term that was dropped.</summary>
    /// <remarks>
    /// In a model with a polynomial it belongs to a power of t = (x − shift)·scale (<see cref="RegressionModel.Variables"/>), not of x.
    /// </remarks>
    public double Coefficient { get; }

    /// <summary>Gets an absolute bound of the estimate's arithmetic error; NaN for a term that was dropped.</summary>
    public double ErrorBound { get; }

    /// <summary>Gets the standard error; NaN for a term that was dropped, and where it is not known.</summary>
    public double StandardError { get; }

    /// <summary>Gets whether other terms determine this one, so that it was left out.</summary>
    public bool IsDropped { get; }

    /// <summary>Returns the name and the coefficient.</summary>
    public override string ToString() => FormattableString.Invariant($"{Name}: {Coefficient}");
}
