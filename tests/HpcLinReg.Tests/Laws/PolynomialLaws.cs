using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>
/// A polynomial model predicts what it fitted, and its factor is that of its terms.
/// </summary>
public class PolynomialLaws
{
    private const double Roundoff = Naive.Roundoff;

    /// <summary>
    /// Predictions against the exact value of the model's formula, on the rows fitted and around them. The residual sum of squares of predictions differs
    /// from the fit's by what errors of that bound explain, and those of the weights, which count where columns are nearly collinear: |√a − √b| ≤ √Σv·bound².
    /// </summary>
    [Fact]
    public void Predictions_are_the_exact_values_of_the_model_and_leave_the_residuals_of_the_fit()
    {
        (int rows, int cases, int literal, int told, int collinear) = (0, 0, 0, 0, 0);
        double worst = 0;
        for (int seed = 0; seed < Cases.Times(400); seed++)
        {
            var problem = new PolynomialProblem(seed, mostTerms: 20, mostMoreRows: 40);
            PolynomialFit fit = problem.Fit();
            var exact = new ExactTerms(fit.Model);
            BinaryFraction sum = 0;
            double squaredBounds = 0, largest = 0, ofWeights = 0;
            for (int i = 0; i < problem.Rows + problem.Far.Length; i++)
            {
                bool isFar = i >= problem.Rows;
                ReadOnlySpan<double> row = isFar ? problem.Far[i - problem.Rows] : problem.Row(i);
                double prediction = fit.Model.Predict(row);
                (BinaryFraction value, double size) = exact.Predict(row);
                double bound = 8 * (problem.Terms + 1) * Roundoff * size, error = Math.Abs((value - prediction).ToDouble());
                Assert.True(error <= bound, $"{problem}, row {i}: {prediction:R} is wrong by {error:E2}, bound {bound:E2}");
                worst = Math.Max(worst, bound > 0 ? error / bound : 0);
                rows++;
                if (!isFar && problem.RowWeights[i] > 0)
                {
                    BinaryFraction residual = (BinaryFraction)problem.Y[i] - prediction;
                    sum += residual * residual * problem.RowWeights[i];
                    double fromFit = ErrorOfWeights(fit, row);
                    squaredBounds += problem.RowWeights[i] * (bound + fromFit) * (bound + fromFit);
                    (largest, ofWeights) = (Math.Max(largest, bound), Math.Max(ofWeights, fromFit));
                }
            }

            cases++;
            collinear += ofWeights > largest && !fit.BasisFit.Accuracy.IsMinimumNorm ? 1 : 0;
            double ofPredictions = sum.ToDouble(), ofFit = fit.BasisFit.ResidualSumOfSquares;
            bool isTold = fit.BasisFit.Accuracy.ResidualsAreKnown;
            told += isTold ? 1 : 0;

            // What is below the rounding of the equations' sum is not known of the fit's; it is no more than 2⁻⁹² of the squares it is the difference of.
            double ofSum = isTold ? 1e-12 * ofFit : Math.ScaleB(Squares(problem, fit), -92);
            double difference = Math.Abs(Math.Sqrt(ofPredictions) - Math.Sqrt(ofFit));
            Assert.True(
                difference <= Math.Sqrt(squaredBounds) + Math.Sqrt(ofSum),
                $"{problem}: the residual sum of squares is {ofPredictions:R} of predictions and {ofFit:R} of the fit; roots may differ by {Math.Sqrt(squaredBounds):E2}");
            literal += Math.Abs(ofPredictions - ofFit) <= Math.Max(1e-9 * ofFit, problem.Rows * largest * largest) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cases} fits, {rows} predictions, largest error {worst:F3} of the bound; sums of squares within 1e-9 or n·bound²: {literal}; residuals reported: {told}; nearly collinear, so that errors of weights exceed the bound: {collinear}");
        Assert.InRange(told, cases / 2, cases);
        Assert.InRange(collinear, 0, cases / 10);
    }

