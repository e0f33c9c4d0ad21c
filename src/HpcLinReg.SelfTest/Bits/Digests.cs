namespace HpcLinReg.SelfTest.Bits;

/// <summary>
/// Every result that is promised to have the same bits everywhere, over all tail shapes, in every way a caller may come by it. A new
/// kind of result is one more line here and one in <see cref="RecordedDigests"/>. Also compiled into the native program, so only
/// the engine's public face is used.
/// </summary>
internal static class Digests
{
    private const double Intercept = 0.75;

    internal static readonly IReadOnlyList<Digest> All =
    [
        new(
            "predictions",
            ("a batch at once", sink => Predictions(sink, InBatch)),
            ("rows one by one", sink => Predictions(sink, OneByOne)),
            ("rows apart", sink => Predictions(sink, RowsApart))),
        new(
            "gradients",
            ("rows next to each other", sink => Gradients(sink, problem => problem.X)),
            ("rows apart", sink => Gradients(sink, problem => problem.SpacedX))),
        new(
            "moments",
            ("one buffer", sink => MomentsOf(sink, problem => Pieces.Together(problem))),
            ("one buffer of floats", sink => MomentsOf(sink, problem => Pieces.OfFloats(problem))),
            ("chunks of 1 row", sink => MomentsOf(sink, problem => Pieces.Chunks(problem, () => 1))),
            ("chunks of 7 rows", sink => MomentsOf(sink, problem => Pieces.Chunks(problem, () => 7))),
            ("chunks of 1000 rows", sink => MomentsOf(sink, problem => Pieces.Chunks(problem, () => 1000))),
            ("random chunks", sink => MomentsOf(sink, Pieces.RandomChunks)),
            ("ranges merged in any order", sink => MomentsOf(sink, Pieces.MergedRanges))),
        new(
            "fits",
            ("double", sink => Fits(sink, FixedProblem.All, threads: 1)),
            ("float", sink => FloatFits(sink, FixedProblem.All, threads: 1))),
        new(
            "large fits",
            ("1 thread", sink => Fits(sink, FixedProblem.Large, threads: 1)),
            ("2 threads", sink => Fits(sink, FixedProblem.Large, threads: 2)),
            ("3 threads", sink => Fits(sink, FixedProblem.Large, threads: 3)),
            ("8 threads", sink => Fits(sink, FixedProblem.Large, threads: 8)),
            ("3 threads on floats", sink => FloatFits(sink, FixedProblem.Large, threads: 3))),
        new("factors", ("one after another", Factors)),
        .. LadderDigests.All,
    ];

    private delegate void Prediction(FixedProblem problem, bool floats, Span<double> destination);

    private delegate MatrixSpan<double> Design(FixedProblem problem);

    private static void Predictions(Digest.Sink sink, Prediction predict)
    {
        foreach (FixedProblem problem in FixedProblem.All)
        {
            double[] destination = new double[problem.Rows];
            predict(problem, floats: false, destination);
            sink.Append(destination);
            predict(problem, floats: true, destination);
            sink.Append(destination);
            sink.Append([new LinearModel(problem.Weights, Intercept).Predict<double>(problem.X[problem.Rows / 2])]);
        }
    }

    private static void InBatch(FixedProblem problem, bool floats, Span<double> destination)
    {
        if (floats)
        {
            LinearRegression.Predict(problem.FloatX, problem.Weights, Intercept, destination);
        }
        else
        {
            LinearRegression.Predict(problem.X, problem.Weights, Intercept, destination);
        }
    }

    private static void OneByOne(FixedProblem problem, bool floats, Span<double> destination)
    {
        var model = new LinearModel(problem.Weights, Intercept);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = floats ? model.Predict<float>(problem.FloatX[i]) : model.Predict<double>(problem.X[i]);
        }
    }

    /// <summary>Predicts rows that lie apart, in double only: the same numbers stored as float give the same bits.</summary>
    private static void RowsApart(FixedProblem problem, bool floats, Span<double> destination) =>
        LinearRegression.Predict(problem.SpacedX, problem.Weights, Intercept, destination);

    private static void Gradients(Digest.Sink sink, Design design)
    {
        foreach (FixedProblem problem in FixedProblem.All)
        {
            double[] gradient = new double[problem.Columns];
            LossGradient result = LinearRegression.Gradient(design(problem), problem.Y, problem.Weights, Intercept, gradient);
            sink.Append([result.Loss, result.InterceptGradient, .. gradient]);
            result = LinearRegression.Gradient(problem.FloatX, problem.FloatY, problem.Weights, Intercept, gradient);
            sink.Append([result.Loss, result.InterceptGradient, .. gradient]);
        }
    }

    private static void MomentsOf(Digest.Sink sink, Func<FixedProblem, MomentsAccumulator> accumulate)
    {
        foreach (FixedProblem problem in FixedProblem.All)
        {
            var moments = accumulate(problem).ToMoments();
            sink.Append(moments.Means.AsSpan());
            sink.Append(moments.CrossProducts.AsSpan());
        }
    }

    private static FitOptions[] Options(int threads) =>
        [new() { Threads = threads }, new() { Intercept = false, Ridge = 0.5, Threads = threads }];

    private static void Fits(Digest.Sink sink, IEnumerable<FixedProblem> problems, int threads)
    {
        foreach (FixedProblem problem in problems)
        {
            foreach (FitOptions options in Options(threads))
            {
                Append(sink, LinearRegression.Fit(problem.X, problem.Y, options));
            }
        }
    }

    private static void FloatFits(Digest.Sink sink, IEnumerable<FixedProblem> problems, int threads)
    {
        foreach (FixedProblem problem in problems)
        {
            foreach (FitOptions options in Options(threads))
            {
                Append(sink, LinearRegression.Fit(problem.FloatX, problem.FloatY, options));
            }
        }
    }

    private static void Append(Digest.Sink sink, Fit fit)
    {
        sink.Append([.. fit.Model.Weights, fit.Model.Intercept, fit.Rank, fit.ResidualSumOfSquares, fit.TotalSumOfSquares]);
        sink.Append(fit.Factor.AsSpan());
    }

    private static void Factors(Digest.Sink sink)
    {
        foreach (int order in FixedMatrix.Orders)
        {
            double[] matrix = FixedMatrix.PositiveDefinite(order);
            double[] solution = FixedMatrix.RightHandSide(order);
            Cholesky.Factor(matrix, order).Solve(solution);
            sink.Append(matrix);
            sink.Append(solution);
        }
    }
}
