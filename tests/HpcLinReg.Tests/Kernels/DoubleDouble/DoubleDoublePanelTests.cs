using HpcLinReg.Kernels;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Kernels;

/// <summary>What a packed panel says of its cells: that they are exact, and how long their columns are at most.</summary>
public class DoubleDoublePanelTests
{
    public static TheoryData<int, double, bool> Panels => new(
        from columns in (int[])[1, 3, 7, 8, 9, 16, 17]
        from center in (double[])[0, 0.1, -1e12]
        from weighted in (bool[])[false, true]
        select (columns, center, weighted));

    [Theory]
    [MemberData(nameof(Panels))]
    public void Cells_less_their_centre_are_exact_and_powers_bound_their_columns(int columns, double center, bool weighted)
    {
        foreach (int rows in (int[])[1, 2, 127, 128])
        {
            using var problem = new Problem(rows, columns, seed: rows + columns, extraStride: 1);
            double[] centers = new double[GramBlocks.PaddedColumns(columns)];
            centers.AsSpan(0, columns).Fill(center);
            double[] weights = [.. Enumerable.Range(0, rows).Select(i => weighted ? (i + 1) * 0.3 : 1)];
            var panel = new DoubleDoublePanel(columns);
            panel.Fill(problem.FloatDesign, default, default, centers, weighted ? new MatrixSpan<double>(weights, 1) : default);
            Assert.Equal((rows, weighted, center != 0), (panel.Rows, panel.IsWeighted, panel.HasLow));
            for (int j = 0; j < columns; j++)
            {
                double squares = 0;
                for (int i = 0; i < rows; i++)
                {
                    int cell = (j / Line.Lanes * RegisterTile.LinePitch) + (i * Line.Lanes) + (j % Line.Lanes);
                    squares += CheckCell(
                        (BinaryFraction)problem.X[i, j] - center,
                        weighted ? weights[i] : null,
                        new DoubleDouble(panel.High[cell], panel.HasLow ? panel.Low[cell] : 0),
                        new DoubleDouble(panel.LeftHigh[cell], weighted || panel.HasLow ? panel.LeftLow[cell] : 0),
                        $"cell {i}, {j}");
                }

                CheckPower(panel.Powers[j], squares);
            }
        }
    }

    /// <summary>A cell less its centre is exact; times its weight, a low part is rounded once where it is u of the cell, and once more where it is added. Returns its square.</summary>
    internal static double CheckCell(BinaryFraction exact, double? weight, DoubleDouble cell, DoubleDouble left, string place)
    {
        exact.RequireNear(cell, 0, place);
        double size = Math.Abs(exact.ToDouble()) * (weight ?? 1);
        (exact * (weight ?? 1)).RequireNear(left, weight is null ? 0 : 4 * Naive.Roundoff * Naive.Roundoff * size, $"weighted {place}");
        return Math.Abs(exact.ToDouble()) * size;
    }

    /// <summary>√2·‖column‖ ≤ P ≤ 2√2·‖column‖, but for the rounding of the squares.</summary>
    internal static void CheckPower(double power, double squares) =>
        Assert.InRange(power / Math.Sqrt(squares), Math.Sqrt(2) * (1 - 1e-13), Math.Sqrt(8) * (1 + 1e-13));

    [Fact]
    public void A_power_is_within_a_factor_of_two_above_the_root_of_twice_the_square()
    {
        for (double square = 1e-300; square < 1e300; square *= 1.7)
        {
            double power = AnchoredSum.PowerAbove(square);
            Assert.Equal(1, Math.ScaleB(power, -Math.ILogB(power)));
            Assert.InRange(power * power / square, 2, 8);
        }

        Assert.Equal(0, AnchoredSum.PowerAbove(0));
    }
}
