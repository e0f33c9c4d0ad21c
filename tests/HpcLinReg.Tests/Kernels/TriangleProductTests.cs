using HpcLinReg.Kernels;
using HpcLinReg.Models;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Products with a packed triangle against plain loops, for whole, partial, odd and even lines.</summary>
public class TriangleProductTests
{
    [Fact]
    public void The_product_and_its_squared_length_are_those_of_plain_loops()
    {
        Random random = new(7);
        for (int order = 1; order <= 70; order++)
        {
            double[] triangle = [.. Enumerable.Range(0, order * order).Select(i => i % order < i / order ? double.NaN : random.NextDouble() - 0.5)];
            double[] packed = new double[TriangleProduct.PackedLength(order)];
            packed.AsSpan().Fill(double.NaN);
            TriangleProduct.Pack(triangle, order, packed);
            double[] z = new double[TriangleProduct.PaddedLength(order)];
            for (int i = 0; i < order; i++)
            {
                z[i] = random.NextDouble() - 0.5;
            }

            double[] product = new double[z.Length];
            double squares = TriangleProduct.Multiply(packed, z, product), sum = 0;
            for (int j = 0; j < order; j++)
            {
                double expected = 0, size = 0;
                for (int i = 0; i <= j; i++)
                {
                    expected += triangle[(i * order) + j] * z[i];
                    size += Math.Abs(triangle[(i * order) + j] * z[i]);
                }

                // Both sums have at most order + 1 roundings of each part.
                Assert.Equal(expected, product[j], 2 * Naive.Gamma(order + 1) * size);
                sum += product[j] * product[j];
            }

            Assert.All(product[order..], padding => Assert.Equal(0, padding));
            Assert.Equal(sum, squares, 2 * Naive.Gamma(order + 1) * sum);
            Assert.Equal(squares, TriangleProduct.Multiply(packed, z, []));
        }
    }

    [Fact]
    public void A_value_beyond_its_range_is_found_in_any_column()
    {
        for (int columns = 1; columns <= 40; columns++)
        {
            double[] least = [.. Enumerable.Range(0, columns).Select(j => (double)j)], most = [.. least.Select(value => value + 1)];
            double[] row = new double[columns];
            for (int j = 0; j < columns; j++)
            {
                least.CopyTo(row, 0);
                Assert.False(RangeCheck.IsOutside(row, least, most));
                row[j] = Math.BitDecrement(least[j]);
                Assert.True(RangeCheck.IsOutside(row, least, most));
                row[j] = Math.BitIncrement(most[j]);
                Assert.True(RangeCheck.IsOutside(row, least, most));
                row[j] = double.NaN;
                Assert.False(RangeCheck.IsOutside(row, least, most));
            }
        }
    }
}
