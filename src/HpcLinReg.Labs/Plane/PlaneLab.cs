namespace HpcLinReg.Labs.Plane;

/// <summary>A plane through rows of two features: the visitor's, and the engine's best.</summary>
public sealed class PlaneLab
{
    private readonly double[] _x;
    private readonly double[] _y;
    private readonly RegressionModel _best;

    /// <summary>Computes what a state shows.</summary>
    /// <param name="state">The state.</param>
    public PlaneLab(PlaneState state)
    {
        State = state;
        Data = PlaneData.Find(state.Set);
        _x = [.. Data.Rows.SelectMany(row => new[] { row.First, row.Second })];
        _y = [.. Data.Rows.Select(row => row.Target)];
        var design = new MatrixSpan<double>(_x, 2);
        Fit fit = LinearRegression.Fit(design, _y);
        _best = RegressionModel.Create(Design.Create([new ModelColumn("x1", CellKind.Number), new ModelColumn("x2", CellKind.Number)], "x1", "x2"),
            "y", fit);
        Loss = LinearRegression.MeanSquaredError(design, _y, [state.First, state.Second], state.Intercept);
        Least = LinearRegression.MeanSquaredError(design, _y, fit.Model.Weights, fit.Model.Intercept);
        RSquared = 1 - (Loss * _y.Length / fit.TotalSumOfSquares);
    }

    /// <summary>Gets the state.</summary>
    public PlaneState State { get; }

    /// <summary>Gets the rows.</summary>
    public PlaneData Data { get; }

    /// <summary>Gets the mean squared error of the visitor's plane.</summary>
    public double Loss { get; }

    /// <summary>Gets the mean squared error of the best plane.</summary>
    public double Least { get; }

    /// <summary>Gets R² of the visitor's plane.</summary>
    public double RSquared { get; }

    /// <summary>Gets the weights of the best plane with their standard errors, the intercept last.</summary>
    public (double First, double FirstError, double Second, double SecondError, double Intercept) Best =>
        (_best.Terms[0].Coefficient, _best.Terms[0].StandardError, _best.Terms[1].Coefficient, _best.Terms[1].StandardError,
            _best.Intercept.Coefficient);

    /// <summary>Computes the height of the visitor's plane.</summary>
    public double At(double first, double second) => (State.First * first) + (State.Second * second) + State.Intercept;
}
