using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>As <see cref="DoubleDoublePanelTests"/>, of a panel by columns.</summary>
public class DoubleDoubleColumnsTests
{
    public static TheoryData<int, double, bool> Panels => new(
        from columns in Enumerable.Range(1, 20)
        from center in (double[])[0, 0.1, -1e12]
        from weighted in (bool[])[false, true]
        select (columns, center, weighted));

    [Theory]
    [MemberData(nameof(Panels))]
    public void Cells_less_their_centre_are_exact_and_powers_bound_their_columns(int columns, double center, bool weighted)
    {
        // One panel for all: what a longer one leaves must not show in a shorter one.
        var panel = new DoubleDoubleColumns(columns);
        foreach (int rows in (int[])[DoubleDoubleColumns.PanelRows, 1, 2, 7, 8, 9, 15, 16, 24, 127])
        {
            using var problem = new Problem(rows, columns, seed: rows + columns, extraStride: rows % 2);
            double[] centers = new double[GramBlocks.PaddedColumns(columns)];
            centers.AsSpan(0, columns).Fill(center);
            double[] weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? (i + 1) * 0.3 : 1)];
            MatrixSpan<double> rowWeights = weighted ? new MatrixSpan<double>(weights, 1) : default;
            int left = columns - (columns / 3);
            if (rows % 2 == 0)
            {
                panel.Fill(problem.Design.SliceColumns(0, left), problem.Design.SliceColumns(left, columns / 3), default, centers, rowWeights);
            }
            else
            {
                panel.Fill(problem.FloatDesign.SliceColumns(0, left), problem.FloatDesign.SliceColumns(left, columns / 3), default, centers, rowWeights);
            }

            Assert.Equal((rows, weighted, center != 0), (panel.Rows, panel.IsWeighted, panel.HasLow));
            for (int j = 0; j < columns; j++)
            {
                double squares = 0;
                for (int i = 0; i < GramBlocks.PaddedColumns(rows); i++)
                {
                    int cell = panel.Cell(j) + i;
                    if (i >= rows)
                    {
                        Assert.Equal((0, 0), (panel.High[cell], panel.HasLow ? panel.Low[cell] : 0));
                        continue;
                    }

                    squares += DoubleDoublePanelTests.CheckCell(
                        (BinaryFraction)problem.X[i, j] - center,
                        weighted ? weights[i] : null,
                        new DoubleDouble(panel.High[cell], panel.HasLow ? panel.Low[cell] : 0),
                        new DoubleDouble(panel.LeftHigh[cell], weighted || panel.HasLow ? panel.LeftLow[cell] : 0),
                        $"cell {i}, {j}");
                }

                DoubleDoublePanelTests.CheckPower(panel.Powers[j], squares);
            }
        }
    }

    [Fact]
    public void Rows_of_no_weight_are_zeros_whatever_their_cells()
    {
        double[] weights = [.. Enumerable.Range(0, 10).Select(i => i % 2 == 0 ? 0.0 : 1)];
        double[] cells = [.. Enumerable.Range(0, 30).Select(i => weights[i / 3] == 0 ? double.NaN : 0.1 * i)], low = [.. cells.Select(cell => cell * 1e-17)];
        foreach (double center in (double[])[0, 0.1])
        {
            var panel = new DoubleDoubleColumns(3);
            panel.Fill(new MatrixSpan<double>(cells, 3), default, new MatrixSpan<double>(low, 3), [center, center, center, 0, 0, 0, 0, 0], new MatrixSpan<double>(weights, 1));
            Assert.All(Enumerable.Range(0, 3 * 10), k => Assert.True(double.IsFinite(panel.LeftHigh[panel.Cell(k % 3) + (k / 3)])));
            Assert.All(Enumerable.Range(0, 3 * 5), k => Assert.Equal(0, panel.High[panel.Cell(k % 3) + (k / 3 * 2)]));
        }
    }

    [Fact]
    public void Low_parts_that_a_longer_panel_left_are_in_no_sum_of_a_shorter_one()
    {
        using var problem = new Problem(DoubleDoubleColumns.PanelRows, 3, seed: 4);
        foreach (int rows in (int[])[1, 7, 9, 249, 255])
        {
            double[] Sums(DoubleDoubleColumns panel)
            {
                double[] high = new double[8], low = new double[8];
                panel.Fill(problem.Design.SliceRows(0, rows), default, default, [0.1, 0, 0, 0, 0, 0, 0, 0], default);
                panel.AddSums(rows, new DoubleDoubleSpan(high, low));
                return [.. high, .. low];
            }

            var used = new DoubleDoubleColumns(3);
            used.Fill(problem.Design, default, default, [0.1, 0.1, 0.1, 0, 0, 0, 0, 0], default);
            Assert.Equal(Sums(new DoubleDoubleColumns(3)), Sums(used));
        }
    }

    [Fact]
    public void A_panel_that_was_moved_is_filled_as_a_new_one()
    {
        // Five columns have three of zeros behind them, which must be zeros wherever the first one begins and however long the columns are.
        const int Rows = DoubleDoubleColumns.PanelRows;
        using var problem = new Problem(Rows, 5, seed: 3);
        double[] cells = [.. from j in Enumerable.Range(0, 8) from i in Enumerable.Range(0, Rows) select j < 5 ? (double)problem.FloatDesign[i][j] : 0];
        int moves = 0;
        for (int attempt = 0; attempt < 40; attempt++)
        {
            // Garbage of another length each time, which the collector closes.
            byte[]? before = new byte[100 + (8 * attempt)];
            var panel = new DoubleDoubleColumns(5);
            panel.Fill(problem.FloatDesign, default, default, new double[8], default);
            int first = panel.Cell(0);
            GC.KeepAlive(before);
            before = null;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            panel.Fill(problem.FloatDesign, default, default, new double[8], default);
            moves += panel.Cell(0) != first ? 1 : 0;
            Assert.Equal(cells, from j in Enumerable.Range(0, 8) from i in Enumerable.Range(0, Rows) select panel.High[panel.Cell(j) + i]);
        }

        Assert.NotEqual(0, moves);
    }
}
