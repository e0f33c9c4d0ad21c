using System.Numerics;

namespace HpcLinReg.Statistics;

/// <summary>
/// An orthonormal basis Q of vectors a₁ … a_k and the triangle T with A = QT, by Gram and Schmidt's method done twice, which leaves Q
/// orthogonal to rounding (Giraud, Langou and Rozložník 2005).
/// </summary>
internal sealed class OrthogonalBasis
{
    private readonly double[] _triangle;

    private OrthogonalBasis(double[][] vectors, double[] triangle) => (Vectors, _triangle) = (vectors, triangle);

    /// <summary>Gets q₁ … q_k. A vector that the ones before it determine to rounding gives one of arbitrary direction.</summary>
    internal double[][] Vectors { get; }

    /// <summary>Gets ln Π t_jj², the logarithm of det AᵀA.</summary>
    internal double LogDeterminant => 2 * Enumerable.Range(0, Vectors.Length).Sum(j => Math.Log(_triangle[(j * Vectors.Length) + j]));

    /// <summary>Computes the basis; the vectors are overwritten.</summary>
    internal static OrthogonalBasis Of(double[][] vectors)
    {
        int k = vectors.Length;
        double[] triangle = new double[k * k];
        for (int j = 0; j < k; j++)
        {
            double[] v = vectors[j];
            for (int pass = 0; pass < 2; pass++)
            {
                for (int i = 0; i < j; i++)
                {
                    double share = Dot(vectors[i], v);
                    triangle[(i * k) + j] += share;
                    AddScaled(vectors[i], -share, v);
                }
            }

            double length = Math.Sqrt(Dot(v, v));
            triangle[(j * k) + j] = length;
            for (int i = 0; i < v.Length; i++)
            {
                v[i] /= length;
            }
        }

        return new OrthogonalBasis(vectors, triangle);
    }

    /// <summary>Solves Tᵀc = b in place.</summary>
    internal void SolveTransposed(Span<double> b)
    {
        int k = Vectors.Length;
        for (int i = 0; i < k; i++)
        {
            b[i] /= _triangle[(i * k) + i];
            for (int j = i + 1; j < k; j++)
            {
                b[j] -= _triangle[(i * k) + j] * b[i];
            }
        }
    }

    /// <summary>Adds a multiple of x to y. Lanes do not meet, so their number decides no bit.</summary>
    internal static void AddScaled(ReadOnlySpan<double> x, double factor, Span<double> y)
    {
        int i = 0;
        for (; i <= y.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(y[i..]) + (new Vector<double>(x[i..]) * factor)).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] += x[i] * factor;
        }
    }

    /// <summary>Computes Σ xᵢyᵢ by eight sums side by side, so that the bits do not depend on the width of vectors.</summary>
    internal static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
        int i = 0;
        for (; i <= x.Length - 8; i += 8)
        {
            ReadOnlySpan<double> p = x.Slice(i, 8), q = y.Slice(i, 8);
            a += p[0] * q[0];
            b += p[1] * q[1];
            c += p[2] * q[2];
            d += p[3] * q[3];
            e += p[4] * q[4];
            f += p[5] * q[5];
            g += p[6] * q[6];
            h += p[7] * q[7];
        }

        for (; i < x.Length; i++)
        {
            a += x[i] * y[i];
        }

        return ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
}