    /// <summary>
    /// The trace of the hat matrix by factor, means and terms: the rank, or with a ridge what the fits of unit vectors predict at their own row.
    /// </summary>
    [Fact]
    public void Leverages_from_factor_means_and_terms_add_up_to_the_effective_rank()
    {
        (int cases, int ridges, int aliased) = (0, 0, 0);
        double worst = 0;
        for (int seed = 0; seed < Cases.Times(150); seed++)
        {
            var problem = new PolynomialProblem(100_000_000 + seed, mostTerms: 20, mostMoreRows: 20);
            PolynomialFit fit = problem.Fit();
            double trace = 0;
            double totalWeight = problem.RowWeights.Sum();
            for (int i = 0; i < problem.Rows; i++)
            {
                trace += problem.RowWeights[i] == 0 ? 0 : problem.RowWeights[i] * Leverage(fit, problem.Row(i), totalWeight);
            }

            double expected = fit.BasisFit.Rank;
            if (problem.Options.Ridge > 0)
            {
                ridges++;
                expected = 0;
                for (int k = 0; k < problem.Rows; k++)
                {
                    expected += problem.RowWeights[k] == 0 ? 0 : problem.FitOf(i => i == k ? 1 : 0).Model.Predict(problem.Row(k));
                }
            }

            cases++;
            aliased += fit.BasisFit.Aliased.Length > 0 ? 1 : 0;
            double tolerance = Math.Max(1e-9, 100 * Roundoff / fit.BasisFit.ReciprocalCondition);
            worst = Math.Max(worst, Math.Abs(trace - expected) / tolerance);
            Assert.True(Math.Abs(trace - expected) <= tolerance, $"{problem}: leverages add up to {trace:R} instead of {expected:R}, condition {1 / fit.BasisFit.ReciprocalCondition:E1}");
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{cases} fits, {ridges} with ridge, {aliased} rank deficient; largest difference {worst:E2} of the tolerance");
    }

    /// <summary>Model and raw powers against the least-squares solution in fractions.</summary>
    [Fact]
    public void Predictions_and_raw_powers_are_those_of_the_exact_least_squares_solution()
    {
        (int cases, int rows, int close, int powersShown) = (0, 0, 0, 0);
        double worst = 0;
        for (int seed = 0; seed < Cases.Times(60); seed++)
        {
            var problem = new PolynomialProblem(200_000_000 + seed, mostTerms: 7, mostMoreRows: 10);
            PolynomialFit fit = problem.Fit();
            Fit basis = fit.BasisFit;
            var terms = new ExactTerms(fit.Model);
            var exact = new ExactLeastSquares(
                terms.Design(problem.Joint, problem.Width), [.. problem.Y.Select(Rational.From)], problem.Options.Intercept, Rational.From(problem.Options.Ridge), [.. problem.RowWeights.Select(Rational.From)]);
            if (!exact.Aliased.Select(alias => alias.Column).SequenceEqual(basis.Aliased.Select(alias => alias.Column)))
            {
                // Offsets near 1e12 spreads leave columns of a few equal values, which rounding of the cells makes aliased.
                continue;
            }

            bool isMinimumNorm = problem.Options.RankDeficient == RankDeficiency.MinimumNorm && exact.Aliased.Length > 0 && problem.Options.Ridge == 0;
            if (exact.Aliased.Length > 0 && problem.Options.Ridge > 0)
            {
                continue;
            }

            (Rational[] weights, Rational intercept) = isMinimumNorm ? exact.MinimumNorm() : (exact.Coefficients, exact.Intercept);
            cases++;
            for (int i = 0; i < problem.Rows; i++)
            {
                BinaryFraction[] row = terms.Of(problem.Row(i));
                Rational value = intercept;
                for (int j = 0; j < row.Length; j++)
                {
                    value += weights[j] * row[j].ToRational();
                }

                double fromFit = ErrorOfWeights(fit, problem.Row(i));

                double prediction = fit.Model.Predict(problem.Row(i));
                double bound = 8 * (problem.Terms + 1) * Roundoff * terms.Predict(problem.Row(i)).Size, error = Accuracy.Error(value, prediction);
                Assert.True(error <= bound + fromFit, $"{problem}, row {i}: {prediction:R} instead of {value}, wrong by {error:E2}, bound {bound:E2} and {fromFit:E2}");
                worst = error == 0 ? worst : Math.Max(worst, error / (bound + fromFit));
                close += error <= bound ? 1 : 0;
                rows++;
            }

            if (isMinimumNorm || exact.Aliased.Length == 0)
            {
                powersShown++;
                PowerCoefficients powers = fit.ToPowers();
                (Rational[] expected, Rational constant) = terms.ToPowers(weights, intercept);
                for (int j = 0; j < expected.Length; j++)
                {
                    double error = Accuracy.Error(expected[j], powers.Weights[j]);
                    Assert.True(error <= powers.WeightErrorBounds[j], $"{problem}: coefficient {j} is {powers.Weights[j]:R} instead of {expected[j]}, wrong by {error:E2}, bound {powers.WeightErrorBounds[j]:E2}");
                }

                Assert.True(Accuracy.Error(constant, powers.Intercept) <= powers.InterceptErrorBound, $"{problem}: the intercept is {powers.Intercept:R} instead of {constant}, bound {powers.InterceptErrorBound:E2}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{cases} fits, {rows} predictions, {close} within 8(K + 1)u·Σ|terms| of the exact solution, largest error {worst:F3} of all bounds; raw powers of {powersShown}");
        Assert.InRange(cases, Cases.Times(45), Cases.Times(60));
    }

    /// <summary>What the certificate leaves open of a row's prediction.</summary>
    private static double ErrorOfWeights(PolynomialFit fit, ReadOnlySpan<double> row)
    {
        Certificate certificate = fit.BasisFit.Certificate;
        double[] terms = new double[fit.Model.Weights.Length];
        fit.Model.Expand(row, terms);
        return certificate.InterceptErrorBound + terms.Select((term, j) => term == 0 || double.IsNaN(certificate.WeightErrorBounds[j]) ? 0 : certificate.WeightErrorBounds[j] * Math.Abs(term)).Sum();
    }

    /// <summary>1/Σv + ‖R⁻ᵀ(terms − means)‖², dropped terms left out.</summary>
    private static double Leverage(PolynomialFit fit, ReadOnlySpan<double> row, double totalWeight)
    {
        Fit basis = fit.BasisFit;
        int d = fit.Model.Weights.Length;
        double[] z = new double[d];
        fit.Model.Expand(row, z);
        double leverage = basis.HasIntercept ? 1 / totalWeight : 0;
        for (int j = 0; j < d; j++)
        {
            double value = z[j] - (basis.HasIntercept ? basis.FeatureMeans[j] : 0);
            for (int k = 0; k < j; k++)
            {
                value -= basis.Factor[(k * d) + j] * z[k];
            }

            double pivot = basis.Factor[(j * d) + j];
            z[j] = pivot == 0 ? 0 : value / pivot;
            leverage += z[j] * z[j];
        }

        return leverage;
    }

    /// <summary>(‖y‖ + Σ|wⱼ|‖termⱼ‖)², centred lengths.</summary>
    private static double Squares(PolynomialProblem problem, PolynomialFit fit)
    {
        Fit basis = fit.BasisFit;
        int d = fit.Model.Weights.Length;
        double size = Math.Sqrt(basis.TotalSumOfSquares);
        for (int j = 0; j < d; j++)
        {
            double length = 0;
            for (int i = 0; i <= j; i++)
            {
                length = double.Hypot(length, basis.Factor[(i * d) + j]);
            }

            size += Math.Abs(basis.Model.Weights[j]) * length;
        }

        Assert.InRange(problem.Terms, d, d);
        return size * size;
    }
}
