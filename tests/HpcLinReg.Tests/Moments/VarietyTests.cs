namespace HpcLinReg.Tests;

public class VarietyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(19)]
    public void A_column_that_repeats_a_value_among_the_sampled_rows_is_found_wherever_it_does(int columns)
    {
        const int Rows = Variety.SampleRows;
        for (int column = 0; column < columns; column++)
        {
            for (int row = 1; row < Rows; row++)
            {
                for (int above = 0; above < row; above++)
                {
                    double[,] x = Varied(Rows, columns);
                    Assert.True(Variety.IsVaried(new MatrixSpan<double>(x)));
                    Assert.True(Variety.IsVaried(new MatrixSpan<float>([.. x.Cast<double>().Select(cell => (float)cell)], columns)));
                    x[row, column] = x[above, column];
                    Assert.False(Variety.IsVaried(new MatrixSpan<double>(x)), $"rows {above} and {row} of column {column}");
                }
            }
        }
    }

    [Fact]
    public void Equal_values_of_two_columns_or_in_rows_that_are_not_sampled_are_no_repetition()
    {
        // Of 18 rows, the ninth and the last are not looked at.
        double[,] x = Varied(Variety.SampleRows + 2, 3);
        x[3, 0] = x[5, 1];
        x[8, 1] = x[0, 1];
        x[17, 2] = x[16, 2];
        Assert.True(Variety.IsVaried(new MatrixSpan<double>(x)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1.0 / 4096, false)]
    [InlineData(1.0 / (1 << 16), false)]
    [InlineData(1.0 / (1L << 26), true)]
    [InlineData(0, true)]
    public void Whole_multiples_of_a_grid_do_not_vary(double grid, bool varied)
    {
        foreach (int column in new[] { 0, 4, 8 })
        {
            double[,] x = Varied(Variety.SampleRows, 9);
            for (int i = 0; i < Variety.SampleRows; i++)
            {
                double cell = 100 + Math.Sqrt(1000 * (i + 2));
                x[i, column] = grid == 0 ? cell : grid * Math.Round(cell / grid);
            }

            Assert.Equal(varied, Variety.IsVaried(new MatrixSpan<double>(x)));
        }
    }

    /// <summary>Rows that differ and then two levels, in turn: three sampled rows of two levels repeat one.</summary>
    [Theory]
    [InlineData(100, 16)]
    [InlineData(2048, 16)]
    [InlineData(2048, 1500)]
    [InlineData(777, 500)]
    public void Two_levels_behind_rows_that_differ_are_found(int rows, int varied)
    {
        double[] x = [.. Enumerable.Range(0, rows).Select(i => i < varied ? Math.Sin(i + 1) : i % 2 == 0 ? 0.02 : 0.08)];
        Assert.True(Variety.IsVaried(new MatrixSpan<double>(x.AsSpan(0, varied), 1)));
        Assert.False(Variety.IsVaried(new MatrixSpan<double>(x, 1)));
        Assert.False(Variety.IsVaried(new MatrixSpan<double>([.. x.Reverse()], 1)));
    }

    [Fact]
    public void Fewer_rows_than_looked_at_are_not_known_to_vary()
    {
        Assert.False(Variety.IsVaried(new MatrixSpan<double>(Varied(Variety.SampleRows - 1, 3))));
        Assert.False(Variety.IsVaried(default(MatrixSpan<double>)));
    }

    [Fact]
    public void Five_levels_do_not_vary_and_what_lies_between_rows_does_not_count()
    {
        Assert.False(Variety.IsVaried(new MatrixSpan<float>([.. Enumerable.Range(0, 40).Select(i => (float)(i % 5))], 1)));
        float[] strided = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? i / 10f : 7f)];
        Assert.True(Variety.IsVaried(new MatrixSpan<float>(strided, 20, 1, 2)));
        Assert.False(Variety.IsVaried(new MatrixSpan<float>(strided, 2)));
    }

    /// <summary>Columns without any equal values, and of cells that fill a double.</summary>
    private static double[,] Varied(int rows, int columns)
    {
        double[,] x = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                x[i, j] = (1 + j) * Math.Sin(i);
            }
        }

        return x;
    }
}
