using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using HpcLinReg.Kernels;

namespace HpcLinReg.Descent;

/// <summary>
/// Estimates how far the coefficients at a point are from those at the minimum, w* and b*: the largest over j of |wⱼ − w*ⱼ| / max(|w*ⱼ|,
/// 10⁻³·‖y‖/‖xⱼ‖), and for the intercept |b − b*| / max(|b*|, 10⁻³·(|ȳ| + Σ|w*ⱼx̄ⱼ|)). The divisors are those of the certificate
/// (docs/numerics.md).
/// </summary>
/// <remarks>
/// On columns of mean 0 and mean square 1 the distance is e = H⁻¹g, with the Hessian H and the gradient g. g is summed in double-double, so
/// that rounding does not hide it. He = g is solved by conjugate gradients, one pass a step, and ‖g − He‖/λmin bounds the error of that
/// solution, with λmin from <see cref="SmallestEigenvalue"/>. The descent itself never moves by e.
/// </remarks>
internal sealed class CoefficientDistance
{
    /// <summary>
    /// The 10⁻³ of the definition: a coefficient that explains less than this share of the target's length is measured against that share.
    /// </summary>
    private const double LeastShare = 1e-3;

    /// <summary>
    /// The least divisor of the intercept's distance, as a share of the target's root mean square: the roundings of the means are as large.
    /// </summary>
    private const double LeastIntercept = 1.0 / (1L << 56);

    /// <summary>
    /// The most solutions of He = g, each from a new gradient at the point the solution before led to, as in iterative refinement.
    /// </summary>
    private const int MostRounds = 4;

    /// <summary>
    /// The share of its start to which the square of the residual has to fall; products in double give no more digits beyond.
    /// </summary>
    private const double Solved = 1e-24;

    /// <summary>The relative error of a product with the Hessian: sixteen roundings.</summary>
    private const double ProductError = 16.0 / (1L << 53);

    private readonly ColumnScales _scales;
    private readonly Objective _objective;
    private readonly CancellationToken _cancellationToken;
    private readonly double[] _leastSizes;
    private readonly double[] _sizes;
    private readonly double[] _offsets;
    private readonly double[] _weights;
    private readonly double[] _residual;
    private readonly double[] _direction;
    private readonly double[] _product;
    private readonly double[] _correction;
    private readonly double[] _distance;
    private readonly double _leastIntercept;
    private readonly double _trace;
    private readonly bool _collinear;
    private double _smallest = -1;

    internal CoefficientDistance(ColumnScales scales, DescentOptions options, CancellationToken cancellationToken)
    {
        int d = scales.Features;
        _scales = scales;
        _objective = Objective.ForDistances(scales, options);
        _cancellationToken = cancellationToken;
        (_leastSizes, _sizes, _offsets, _weights) = (new double[d], new double[d + 1], new double[d], new double[d]);
        (_residual, _direction, _product) = (new double[d + 1], new double[d + 1], new double[d + 1]);
        (_correction, _distance) = (new double[d + 1], new double[d + 1]);
        double rms = Math.Sqrt(scales.MeanSquare(d));
        double target = options.Intercept && !scales.IsTargetConstant ? Math.Sqrt(scales.Variance(d)) : rms;
        _leastIntercept = LeastIntercept * rms;
        for (int j = 0; j < d; j++)
        {
            double length = Math.Sqrt(options.Intercept ? scales.Variance(j) : scales.MeanSquare(j));
            bool counts = _objective.InverseScales[j] > 0;
            _leastSizes[j] = counts && length > 0 ? LeastShare * target / length : 0;
            _offsets[j] = _objective.Means[j] * _objective.InverseScales[j];
            _trace += counts ? 2 : 0;

            // A constant column beside the intercept: standardizing leaves it out, otherwise they share one coefficient.
            _collinear |= !counts && options.Intercept && !options.Standardize && _objective.Means[j] != 0;
        }

        _trace += options.Intercept ? 2 : 0;
    }

