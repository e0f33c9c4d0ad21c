namespace HpcLinReg.Tests.Descent;

/// <summary>
/// A regression problem whose columns are correlated as strongly as asked: given singular values between random orthogonal factors, in units and
/// with offsets of their own, and coefficients of which some are small. Its answer is the closed form with all the digits there are.
/// </summary>
internal sealed class CorrelatedDesign
{
    private readonly double[] _means;
    private readonly double[] _lengths;
    private readonly double _targetMean;
    private readonly double _targetLength;

    /// <summary>Draws the problem.</summary>
    /// <param name="seed">What decides all numbers.</param>
    /// <param name="condition">The condition number before standardizing, which changes it by a little.</param>
    internal CorrelatedDesign(int seed, double condition)
    {
        var random = new Random(seed);
        Columns = random.Next(2, 8);
        Rows = Columns + 2 + random.Next(80);
        Intercept = random.Next(4) > 0;
        RowWeights = random.Next(4) == 0 ? [.. Enumerable.Range(0, Rows).Select(_ => (1 + random.Next(4)) / 4.0)] : [];
        Ridge = random.Next(5) == 0 ? Rows * Math.Pow(10, random.Next(-4, 1)) : 0;
        double[][] left = Orthonormal(random, Columns, Rows, Intercept), right = Orthonormal(random, Columns, Columns, centred: false);
        double[] singular = [.. Enumerable.Range(0, Columns).Select(k => k == 0 ? 1 : k == 1 ? 1 / condition : Math.Pow(condition, -random.NextDouble()))];

        // A penalty is in the units of the columns, so with one they are alike; without an intercept offsets would be correlations.
        double[] units = [.. Enumerable.Range(0, Columns).Select(_ => Ridge == 0 && random.Next(3) == 0 ? Math.Pow(10, random.Next(-12, 13)) : 1)];
        double[] offsets = [.. Enumerable.Range(0, Columns).Select(_ => Intercept && random.Next(3) == 0 ? Normal(random) * Math.Pow(10, random.Next(5)) : 0)];
        double[] coefficients = [.. units.Select(unit => Normal(random) * (random.Next(4) == 0 ? 1e-4 : 1) / unit)];
        double constant = Intercept ? Normal(random) * Math.Pow(10, random.Next(4)) : 0;
        double noise = random.Next(3) == 0 ? 0 : Math.Pow(10, -random.Next(4));
        double targetUnit = random.Next(4) == 0 ? Math.Pow(10, random.Next(-8, 9)) : 1;
        X = new double[Rows * Columns];
        Y = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            Y[i] = constant + (noise * Normal(random));
            for (int j = 0; j < Columns; j++)
            {
                double cell = Enumerable.Range(0, Columns).Sum(k => left[k][i] * singular[k] * right[k][j]) * Math.Sqrt(Rows);
                X[(i * Columns) + j] = (cell + offsets[j]) * units[j];
                Y[i] += X[(i * Columns) + j] * coefficients[j];
            }

            Y[i] *= targetUnit;
        }

        var options = new FitOptions { Intercept = Intercept, Ridge = Ridge, Digits = FitOptions.MaxDigits };
        Answer = RowWeights.Length > 0 ? LinearRegression.Fit(Design, Y, RowWeights, options) : LinearRegression.Fit(Design, Y, options);
        _means = [.. Enumerable.Range(0, Columns).Select(j => Mean(i => X[(i * Columns) + j]))];
        _targetMean = Mean(i => Y[i]);
        _lengths = [.. Enumerable.Range(0, Columns).Select(j => Length(i => X[(i * Columns) + j], _means[j]))];
        _targetLength = Length(i => Y[i], _targetMean);
    }

    /// <summary>Draws a problem whose condition number has a logarithm from 0 to a limit.</summary>
    internal static CorrelatedDesign Draw(int seed, double largestExponent) =>
        new(seed, Math.Pow(10, largestExponent * new Random(seed ^ 0x2545F491).NextDouble()));

    internal int Rows { get; }

    internal int Columns { get; }

    internal double[] X { get; }

    internal double[] Y { get; }

    internal double[] RowWeights { get; }

    internal double Ridge { get; }

    internal bool Intercept { get; }

    internal Fit Answer { get; }

    internal MatrixSpan<double> Design => new(X, Columns);

    /// <summary>Gets the condition number of the standardized design, with the penalty if there is one.</summary>
    internal double Condition => 1 / Answer.ReciprocalCondition;

    /// <summary>Gets whether the answer is known well enough to measure a distance of 1e-8 by it.</summary>
    internal bool IsKnown => Answer.Aliased.IsEmpty && Answer.Certificate.Digits >= 11;

    /// <summary>How far a model is from the answer, by the sizes of the certificate, written out.</summary>
    internal double Distance(LinearModel model)
    {
        double largest = 0, parts = Math.Abs(_targetMean);
        for (int j = 0; j < Columns; j++)
        {
            double w = Answer.Model.Weights[j];
            largest = Math.Max(largest, Math.Abs(model.Weights[j] - w) / Math.Max(Math.Abs(w), 1e-3 * _targetLength / _lengths[j]));
            parts += Math.Abs(w * _means[j]);
        }

        double b = Answer.Model.Intercept;
        return Intercept ? Math.Max(largest, Math.Abs(model.Intercept - b) / Math.Max(Math.Abs(b), 1e-3 * parts)) : largest;
    }

    internal DescentResult Descend(long? steps = null) => GradientDescent.Fit(
        Design, Y, RowWeights, new GradientDescentOptions { Intercept = Intercept, Ridge = Ridge, Steps = steps }, TestContext.Current.CancellationToken);

    internal DescentResult Conjugate(long? steps = null) => ConjugateGradient.Fit(
        Design, Y, RowWeights, new DescentOptions { Intercept = Intercept, Ridge = Ridge, Steps = steps }, TestContext.Current.CancellationToken);

    public override string ToString() => $"{Rows} × {Columns}, condition {Condition:G3}, ridge {Ridge}, intercept {Intercept}, weights {RowWeights.Length > 0}";

    private static double[][] Orthonormal(Random random, int count, int length, bool centred)
    {
        var vectors = new List<double[]>();
        for (int k = 0; k < count; k++)
        {
            double[] vector = [.. Enumerable.Range(0, length).Select(_ => Normal(random))];
            double mean = centred ? vector.Average() : 0;
            vector = [.. vector.Select(value => value - mean)];
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] former in vectors)
                {
                    double product = vector.Zip(former, (a, b) => a * b).Sum();
                    vector = [.. vector.Zip(former, (a, b) => a - (product * b))];
                }
            }

            double norm = Math.Sqrt(vector.Sum(value => value * value));
            vectors.Add([.. vector.Select(value => value / norm)]);
        }

        return [.. vectors];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private double Weight(int row) => RowWeights.Length > 0 ? RowWeights[row] : 1;

    private double Mean(Func<int, double> cell) => Enumerable.Range(0, Rows).Sum(i => Weight(i) * cell(i)) / Enumerable.Range(0, Rows).Sum(Weight);

    private double Length(Func<int, double> cell, double mean)
    {
        double center = Intercept ? mean : 0;
        return Math.Sqrt(Enumerable.Range(0, Rows).Sum(i => Weight(i) * (cell(i) - center) * (cell(i) - center)));
    }
}
