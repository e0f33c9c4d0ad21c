namespace HpcLinReg.Tests.Reference;

/// <summary>Rows of a design and a target, with all that is needed to fit them by the engine and exactly.</summary>
/// <param name="Name">The family and the seed that make it again.</param>
/// <param name="X">n × d.</param>
/// <param name="Y">n values.</param>
internal sealed record DataSet(string Name, double[,] X, double[] Y)
{
    internal bool Intercept { get; init; } = true;

    /// <summary>Gets one non-negative weight for each row; null for none.</summary>
    internal double[]? RowWeights { get; init; }

    internal int Rows => Y.Length;

    internal int Columns => X.GetLength(1);

    /// <summary>Gets the cells, row-major.</summary>
    internal double[] Cells => [.. X.Cast<double>()];

    internal MatrixSpan<double> Design => new(Cells, Rows, Columns, Columns);

    internal static double[,] Matrix(int rows, int columns, Func<int, int, double> cell)
    {
        double[,] x = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                x[i, j] = cell(i, j);
            }
        }

        return x;
    }

    /// <summary>The engine's answer, by default with this set's choice of an intercept.</summary>
    internal Fit Fit(FitOptions? options = null) => LinearRegression.Fit(Design, Y, (options ?? new FitOptions()) with { Intercept = Intercept });

    /// <summary>The engine's answer with the rows' weights.</summary>
    internal Fit FitWeighted(WeightKind kind, FitOptions? options = null) =>
        LinearRegression.Fit(Design, Y, RowWeights!, (options ?? new FitOptions()) with { Intercept = Intercept, RowWeights = kind });

    /// <summary>The exact answer with some columns left out: their coefficients are 0.</summary>
    internal ExactLeastSquares Exact(IEnumerable<int>? without = null, double ridge = 0)
    {
        HashSet<int> left = [.. without ?? []];
        return new ExactLeastSquares(Matrix(Rows, Columns, (i, j) => left.Contains(j) ? 0 : X[i, j]), Y, Intercept, ridge, RowWeights);
    }

    internal DataSet WithCells(string change, Func<int, int, double> cell) => this with { Name = $"{Name}, {change}", X = Matrix(Rows, Columns, cell) };

    internal DataSet WithRows(string change, IReadOnlyList<int> rows) => this with
    {
        Name = $"{Name}, {change}",
        X = Matrix(rows.Count, Columns, (i, j) => X[rows[i], j]),
        Y = [.. rows.Select(i => Y[i])],
        RowWeights = RowWeights is null ? null : [.. rows.Select(i => RowWeights[i])],
    };

    internal DataSet WithColumns(string change, IReadOnlyList<int> columns) => WithColumnsOf(change, columns.Count, (i, j) => X[i, columns[j]]);

    public override string ToString() => $"{Name} ({Rows} × {Columns}{(Intercept ? "" : ", no intercept")})";

    private DataSet WithColumnsOf(string change, int columns, Func<int, int, double> cell) => this with { Name = $"{Name}, {change}", X = Matrix(Rows, columns, cell) };
}