    /// <summary>Gets the approximate number of passes over the rows that the last estimate took.</summary>
    internal int Passes { get; private set; }

    /// <summary>Computes the norm of a gradient on the scale of distances.</summary>
    /// <param name="objective">The scale the gradient is on.</param>
    /// <param name="gradient">The derivatives by u and c.</param>
    internal double NormOf(Objective objective, ReadOnlySpan<double> gradient)
    {
        double byIntercept = gradient[^1];
        for (int j = 0; j < _weights.Length; j++)
        {
            double byWeight = (gradient[j] / objective.InverseScales[j]) + ((objective.Means[j] - _objective.Means[j]) * byIntercept);
            _product[j] = byWeight * _objective.InverseScales[j];
        }

        _product[^1] = byIntercept;
        return LargestEigenvalue.Norm(_product);
    }

    /// <summary>
    /// Returns the largest norm, on the scale of distances, that a gradient can have at a point within the tolerance: ‖g‖ ≤ λmax·‖e‖, where
    /// λmax is at most the trace and each element of e at most the tolerance times its divisor.
    /// </summary>
    internal double LargestNorm(double tolerance, ReadOnlySpan<double> weights, double centredIntercept)
    {
        Measure(weights, centredIntercept, default);
        double sum = _sizes[^1];
        for (int j = 0; j < weights.Length; j++)
        {
            if (_objective.InverseScales[j] > 0)
            {
                sum += _sizes[j] * ((1 / _objective.InverseScales[j]) + Math.Abs(_objective.Means[j]));
            }
        }

        return tolerance * _trace * sum;
    }

    /// <summary>Computes c of a model, on the scale of distances.</summary>
    internal double CentredIntercept(ReadOnlySpan<double> weights, double intercept)
    {
        double c = intercept;
        for (int j = 0; j < weights.Length; j++)
        {
            c += _objective.Means[j] * weights[j];
        }

        return c;
    }

    /// <summary>Estimates the distance of a point from the minimum.</summary>
    /// <param name="blocks">All rows.</param>
    /// <param name="weights">w, in the caller's units.</param>
    /// <param name="centredIntercept">b + m̄ᵀw; 0 without an intercept.</param>
    /// <param name="tolerance">The tolerance of the descent; a distance far below it need not be accurate.</param>
    /// <returns>
    /// The distance, and a bound of its own error. The distance is infinite where columns are collinear to the precision of double; the
    /// bound is NaN where λmin was not found.
    /// </returns>
    internal (double Distance, double Doubt) Estimate<T, TBlocks>(ref TBlocks blocks, ReadOnlySpan<double> weights, double centredIntercept,
        double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        const int ExactPass = 8;
        Passes = 0;
        if (_smallest == -1)
        {
            _smallest = _collinear ? 0
                : SmallestEigenvalue.Estimate<T, TBlocks>(ref blocks, _objective, _scales.TotalWeight, _cancellationToken);
        }

        if (_smallest == 0)
        {
            return (double.PositiveInfinity, 0);
        }

        weights.CopyTo(_weights);
        Array.Clear(_distance);
        double c = centredIntercept;
        double distance = 0, doubt = double.PositiveInfinity;
        for (int round = 0; round < MostRounds; round++)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            _objective.EvaluateInDoubleDouble<T, TBlocks>(ref blocks, _scales.TotalWeight, _weights, c, _residual);
            Passes += ExactPass;
            double before = doubt;
            (distance, doubt) = Solve<T, TBlocks>(ref blocks, weights, centredIntercept, tolerance);
            if (IsEnough(distance, doubt, tolerance) || double.IsNaN(doubt) || !(doubt < 0.5 * before))
            {
                break;
            }

            for (int j = 0; j < _weights.Length; j++)
            {
                _weights[j] = weights[j] - (_distance[j] * _objective.InverseScales[j]);
            }

            c = centredIntercept - _distance[^1];
        }

