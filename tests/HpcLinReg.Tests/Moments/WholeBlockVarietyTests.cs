using HpcLinReg.Threads;

namespace HpcLinReg.Tests;

public class WholeBlockVarietyTests
{
    private const int Rows = RowBlocks.Rows;

    /// <summary>Blocks that are judged by all panels, and the first four behind them.</summary>
    private const int FirstLaterBlock = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(11)]
    public void Every_period_up_to_38_rows_is_found_in_any_column(int columns)
    {
        for (int period = 1; period <= 38; period++)
        {
            double[] x = Varied(columns);
            int column = period % columns;
            for (int i = 0; i < Rows; i++)
            {
                x[(i * columns) + column] = Math.Sin(i % period);
            }

            Assert.False(IsVaried(new MatrixSpan<double>(x, columns), 0), $"period {period}");
            Assert.True(Enumerable.Range(FirstLaterBlock, 4).Any(block => !IsVaried(new MatrixSpan<double>(x, columns), block)), $"period {period} in four later blocks");
        }
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 5)]
    [InlineData(9, 10)]
    public void Levels_in_any_order_and_runs_of_equal_values_are_found_in_every_block(int columns, int levels)
    {
        var random = new Random(levels);
        double[] level = Varied(columns), run = Varied(columns);
        for (int i = 0; i < Rows; i++)
        {
            level[(i * columns) + columns - 1] = Math.Sqrt(random.Next(levels) + 0.1);
            run[i * columns] = Math.Sin(i / 12);
        }

        for (int block = 0; block < FirstLaterBlock + 4; block++)
        {
            Assert.False(IsVaried(new MatrixSpan<double>(level, columns), block));
            Assert.False(IsVaried(new MatrixSpan<double>(run, columns), block));
        }
    }

    /// <summary>A later block is judged by one panel in each quarter; that one is compared at an odd distance in one block of four.</summary>
    [Fact]
    public void Two_levels_in_turn_in_a_quarter_of_the_rows_are_found_in_three_of_four_later_blocks_and_in_all_first_ones()
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            double[] x = Varied(1);
            for (int i = quarter * Rows / 4; i < (quarter + 1) * Rows / 4; i++)
            {
                x[i] = i % 2 == 0 ? 0.02 : 0.08;
            }

            Assert.False(IsVaried(new MatrixSpan<double>(x, 1), 0));
            Assert.Equal(3, Enumerable.Range(FirstLaterBlock, 4).Count(block => !IsVaried(new MatrixSpan<double>(x, 1), block)));
        }
    }

    [Theory]
    [InlineData(1.0 / 4096, false)]
    [InlineData(1.0 / (1 << 15), false)]
    [InlineData(1.0 / (1L << 26), true)]
    [InlineData(0, true)]
    public void Whole_multiples_of_a_grid_do_not_vary(double grid, bool varied)
    {
        foreach (int columns in new[] { 1, 3, 9 })
        {
            double[] x = Varied(columns);
            for (int i = 0; i < Rows && grid > 0; i++)
            {
                // Multiples that differ, in no order, of a range of 256.
                x[(i * columns) + columns - 1] = grid * Math.Round(((i * 79.4371) % 256) / grid);
            }

            Assert.Equal(varied, IsVaried(new MatrixSpan<double>(x, columns), 0));
            Assert.Equal(varied, IsVaried(new MatrixSpan<double>(x, columns), 10));
        }
    }

    [Fact]
    public void The_verdict_does_not_depend_on_how_the_columns_lie_in_memory()
    {
        foreach (int columns in new[] { 2, 5, 8, 12 })
        {
            var random = new Random(columns);
            int repeats = 0;
            for (int trial = 0; trial < 40; trial++)
            {
                double[] x = Varied(columns);
                int column = random.Next(columns), distance = random.Next(128), start = random.Next(Rows - 1200);
                for (int i = start; i < start + 1000 && distance > 0; i++)
                {
                    x[((i + distance) * columns) + column] = x[(i * columns) + column];
                }

                var joint = new MatrixSpan<double>(x, columns);
                long block = random.Next(16);
                bool varied = IsVaried(joint, block);
                repeats += varied ? 0 : 1;
                Assert.Equal(varied, Variety.IsVaried(joint.SliceColumns(0, columns - 1), joint.SliceColumns(columns - 1, 1), block * Rows));
                double[] y = [.. Enumerable.Range(0, Rows).Select(i => x[(i * columns) + columns - 1])];
                Assert.Equal(varied, Variety.IsVaried(joint.SliceColumns(0, columns - 1), new MatrixSpan<double>(y, 1), block * Rows));
                double[] wide = new double[Rows * (columns + 3)];
                for (int i = 0; i < Rows; i++)
                {
                    x.AsSpan(i * columns, columns).CopyTo(wide.AsSpan(i * (columns + 3)));
                }

                Assert.Equal(varied, Variety.IsVaried(new MatrixSpan<double>(wide, Rows, columns, columns + 3), default, block * Rows));

                // Equal doubles are equal floats; that these have few bits may add to it.
                Assert.True(varied || !IsVaried(new MatrixSpan<float>([.. x.Select(cell => (float)cell)], columns), block));
            }

            Assert.InRange(repeats, 2, 38);
        }
    }

    private static bool IsVaried<T>(MatrixSpan<T> x, long block)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => Variety.IsVaried(x, default, block * Rows);

    /// <summary>Columns without any equal values, of cells that fill a double and, rounded, a float.</summary>
    private static double[] Varied(int columns)
    {
        double[] x = new double[Rows * columns];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = (i * 0.6180339887498949 % 1) * (1 + (i % columns));
        }

        return x;
    }
}
