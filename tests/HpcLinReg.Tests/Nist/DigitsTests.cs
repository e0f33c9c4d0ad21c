using System.Text.Json;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Nist;

/// <summary>
/// With all digits asked for, every certified set is answered at the limit of its stored doubles; with the defaults, with ten digits; and
/// certificates promise no more than is true of what is stored.
/// </summary>
public class DigitsTests
{
    private static readonly FitOptions Most = new() { Digits = FitOptions.MaxDigits };

    private static readonly Dictionary<string, CertifiedSet> Sets = CertifiedSet.All(ReferenceData.PathOf("nist")).ToDictionary(set => set.Name);

    public static TheoryData<string> Names => [.. Sets.Keys];

    [Theory]
    [InlineData("Norris", 14.0)]
    [InlineData("Longley", 14.7)]
    [InlineData("Wampler1", 15)]
    [InlineData("Wampler2", 13.2)]
    [InlineData("Wampler3", 15)]
    [InlineData("NoInt1", 15)]
    public void The_limit_of_a_set_of_nist_is_reached(string name, double limit)
    {
        double digits = CertifiedSet.Digits(Sets[name].Exact, Coefficients(Fit(name, Most)))!.Value;
        Assert.True(digits >= limit - 0.4, $"{name}: {digits:F2} digits, {limit} are possible.");
    }

