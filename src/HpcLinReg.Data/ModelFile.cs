using System.Collections.Immutable;
using System.Text.Json;
using HpcLinReg.Data.Features;
using HpcLinReg.Data.Models;

namespace HpcLinReg.Data;

/// <summary>A fitted model as it is stored: what to read, how to code it, the coefficients, and what intervals need.</summary>
/// <remarks>
/// JSON, <c>"format": "hpclinreg-model"</c>, version 1. The expressions in it are code from elsewhere: they are parsed
/// and allow-listed when the file is read. Immutable and thread-safe.
/// </remarks>
public sealed class ModelFile
{
    private readonly ModelDocument _document;

    private ModelFile(ModelDocument document, ImmutableArray<Feature> features, ImmutableArray<DataColumn> inputs)
    {
        _document = document;
        Features = features;
        Inputs = inputs;
        Terms = new Design(features).Terms;
        CoefficientDocument[] slopes = [.. document.Coefficients!.Skip(document.Intercept!.Value ? 1 : 0)];
        Model = new LinearModel([.. slopes.Select(slope => slope.Estimate ?? 0)], document.Intercept.Value ? document.Coefficients![0].Estimate!.Value : 0);
    }

    /// <summary>Gets the target's name.</summary>
    public string Target => _document.Target!;

    /// <summary>Gets the terms, without the intercept.</summary>
    public ImmutableArray<Term> Terms { get; }

    /// <summary>Gets the weights, one a term (0 for an aliased one), and the intercept.</summary>
    public LinearModel Model { get; }

    /// <summary>Gets the number of rows fitted on.</summary>
    public long RowCount => _document.Rows!.Value;

    /// <summary>Gets the features that the terms come from; columns count among <see cref="Inputs"/>.</summary>
    internal ImmutableArray<Feature> Features { get; }

    /// <summary>Gets the columns a source must have.</summary>
    internal ImmutableArray<DataColumn> Inputs { get; }

    /// <summary>Reads a model and checks everything in it, its expressions included.</summary>
    /// <param name="path">The path.</param>
    /// <returns>The model.</returns>
    /// <exception cref="DataException">The file is missing or not a valid model, and the message names the member; or it holds powers that --polynomial wrote once.</exception>
    public static ModelFile Load(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        byte[] json;
        try
        {
            json = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException($"There is no model file {path}; its full path would be {Path.GetFullPath(path)}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The model file {path} cannot be read: {exception.Message}", exception);
        }

        ModelReader reader = new(path);
        ModelDocument document = reader.Parse(json);
        return Checked(reader, document);
    }

    /// <summary>Writes the model, whole or not at all: to a temporary file beside the path, then renamed.</summary>
    /// <param name="path">The path; an existing file is replaced.</param>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, [.. JsonSerializer.SerializeToUtf8Bytes(_document, ModelJson.Default.ModelDocument), (byte)'\n']);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
            throw new DataException($"The model file {path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a request whose fit no model file can hold, before any data are read.</summary>
    /// <param name="request">What is to be fitted.</param>
    /// <exception cref="UsageException">The request has powers.</exception>
    public static void RequireStorable(FitRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Polynomials.Values.Any(degree => degree > 1))
            throw HasPowers();
    }

    /// <summary>Describes a fit.</summary>
    internal static ModelFile Of(DataFitResult result)
    {
        if (result.Polynomial is not null)
            throw HasPowers();
        Fit fit = result.Fit;
        int d = result.Terms.Length;
        HashSet<int> aliased = [.. fit.Aliased.Select(column => column.Column)];
        IEnumerable<CoefficientDocument> slopes = result.Terms.Select((term, i) => new CoefficientDocument(term.Name, aliased.Contains(i) && fit.Model.Weights[i] == 0 ? null : fit.Model.Weights[i]));
        CoefficientDocument[] coefficients = fit.HasIntercept ? [new(ModelReader.InterceptName, fit.Model.Intercept), .. slopes] : [.. slopes];
        double variance = fit.ResidualStandardError * fit.ResidualStandardError;
        if (coefficients.Any(c => c.Estimate is { } estimate && !double.IsFinite(estimate)) || double.IsInfinity(variance) || fit.Factor.Any(value => !double.IsFinite(value)))
            throw new DataException("The fit is not finite, so it cannot be stored; scale the columns (values near 1e200 overflow when squared).");
        ModelDocument document = new()
        {
            Format = ModelDocument.FormatName,
            Version = ModelDocument.CurrentVersion,
            Target = result.Target,
            Intercept = fit.HasIntercept,
            Ridge = result.Ridge,
            Inputs = [.. result.Inputs.Select(column => new InputDocument(column.Name, KindName(column.Kind)))],
            Categoricals = [.. result.Features.Where(f => f.IsText).Select(f => new CategoricalDocument(f.Name, f.Source, f.Levels[0], [.. f.Levels]))],
            Terms = [.. result.Terms.Select(Describe)],
            Coefficients = coefficients,
            Rows = (long)fit.RowCount,
            Rank = fit.Rank,
            ResidualDegreesOfFreedom = (long)fit.ResidualDegreesOfFreedom,
            ResidualVariance = double.IsNaN(variance) ? null : variance,
            FeatureMeans = [.. fit.FeatureMeans],
            Factor = [.. Enumerable.Range(0, d).Select(i => fit.Factor.AsSpan((i * d) + i, d - i).ToArray())],
        };
        return Checked(new ModelReader("The model"), document);
    }

    private static UsageException HasPowers() => new(
        "A model file of version 1 cannot hold a polynomial: it has no place for the shift and scale of a column, and powers of the column as it is cancel when they are evaluated. Leave out --out to read the coefficients, or predict in C# with LinearRegression.FitPolynomial.");

    private static ModelFile Checked(ModelReader reader, ModelDocument document) =>
        new(document, reader.Check(document), [.. document.Inputs!.Select(input => new DataColumn(input.Name!, ModelReader.Kind(input.Kind)!.Value))]);

    private static string KindName(ColumnKind kind) => kind switch
    {
        ColumnKind.Numeric => "numeric",
        ColumnKind.Boolean => "boolean",
        ColumnKind.Date => "date",
        _ => "text",
    };

    private static TermDocument Describe(Term term) => term.Kind switch
    {
        TermKind.Expression => new TermDocument(term.Name, "expression", null, term.Source, null),
        TermKind.Level => new TermDocument(term.Name, "level", term.Source, null, term.Level),
        _ => new TermDocument(term.Name, "column", term.Source, null, null),
    };
}