        return (distance, doubt);
    }

    /// <summary>
    /// Returns whether a distance is known well enough. The divisors depend on the minimum, so it has to be known to an eighth of them
    /// however far away it is.
    /// </summary>
    private static bool IsEnough(double distance, double doubt, double tolerance) =>
        doubt <= Math.Max(0.25 * tolerance, 0.125 * Math.Min(distance, 1));

    /// <summary>
    /// Solves He = residual by conjugate gradients, adds the solution to the distance vector, and stops when more digits would not matter.
    /// </summary>
    private (double Distance, double Doubt) Solve<T, TBlocks>(ref TBlocks blocks, ReadOnlySpan<double> weights, double centredIntercept,
        double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TBlocks : IRowBlocks<T>, allows ref struct
    {
        int most = 10 * _residual.Length;
        Array.Clear(_direction);
        Array.Clear(_correction);
        double former = 0;
        double first = Dot(_residual, _residual);
        for (int step = 0; ; step++)
        {
            double size = Dot(_residual, _residual);
            (double distance, double amplified) = Measure(weights, centredIntercept, _distance);
            double left = Math.Sqrt(size) + (ProductError * _trace * LargestEigenvalue.Norm(_correction));
            double doubt = left * amplified / _smallest;
            if (size <= Solved * first || step == most || IsEnough(distance, doubt, tolerance))
            {
                return (distance, doubt);
            }

            _cancellationToken.ThrowIfCancellationRequested();
            TensorPrimitives.Multiply(_direction, former > 0 ? size / former : 0, _direction);
            Elementwise.Axpy(1, _residual, _direction);
            former = size;
            double curvature = 2
                * _objective.Evaluate<T, TBlocks>(ref blocks, _scales.TotalWeight, _direction, _product, withoutTarget: true);
            Passes++;
            if (!(curvature > 0))
            {
                return (distance, doubt);
            }

            double rate = size / curvature;
            Elementwise.Axpy(rate, _direction, _distance);
            Elementwise.Axpy(rate, _direction, _correction);
            Elementwise.Axpy(-rate, _product, _residual);
        }
    }

    /// <summary>
    /// Returns the largest element of e relative to its divisor, and the most by which a vector of length 1 could change that. The divisors
    /// are those of the coefficients after the step e; without e, those of the point.
    /// </summary>
    private (double Distance, double Amplified) Measure(ReadOnlySpan<double> weights, double centredIntercept, ReadOnlySpan<double> e)
    {
        double distance = 0, amplified = 0;
        double intercept = e.IsEmpty ? centredIntercept : centredIntercept - e[^1];
        double apart = e.IsEmpty ? 0 : e[^1];
        double sum = 0, squares = 1;
        for (int j = 0; j < weights.Length; j++)
        {
            double inverse = _objective.InverseScales[j];
            double ej = e.IsEmpty ? 0 : e[j] * inverse;
            double w = weights[j] - ej;
            double size = Math.Max(Math.Abs(w), _leastSizes[j]);
            _sizes[j] = size;
            if (inverse > 0)
            {
                distance = Math.Max(distance, Share(Math.Abs(ej), size));
                amplified = Math.Max(amplified, inverse / size);
            }

            double part = _objective.Means[j] * w;
            intercept -= part;
            sum += Math.Abs(part);
            apart -= _objective.Means[j] * ej;
            squares += _offsets[j] * _offsets[j];
        }

        if (_objective.HasIntercept)
        {
            double size = Math.Max(Math.Max(Math.Abs(intercept), LeastShare * (Math.Abs(_scales.TargetMean) + sum)), _leastIntercept);
            _sizes[^1] = size;
            distance = Math.Max(distance, Share(Math.Abs(apart), size));
            amplified = Math.Max(amplified, Math.Sqrt(squares) / size);
        }

        return (distance, amplified);
    }

    private static double Share(double part, double size) => part == 0 ? 0 : part / size;

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) =>
        Reduce.Dot(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y), x.Length);
}