    /// <summary>The same for every set, with the limit computed in fractions.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_exact_answer_of_the_stored_doubles_is_reached(string name)
    {
        Fit fit = Fit(name, Most);
        double digits = CertifiedSet.Digits(Sets[name].Stored, Coefficients(fit))!.Value;
        Assert.True(digits >= 14.6, $"{name}: {digits:F2} digits of what is stored, rung {fit.Certificate.Rung}: {fit.Certificate.Describe()}.");
        Assert.Empty(fit.Aliased);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_defaults_give_ten_digits(string name)
    {
        CertifiedSet set = Sets[name];
        Fit fit = Fit(name, new FitOptions());
        double limit = CertifiedSet.Digits(set.Exact, [.. CertifiedSet.Terms(set.Stored).Select(b => b.ToDouble())])!.Value;
        double digits = CertifiedSet.Digits(set.Exact, Coefficients(fit))!.Value;
        Assert.True(digits >= Math.Min(10, limit - 0.4), $"{name}: {digits:F2} digits, rung {fit.Certificate.Rung}: {fit.Certificate.Describe()}.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Promises_are_kept_on_what_is_stored(string name)
    {
        CertifiedSet set = Sets[name];
        double[] cells = set.Design;
        var data = new DataSet(name, DataSet.Matrix(set.Target.Length, set.Columns, (i, j) => cells[(i * set.Columns) + j]), set.Y) { Intercept = set.Intercept };
        foreach (FitOptions options in new[] { new FitOptions(), Most })
        {
            Fit fit = data.Fit(options);
            ExactLeastSquares stored = set.Stored;
            double truth = Accuracy.Digits(data, fit, stored);
            Assert.True(fit.Certificate.Digits <= truth, $"{name}: {fit.Certificate.Digits:F2} digits promised, {truth:F2} true");
            Assert.True(fit.Certificate.Digits >= Math.Min(options.Digits, 14), $"{name}: only {fit.Certificate.Digits:F2} digits promised of {truth:F2}, rung {fit.Certificate.Rung}: {fit.Certificate.Describe()}");
            Assert.True(Math.Min(truth, Accuracy.OfOneRounding) - fit.Certificate.Digits <= 3, $"{name}: {fit.Certificate.Digits:F2} digits promised, {truth:F2} true");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Standard_errors_have_twelve_digits(string name)
    {
        CertifiedSet set = Sets[name];
        ExactLeastSquares exact = set.Degree == 10 ? set.Stored : set.Exact;
        if (exact.ResidualSumOfSquares.IsZero)
        {
            // A fit without residuals has none, up to the rounding of its target.
            Fit perfect = Fit(name, Most);
            Assert.All(perfect.StandardErrors, error => Assert.InRange(error, 0, 1e-6));
            return;
        }

        Fit fit = Fit(name, Most);
        Rational degrees = (int)fit.ResidualDegreesOfFreedom;
        List<double> errors = [exact.ResidualSumOfSquares.RelativeError(fit.ResidualSumOfSquares), (exact.ResidualSumOfSquares / degrees).RelativeErrorOfRoot(fit.ResidualStandardError)];
        errors.AddRange(Enumerable.Range(0, set.Columns).Select(j => exact.SquaredStandardError(j, degrees).RelativeErrorOfRoot(fit.StandardErrors[j])));
        errors.AddRange(set.Intercept ? [exact.SquaredInterceptStandardError(degrees).RelativeErrorOfRoot(fit.InterceptStandardError)] : []);

        // Twelve digits, but where κ is 4e9: the entries of a Gram matrix in double-double are wrong by some 2⁻¹⁰⁰, times κ².
        double condition = 1 / fit.ReciprocalCondition;
        Assert.True(errors.Max() <= Math.Max(1e-12, Math.ScaleB(condition * condition, -100)), $"{name}, rung {fit.Certificate.Rung}: RSS, s, weights' and intercept's errors are wrong by {string.Join(", ", errors.Select(error => error.ToString("E1")))}");
    }

    /// <summary>Told the degree, the engine answers for the polynomial of x itself: the limit of powers rounded to doubles is gone.</summary>
    [Theory]
    [InlineData("Wampler1")]
    [InlineData("Wampler2")]
    [InlineData("Wampler3")]
    [InlineData("Tenth degree *")]
    [InlineData("Quadratic of loads *")]
    [InlineData("Five digits under noise of 1e6 *")]
    public void A_polynomial_that_is_named_so_loses_nothing_to_its_powers(string name)
    {
        CertifiedSet set = Sets[name];
        double[] x = [.. set.Predictors.Select(row => row[0].ToDouble())];
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, set.Y, set.Degree, Most);
        PowerCoefficients shown = fit.ToPowers();
        double[] coefficients = [shown.Intercept, .. shown.Weights];

        // What storing x and y as doubles costs, with powers in fractions.
        var powers = new Rational[x.Length, set.Degree];
        for (int i = 0; i < x.Length; i++)
        {
            Rational power = Rational.One;
            for (int j = 0; j < set.Degree; j++)
            {
                powers[i, j] = power *= Rational.From(x[i]);
            }
        }

        var stored = new ExactLeastSquares(powers, [.. set.Y.Select(Rational.From)]);
        double digits = CertifiedSet.Digits(stored, coefficients)!.Value;
        Assert.True(digits >= 14.6, $"{name}: {digits:F2} digits of the stored x and y, rung {fit.BasisFit.Certificate.Rung}");
        double limit = CertifiedSet.Digits(set.Exact, [.. CertifiedSet.Terms(stored).Select(b => b.ToDouble())])!.Value;
        Assert.True(CertifiedSet.Digits(set.Exact, coefficients) >= limit - 0.4, $"{name}: {CertifiedSet.Digits(set.Exact, coefficients):F2} digits of the decimals, {limit:F2} are possible");
    }

    [Theory]
    [InlineData("diabetes")]
    [InlineData("penguins")]
    [InlineData("penguins_species")]
    public void Real_data_reach_their_stated_limit_less_a_digit(string id)
    {
        JsonElement set = ReferenceData.Reference("real").GetProperty("ols").EnumerateArray().Single(set => set.GetProperty("id").GetString() == id);
        (DataSet data, string[] terms) = Read(set);
        Fit fit = data.Fit(Most);
        Assert.Equal(set.GetProperty("rows_used").GetInt32(), fit.RowCount);
        double limit = ReferenceData.Number(set.GetProperty("digits_if_cells_are_doubles"), "estimates");
        foreach (JsonElement coefficient in set.GetProperty("coefficients").EnumerateArray())
        {
            int term = Array.IndexOf(terms, coefficient.GetProperty("term").GetString());
            Assert.True(term >= 0 || coefficient.GetProperty("term").GetString() == "(Intercept)");
            double estimate = Digits(coefficient, "estimate", term < 0 ? fit.Model.Intercept : fit.Model.Weights[term]);
            Assert.True(estimate >= limit - 1, $"{id}, term {term}: {estimate:F2} digits, {limit} are possible");
            double error = Digits(coefficient, "se", term < 0 ? fit.InterceptStandardError : fit.StandardErrors[term]);
            Assert.True(error >= 12, $"{id}, standard error of term {term}: {error:F2} digits");
        }

        Assert.True(Digits(set, "rss", fit.ResidualSumOfSquares) >= 12);
        Assert.True(Digits(set, "r_squared", fit.RSquared) >= 12);
        double truth = Accuracy.Digits(data, fit, data.Exact());
        Assert.InRange(fit.Certificate.Digits, Math.Min(truth, Accuracy.OfOneRounding) - 3, truth);
    }

    private static double Digits(JsonElement element, string member, double actual) =>
        -Math.Log10(Math.Max(1e-17, Rational.Parse(element.GetProperty(member).GetString()!).RelativeError(actual)));

    /// <summary>The predictors, and for a category a column of 0 and 1 for each level but the first.</summary>
    private static (DataSet Data, string[] Terms) Read(JsonElement set)
    {
        string[] predictors = [.. set.GetProperty("predictors").EnumerateArray().Select(name => name.GetString()!)];
        string response = set.GetProperty("response").GetString()!;
        string[][] lines = [.. File.ReadLines(ReferenceData.PathOf($"real/{set.GetProperty("file").GetString()}")).Select(line => line.Split(',').Select(cell => cell.Trim('"')).ToArray())];
        int[] columns = [.. predictors.Append(response).Select(name => Array.IndexOf(lines[0], name))];
        string[][] rows = [.. lines.Skip(1).Where(line => columns.All(column => line[column] != "NA"))];
        (int Column, string Level, string Term)[] levels = !set.TryGetProperty("categorical", out JsonElement categories) ? [] :
        [
            .. from category in categories.EnumerateArray().Select(name => name.GetString()!)
               let column = Array.IndexOf(lines[0], category)
               from level in rows.Select(row => row[column]).Distinct().Order(StringComparer.Ordinal).Skip(1)
               select (column, level, $"{category}[{level}]"),
        ];
        double Number(int i, int column) => double.Parse(rows[i][column], System.Globalization.CultureInfo.InvariantCulture);
        double[,] x = DataSet.Matrix(rows.Length, predictors.Length + levels.Length, (i, j) =>
            j < predictors.Length ? Number(i, columns[j]) : rows[i][levels[j - predictors.Length].Column] == levels[j - predictors.Length].Level ? 1 : 0);
        return (new DataSet(set.GetProperty("id").GetString()!, x, [.. Enumerable.Range(0, rows.Length).Select(i => Number(i, columns[^1]))]), [.. predictors, .. levels.Select(level => level.Term)]);
    }

    private static Fit Fit(string name, FitOptions options)
    {
        CertifiedSet set = Sets[name];
        return LinearRegression.Fit(new MatrixSpan<double>(set.Design, set.Columns), set.Y, options with { Intercept = set.Intercept });
    }

    private static double[] Coefficients(Fit fit) => [.. fit.HasIntercept ? [fit.Model.Intercept] : Array.Empty<double>(), .. fit.Model.Weights];
}
