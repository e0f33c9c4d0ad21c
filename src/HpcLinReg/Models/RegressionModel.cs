using System.Collections.Immutable;
using HpcLinReg.Models;

namespace HpcLinReg;

/// <summary>
/// A fitted model that can be kept: which columns it reads and how they become terms, the coefficients with their error bounds and standard
/// errors, and what predictions with uncertainty need. It can be saved to a file and loaded to the same bits.
/// </summary>
/// <remarks>
/// Immutable and thread-safe. A row has one value for each of <see cref="Design.Columns"/>. Predicting from doubles or cells allocates
/// nothing (the first prediction with uncertainty on a thread sets up its working memory). A fault of a row is a value in the answer
/// (<see cref="PredictionIssue"/>); an exception means that the call itself is wrong.
/// </remarks>
public sealed partial class RegressionModel
{
    private readonly ModelState _state;
    private readonly LinearModel? _linear;
    private readonly PolynomialModel? _polynomial;
    private readonly Lazy<ModelUncertainty> _uncertainty;

    internal RegressionModel(ModelState state)
    {
        _state = state;
        if (state.Variables.IsDefault)
        {
            _linear = new LinearModel(state.Weights.AsSpan(), state.Intercept);
        }
        else
        {
            _polynomial = new PolynomialModel(state.Variables.AsSpan(), state.Weights.AsSpan(), state.Intercept, state.HasIntercept);
        }

        Terms = [.. TermsOf(state)];
        _uncertainty = new Lazy<ModelUncertainty>(() => new ModelUncertainty(_state), LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>Gets the target's name.</summary>
    public string Target => _state.Target;

    /// <summary>Gets the columns and features, and how a row becomes a row of the design matrix.</summary>
    public Design Design => _state.Design;

    /// <summary>Gets whether an intercept was fitted.</summary>
    public bool HasIntercept => _state.HasIntercept;

    /// <summary>Gets the intercept as a term; its feature is −1. Its coefficient is 0 and its errors are NaN without one.</summary>
    public ModelTerm Intercept => new(InterceptName, -1, _state.Intercept, HasIntercept ? _state.InterceptErrorBound : double.NaN,
        _state.InterceptStandardError, !HasIntercept);

    /// <summary>Gets the terms without the intercept, in the order of the design.</summary>
    public ImmutableArray<ModelTerm> Terms { get; }

    /// <summary>
    /// Gets how each variable of the design enters a model with polynomials; empty for other models, whose terms are the variables
    /// themselves.
    /// </summary>
    public ImmutableArray<PolynomialVariable> Variables => _state.Variables.IsDefault ? [] : _state.Variables;

    /// <summary>Gets the terms that others determined on the training rows, with the combination they equal.</summary>
    public ImmutableArray<AliasedColumn> Aliased => _state.Aliased;

    /// <summary>
    /// Gets the penalty λ. With one the coefficients are biased towards 0; standard errors are those of s²A⁻¹XᵀXA⁻¹ and do not count the
    /// bias.
    /// </summary>
    public double Ridge => _state.Ridge;

    /// <summary>Gets whether λ penalizes the weights of standardized columns (<see cref="FitOptions.StandardizeRidge"/>).</summary>
    public bool IsRidgeStandardized => _state.IsRidgeStandardized;

    /// <summary>
    /// Gets whether the weights are those of minimum norm, so that only rows that keep the combinations of <see cref="Aliased"/> have
    /// standard errors.
    /// </summary>
    public bool IsMinimumNorm => _state.IsMinimumNorm;

    /// <summary>Gets the number of rows, as <see cref="Fit.RowCount"/>.</summary>
    public double RowCount => _state.RowCount;

    /// <summary>Gets Σv, the sum of the rows' weights, which is the number of rows without weights.</summary>
    public double TotalWeight => _state.TotalWeight;

    /// <summary>Gets the residual degrees of freedom, as <see cref="Fit.ResidualDegreesOfFreedom"/>.</summary>
    public double ResidualDegreesOfFreedom => _state.ResidualDegreesOfFreedom;

    /// <summary>Gets s, as <see cref="Fit.ResidualStandardError"/>; NaN where it is not known.</summary>
    public double ResidualStandardError => _state.ResidualStandardError;

    /// <summary>Gets Σv(y − ŷ)²; NaN where it is not known.</summary>
    public double ResidualSumOfSquares => _state.ResidualSumOfSquares;

    /// <summary>Gets Σv(y − ȳ)², or Σvy² without an intercept; NaN where it is not known.</summary>
    public double TotalSumOfSquares => _state.TotalSumOfSquares;

    /// <summary>
    /// Gets the error bounds of the coefficients; null for a model of a version 1 file, which did not keep it, and for coefficients that
    /// were trained without a closed form.
    /// </summary>
    public Certificate? Certificate => _state.Certificate;

    /// <summary>Gets counts, ranges and means of the training rows.</summary>
    public TrainingFacts Training => _state.Facts;

    /// <summary>Gets why predictions have no standard errors, as the end of a sentence; null where they have.</summary>
    public string? UncertaintyNote =>
        _state.FileVersion == 1 ? "a file of version 1 did not keep what they need; fit again"
        : !_state.HasUncertainty && Certificate is null ? "its coefficients were trained without the factor that they need; fit it in closed form (hpclinreg fit, RegressionModel.Fit)"
        : !_state.HasUncertainty ? "the rows it was fitted on have faded"
        : !(ResidualDegreesOfFreedom > 0) ? "the fit has no residual degrees of freedom"
        : double.IsNaN(ResidualStandardError) ? "the residuals are smaller than the rounding of their own computation"
        : null;

    /// <summary>Gets when the model was made; null where it is not known.</summary>
    public DateTimeOffset? Created => _state.Created;

    /// <summary>Gets the version of this library that made the model; empty where it is not known.</summary>
    public string CreatedBy => _state.CreatedBy;

    internal const string InterceptName = "(Intercept)";

    internal ModelState State => _state;

    /// <summary>Returns the target, the terms and the number of rows.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Target} on {(Terms.IsEmpty ? "the intercept alone" : string.Join(", ", Terms.Take(8).Select(term => term.Name)))}{(Terms.Length > 8 ? ", …" : "")}; {RowCount} rows");

    /// <summary>Says in words why a row has no prediction.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <returns>A sentence; empty where there is a value.</returns>
    public string Describe(Prediction prediction)
    {
        string Place() => prediction.Place < Design.Columns.Length ? $"column '{Design.Columns[prediction.Place].Name}'" : $"expression {Design.SqlExpressions[prediction.Place - Design.Columns.Length]}";
        return prediction.Issue switch
        {
            PredictionIssue.None => "",
            PredictionIssue.MissingValue => $"The {Place()} has no value.",
            PredictionIssue.UnknownLevel => $"The {Place()} has a text that the model was not fitted on.",
            PredictionIssue.WrongKind => $"The {Place()} has a value of another kind; the model was fitted on {Words(Design.Columns[prediction.Place].Kind)}.",
            PredictionIssue.NotDefined => $"The feature '{Design.Features[prediction.Place].Name}' has no value here.",
            _ => prediction.Place < 0 ? "The prediction leaves the range of double." : $"The feature '{Design.Features[prediction.Place].Name}' leaves the range of whole numbers.",
        };
    }

    private static string Words(CellKind kind) => kind switch
    {
        CellKind.Flag => "true or false",
        CellKind.Text => "text",
        CellKind.Time => "times",
        _ => "numbers",
    };

    private static IEnumerable<ModelTerm> TermsOf(ModelState state)
    {
        bool[] dropped = new bool[state.Weights.Length];
        foreach (AliasedColumn column in state.Aliased)
        {
            dropped[column.Column] = !state.IsMinimumNorm;
        }

        int term = 0;
        for (int v = 0; v < state.Design.VariableNames.Length; v++)
        {
            for (int power = 1; power <= state.Design.Degrees[v]; power++, term++)
            {
                yield return new ModelTerm(
                    state.Design.TermNames[term], state.Design.FeatureOf(v), state.Weights[term], state.ErrorBounds[term],
                    state.StandardErrors[term], dropped[term]);
            }
        }
    }
}
