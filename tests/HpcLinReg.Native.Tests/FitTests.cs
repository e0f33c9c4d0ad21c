namespace HpcLinReg.Native.Tests;

public unsafe class FitTests
{
    private const int Rows = 5000, Columns = 3;

    public static TheoryData<string> Layouts => ["rows", "columns", "rows reversed", "padded", "every second"];

    /// <summary>Where the cells lie changes no bit, with one target or several, with weights or without.</summary>
    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_fit_has_the_bits_of_the_engine_in_any_layout(string layout)
    {
        (double[] x, double[] y, double[] v) = Problem();
        foreach (bool weighted in (bool[])[false, true])
        {
            Fit[] expected = Expected(x, y, weighted ? v : []);
            fixed (double* cells = Arrange(x, layout, out MatrixArgument matrix), targets = y, weights = v)
            {
                matrix.Values = cells + (nint)matrix.Values;
                VectorArgument? vector = weighted ? new VectorArgument { Values = weights, Length = Rows, Stride = 1 } : null;
                Assert.Equal(Status.Ok, Caller.Fit(matrix, Caller.Matrix(targets, Rows, 2), vector, FitSettings.Default, out long[] models));
                for (int target = 0; target < 2; target++)
                {
                    double[] coefficients = new double[Columns];
                    Assert.Equal(Status.Ok, Caller.Coefficients(models[target], coefficients, out double intercept));
                    Assert.Equal(expected[target].Model.Weights.ToArray(), coefficients);
                    Assert.Equal(expected[target].Model.Intercept, intercept);
                    double[] predictions = new double[Rows];
                    fixed (double* written = predictions)
                    {
                        Assert.Equal(Status.Ok, Caller.Predict(models[target], matrix, written));
                    }

                    Assert.Equal(Enumerable.Range(0, Rows).Select(i => expected[target].Model.Predict(x.AsSpan(i * Columns, Columns))), predictions);
                }
            }
        }
    }

    /// <summary>Rows that exceed one view are read by pieces; here they are few, and the fit is that of the rows at once.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_read_by_pieces_give_the_bits_of_the_rows(bool weighted)
    {
        (double[] x, double[] y, double[] v) = Problem();
        fixed (double* cells = x, targets = y)
        {
            var rows = new NativeRows(Caller.Matrix(cells, Rows, Columns), Caller.Matrix(targets, Rows, 2), 1, weighted ? v : []);
            Fit fit = LinearRegression.Fit(rows);
            double[] target = [.. Enumerable.Range(0, Rows).Select(i => y[(2 * i) + 1])];
            Fit expected = LinearRegression.Fit(new MatrixSpan<double>(x, Columns), (ReadOnlySpan<double>)target, weighted ? v : []);
            Assert.Equal(expected.Model.Weights.ToArray(), fit.Model.Weights.ToArray());
            Assert.Equal(expected.Model.Intercept, fit.Model.Intercept);
        }
    }

    [Fact]
    public void A_saved_model_predicts_the_same_bits_with_the_same_errors()
    {
        (double[] x, double[] y, _) = Problem();
        double[] first = new double[20], again = new double[20], errors = new double[20], errorsAgain = new double[20];
        fixed (double* cells = x, targets = y, p = first, q = again, e = errors, f = errorsAgain)
        {
            MatrixArgument rows = Caller.Matrix(cells, Rows, Columns), some = Caller.Matrix(cells, 20, Columns);
            Assert.Equal(Status.Ok, Caller.Fit(rows, Caller.Matrix(targets, Rows, 2), null, FitSettings.Default, out long[] models));
            byte[] file = Caller.Save(models[0]);
            Assert.Equal(Status.Ok, Caller.Load(file, out long loaded));
            Assert.Equal(Status.Ok, Caller.Predict(models[0], some, p, e));
            Assert.Equal(Status.Ok, Caller.Predict(loaded, some, q, f));
            Assert.Equal(first, again);
            Assert.Equal(errors, errorsAgain);
            Assert.All(errors, error => Assert.InRange(error, double.Epsilon, 1));
            Assert.Equal(Status.BadFormat, Caller.Load(file.AsSpan(0, file.Length - 2), out _));
        }
    }

    private static (double[] X, double[] Y, double[] Weights) Problem()
    {
        var random = new Random(7);
        double[] x = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (random.NextDouble() * 8) - 3)];
        double[] y = [.. Enumerable.Range(0, 2 * Rows).Select(i => x[i / 2 * Columns] - (2 * x[(i / 2 * Columns) + 1]) + random.NextDouble())];
        return (x, y, [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? 0 : 0.5 + random.NextDouble())]);
    }

    private static Fit[] Expected(double[] x, double[] y, double[] weights)
    {
        MatrixSpan<double> rows = new(x, Columns), targets = new(y, 2);
        if (weights.Length == 0)
        {
            return [.. LinearRegression.Fit(rows, targets)];
        }

        var sums = new MomentsAccumulator(Columns + 2, 0, MomentsPrecision.DoubleDouble);
        sums.Add(rows, targets, weights);
        return [sums.ToMoments().Solve([0, 1, 2], 3), sums.ToMoments().Solve([0, 1, 2], 4)];
    }

    /// <summary>Returns the cells in a layout; the matrix's address is the place of its first cell.</summary>
    private static double[] Arrange(double[] x, string layout, out MatrixArgument matrix)
    {
        (long first, long row, long column, int length) = layout switch
        {
            "rows" => (0, Columns, 1, Rows * Columns),
            "columns" => (0, 1, Rows, Rows * Columns),
            "rows reversed" => ((Rows - 1) * Columns, -Columns, 1L, Rows * Columns),
            "padded" => (2, Columns + 5, 1, Rows * (Columns + 5)),
            _ => (1, 2 * Columns, 2, 2 * Rows * Columns),
        };
        double[] cells = new double[length];
        Array.Fill(cells, double.NaN);
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                cells[first + (i * row) + (j * column)] = x[(i * Columns) + j];
            }
        }

        matrix = new MatrixArgument { Values = (double*)first, Rows = Rows, Columns = Columns, RowStride = row, ColumnStride = column };
        return cells;
    }
}
