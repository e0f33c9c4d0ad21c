using HpcLinReg.Fits;
using HpcLinReg.Polynomials;
using HpcLinReg.Solver;

namespace HpcLinReg;

/// <content>Fits of any column on any others.</content>
public sealed partial class Moments
{
    /// <inheritdoc cref="Solve(int, FitOptions)"/>
    public Fit Solve(int target) => Solve(target, (FitOptions?)null);

    /// <summary>Fits one column on all others, in their order.</summary>
    /// <param name="target">The index of the target's column.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The fit: the model, its statistics and its accuracy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or the ridge penalty is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.
    /// </exception>
    public Fit Solve(int target, FitOptions? options)
    {
        RequireColumn(target, nameof(target));
        return Solve([.. Enumerable.Range(0, _node.Columns).Where(j => j != target)], target, options);
    }

    /// <inheritdoc cref="Solve(ReadOnlySpan{int}, int, FitOptions)"/>
    public Fit Solve(ReadOnlySpan<int> features, int target) => Solve(features, target, (FitOptions?)null);

    /// <summary>Fits one column on some others.</summary>
    /// <param name="features">The features' columns, in the order of the model's weights; may be empty.</param>
    /// <param name="target">The index of the target's column.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The fit: the model, its statistics and its accuracy.</returns>
    /// <exception cref="ArgumentException">A column is named twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or the ridge penalty is negative or not finite.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.
    /// </exception>
    public Fit Solve(ReadOnlySpan<int> features, int target, FitOptions? options)
    {
        options ??= FitOptions.Default;
        return Solved(features, target, options, hasPowers: false).Answer.HandOver();
    }

    /// <summary>Solves for one column on some others.</summary>
    /// <param name="features">The features' columns.</param>
    /// <param name="target">The target's column.</param>
    /// <param name="options">Checked here.</param>
    /// <param name="hasPowers">Whether features are terms of polynomials, which are solved in double-double.</param>
    private SolverLadder Solved(ReadOnlySpan<int> features, int target, FitOptions options, bool hasPowers)
    {
        options.RequireClosedForm("Moments are fitted");
        bool[] seen = new bool[_node.Columns];
        RequireColumn(target, nameof(target));
        seen[target] = true;
        foreach (int feature in features)
        {
            RequireColumn(feature, nameof(features));
            if (seen[feature])
            {
                Throw.FeatureTwice(feature, Names[feature]);
            }

            seen[feature] = true;
        }

        if (Count == 0)
        {
            Throw.NoMoments();
        }

        MomentsNode node = LostColumns.Prepare(_node, Names, seen, target, options, out string note);
        var ladder = new SolverLadder(features.Length);
        bool inOrder = features.SequenceEqual([.. Enumerable.Range(0, features.Length)]);
        ladder.Load(node, Names, inOrder ? [] : features.ToArray(),
            hasPowers ? options with { Rungs = SolverRungs.DoubleDouble } : options);
        if (hasPowers)
        {
            PolynomialSolver.RequireSpan(ladder, node);
        }

        if (HasFaded)
        {
            ladder.Equations.Faded = new FadedRows(node, _squared!, options.RowWeights == WeightKind.Frequency ? TotalWeight : _fadedCount,
                features, options.Intercept);
        }

        NoRows rows = default;
        ladder.Solve(ref rows, target, target: 0);
        ladder.Explain(note);
        return ladder;
    }

    /// <inheritdoc cref="Solve(string, FitOptions)"/>
    public Fit Solve(string target) => Solve(target, (FitOptions?)null);

    /// <summary>Fits one named column on all others, in their order.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The fit: the model, its statistics and its accuracy.</returns>
    /// <exception cref="ArgumentException">There is no column of that name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.
    /// </exception>
    public Fit Solve(string target, FitOptions? options) => Solve(ColumnOf(target), options);

    /// <inheritdoc cref="Solve(ReadOnlySpan{string}, string, FitOptions)"/>
    public Fit Solve(ReadOnlySpan<string> features, string target) => Solve(features, target, (FitOptions?)null);

    /// <summary>Fits one named column on some others.</summary>
    /// <param name="features">The features' names, in the order of the model's weights; may be empty.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="options">Intercept and ridge; null for the defaults.</param>
    /// <returns>The fit: the model, its statistics and its accuracy.</returns>
    /// <exception cref="ArgumentException">There is no column of a name, or one is named twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    /// <exception cref="OverflowException">
    /// Squares of a column exceed the range of double or fall below it, or a coefficient exceeds it.
    /// </exception>
    public Fit Solve(ReadOnlySpan<string> features, string target, FitOptions? options)
    {
        int[] columns = [.. features.ToArray().Select(ColumnOf)];
        return Solve(columns, ColumnOf(target), options);
    }

    /// <summary>Fits the last column on all others; the rows can be read again.</summary>
    internal Fit Solve(SourceRows rows, FitOptions options)
    {
        int target = _node.Columns - 1;
        var ladder = new SolverLadder(target);
        ladder.Load(_node, _names, [], options);
        ladder.Solve(ref rows, target, target: 0);
        return ladder.Answer.HandOver();
    }

    private int ColumnOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int column = Names.IndexOf(name);
        if (column < 0)
        {
            Throw.NoSuchName(name, Names);
        }

        return column;
    }

    private void RequireColumn(int column, string name)
    {
        if ((uint)column >= (uint)_node.Columns)
        {
            Throw.NoSuchColumn(column, _node.Columns, name);
        }
    }
}
