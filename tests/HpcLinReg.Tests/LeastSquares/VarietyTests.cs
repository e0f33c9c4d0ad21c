using HpcLinReg.LeastSquares;

namespace HpcLinReg.Tests.LeastSquares;

/// <summary>A repeat is seen in whatever column and pair of the first rows it is, and nothing else is taken for one.</summary>
public sealed class VarietyTests
{
    [Fact]
    public void ColumnsThatRepeatNothingAreVaried()
    {
        for (int columns = 1; columns <= 19; columns++)
        {
            double[] cells = Cells(columns);
            Assert.True(Variety.IsVaried(new MatrixSpan<double>(cells, columns)), $"{columns} columns");
            Assert.True(Variety.IsVaried(new MatrixSpan<float>([.. cells.Select(cell => (float)cell)], columns)), $"{columns} columns of float");
            Assert.False(Variety.IsVaried(new MatrixSpan<double>(cells, columns).SliceRows(0, Variety.SampleRows - 1)), "too few rows to tell");
        }
    }

    [Fact]
    public void OneRepeatAnywhereIsSeen()
    {
        foreach (int columns in new[] { 1, 3, 7, 8, 9, 16, 19 })
        {
            for (int column = 0; column < columns; column++)
            {
                for (int row = 1; row < Variety.SampleRows; row++)
                {
                    for (int above = 0; above < row; above++)
                    {
                        double[] cells = Cells(columns);
                        cells[(row * columns) + column] = cells[(above * columns) + column];
                        Assert.False(Variety.IsVaried(new MatrixSpan<double>(cells, columns)), $"rows {above} and {row} of column {column} of {columns}");
                    }
                }
            }
        }
    }

    [Fact]
    public void OnlyTheViewAndItsFirstRowsAreLookedAt()
    {
        double[] cells = Cells(4);
        for (int row = 0; row < Variety.SampleRows; row++)
        {
            cells[(row * 4) + 3] = 0;
        }

        double[] more = [.. cells, .. cells];
        Assert.True(Variety.IsVaried(new MatrixSpan<double>(more, 4).SliceColumns(0, 3)));
        Assert.False(Variety.IsVaried(new MatrixSpan<double>(more, 4)));
    }

    private static double[] Cells(int columns) => [.. Enumerable.Range(1, Variety.SampleRows * columns).Select(cell => (double)cell)];
}
