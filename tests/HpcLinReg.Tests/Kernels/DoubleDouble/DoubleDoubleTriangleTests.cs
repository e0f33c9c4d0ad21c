using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>Sums of triangles and outer products in double-double, against exact numbers.</summary>
public class DoubleDoubleTriangleTests
{
    public static TheoryData<int> ColumnCounts => DoubleDoubleGramTests.ColumnCounts;

    [Theory]
    [MemberData(nameof(ColumnCounts))]
    public void A_triangle_receives_another_and_an_outer_product(int columns)
    {
        var random = new Random(columns);
        DoubleDouble factor = Draw(random);
        using var triangle = new Lines(GramBlocks.Length(columns), random);
        using var other = new Lines(GramBlocks.Length(columns), random);
        using var vector = new Lines(GramBlocks.PaddedColumns(columns), random);
        foreach (bool withOther in (bool[])[true, false])
        {
            DoubleDouble[] before = [.. Enumerable.Range(0, GramBlocks.Length(columns)).Select(k => triangle[k])];
            DoubleDoubleTriangle.AddWithOuterProduct(
                new DoubleDoubleSpan(triangle.High.Span, triangle.Low.Span),
                withOther ? new ReadOnlyDoubleDoubleSpan(other.High.Span, other.Low.Span) : default,
                columns,
                factor,
                new ReadOnlyDoubleDoubleSpan(vector.High.Span, vector.Low.Span));
            for (int i = 0; i < columns; i++)
            {
                for (int j = i; j < columns; j++)
                {
                    int cell = GramBlocks.Position(columns, i, j);
                    BinaryFraction added = withOther ? other[cell] : 0.0;
                    BinaryFraction product = (BinaryFraction)factor * vector[i] * vector[j];

                    // Two products of 7u² each and two sums of 3u².
                    double size = Math.Abs(before[cell].High) + Math.Abs(added.ToDouble()) + Math.Abs(product.ToDouble());
                    ((BinaryFraction)before[cell] + added + product).RequireNear(triangle[cell], 20 * Naive.Roundoff * Naive.Roundoff * size, $"({i}, {j}) of {columns}");
                }
            }
        }
    }

    private static DoubleDouble Draw(Random random) =>
        DoubleDouble.Sum((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-9, 9)), (random.NextDouble() - 0.5) * Naive.Roundoff * Math.ScaleB(1, -9));

    private sealed class Lines : IDisposable
    {
        internal Lines(int length, Random random)
        {
            (High, Low) = (new GuardedBuffer<double>(length), new GuardedBuffer<double>(length));
            for (int k = 0; k < length; k++)
            {
                (High.Span[k], Low.Span[k]) = Draw(random);
            }
        }

        internal GuardedBuffer<double> High { get; }

        internal GuardedBuffer<double> Low { get; }

        internal DoubleDouble this[int k] => new(High.Span[k], Low.Span[k]);

        public void Dispose()
        {
            High.Dispose();
            Low.Dispose();
        }
    }
}
