using System.Collections.Immutable;
using HpcLinReg.Data.Reading;

namespace HpcLinReg.Data;

/// <summary>Fits a linear regression to a source.</summary>
public static class DataFit
{
    /// <summary>Streams the source once (twice with text features) and fits.</summary>
    /// <param name="source">The data.</param>
    /// <param name="request">What to fit on what.</param>
    /// <param name="rowsRead">Receives the number of rows read so far, from time to time.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The fit and what became of the rows.</returns>
    /// <exception cref="UsageException">The request is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataFitResult Run(DataSource source, FitRequest request, IProgress<long>? rowsRead = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequireRidge(request);
        return Run(DataRows.Of(source, request, rowsRead, cancellationToken));
    }

    /// <summary>Streams rows once and fits what their request asks for.</summary>
    /// <param name="rows">The rows of a source that is still open.</param>
    /// <returns>The fit and what became of the rows.</returns>
    /// <exception cref="UsageException">The request's ridge is wrong.</exception>
    /// <exception cref="DataException">The data cannot answer it.</exception>
    /// <exception cref="OperationCanceledException">The token of the rows was cancelled.</exception>
    public static DataFitResult Run(DataRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        FitRequest request = rows.Request;
        RequireRidge(request);
        WideDesign.Require(rows);
        var options = new FitOptions
        {
            Intercept = request.Intercept,
            Ridge = request.Ridge,
            StandardizeRidge = request.StandardizeRidge,
            Digits = request.Digits,
            RankDeficient = request.RankDeficient,
            RowWeights = request.WeightKind,
        };
        ImmutableArray<int> degrees = rows.Design.Degrees;
        bool hasPowers = degrees.Any(degree => degree > 1);
        IEnumerable<Term> ofPowers = rows.Terms.SelectMany((term, v) => Enumerable.Repeat(term, degrees[v]));
        Term[] terms = [.. ofPowers.Zip(rows.Design.TermNames, (term, name) => term with { Name = name })];
        IRowSource source = rows.ToSource();
        PolynomialFit? polynomial = null;
        Fit fit;
        try
        {
            polynomial = hasPowers ? LinearRegression.FitPolynomial(source, degrees.AsSpan(), options) : null;
            fit = polynomial?.BasisFit ?? LinearRegression.Fit(source, options);
        }
        catch (OverflowException exception)
        {
            throw rows.Refusal(exception, areRowsOfSource: true);
        }

        PowerCoefficients? powers = polynomial?.ToPowers();
        return new DataFitResult
        {
            Fit = fit,
            Model = polynomial is null ? RegressionModel.Create(rows.Design, rows.Target, fit, rows.Facts)
                : RegressionModel.Create(rows.Design, rows.Target, polynomial, rows.Facts).With(powers!),
            Powers = powers,
            Target = rows.Target,
            Terms = [.. terms],
            RowsDropped = rows.RowsDropped,
            MissingByColumn = rows.MissingByColumn,
            FilledByColumn = rows.FilledByColumn,
            BitsPromised = rows.HasStableOrder,
            Warnings = [.. rows.Warnings,
                .. MissedDigits(fit.Certificate, powers, request.Digits,
                    isReadOnce: !hasPowers && !rows.HasWeights && rows.Rereading != Rereading.Cheap)],
        };
    }

    private static void RequireRidge(FitRequest request)
    {
        if (!(request.Ridge >= 0) || double.IsPositiveInfinity(request.Ridge))
        {
            throw new UsageException(FormattableString.Invariant($"The ridge is {request.Ridge}; it must be a finite number, at least 0."));
        }
    }

    private static IEnumerable<string> MissedDigits(Certificate certificate, PowerCoefficients? powers, int digits, bool isReadOnce)
    {
        // With --digits max no number of digits was asked for.
        double reached = powers?.Digits ?? certificate.Digits;
        if (digits < FitOptions.MaxDigits && reached < digits)
        {
            // Rounded down, so that 4.96 digits are not reported as 5.0.
            double sure = Math.Floor(10 * Math.Max(0, reached)) / 10;
            string remedy = isReadOnce ? " What is read again has more digits: Parquet, or a query with ORDER BY." : "";
            yield return FormattableString.Invariant(
                $"The worst coefficient has {sure:F1} certain digits, not the {digits} asked for: {certificate.Describe()}. Terms that are nearly combinations of others cost digits; {(powers is not null ? "powers of lower degree cost fewer." : "powers cost none as --polynomial.")}{remedy}");
        }
    }
}
