using System.Numerics;
using HpcLinReg.Rows;

namespace HpcLinReg;

/// <summary>
/// Takes the rows of joint columns [X | Y] in order, any number at a time, and folds them into <see cref="Moments"/>.
/// </summary>
/// <remarks>
/// <para>
/// Rows are summed in blocks of an absolute grid and blocks are merged in a fixed binary tree, so the result has the same
/// bits however the rows were cut into calls, and however a data set was cut into accumulators of adjacent ranges and
/// merged again. To promise that, the accumulator keeps the unfolded tree (one node for each level at most) and the rows of
/// unfinished blocks (fewer than 2048 at each end): O(p² log n + 2048 p) memory for p columns.
/// </para>
/// <para>Not thread-safe: give each thread an accumulator and a range of its own and merge them.</para>
/// </remarks>
public sealed partial class MomentsAccumulator
{
    private readonly MomentsTree _tree;

    /// <inheritdoc cref="MomentsAccumulator(int, long, MomentsPrecision)"/>
    public MomentsAccumulator(int columns)
        : this(columns, 0, MomentsPrecision.Plain)
    {
    }

    /// <inheritdoc cref="MomentsAccumulator(int, long, MomentsPrecision)"/>
    public MomentsAccumulator(int columns, long firstRow)
        : this(columns, firstRow, MomentsPrecision.Plain)
    {
    }

    /// <summary>Starts an empty range of rows.</summary>
    /// <param name="columns">The number p ≥ 1 of joint columns.</param>
    /// <param name="firstRow">The absolute index of the first row to come; 0 unless a data set is shared among accumulators.</param>
    /// <param name="precision">The precision of the arithmetic; rows with weights need double-double.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    public MomentsAccumulator(int columns, long firstRow, MomentsPrecision precision) =>
        _tree = new MomentsTree(columns, firstRow, precision);

    /// <inheritdoc cref="MomentsAccumulator(ReadOnlySpan{string}, long, MomentsPrecision)"/>
    public MomentsAccumulator(ReadOnlySpan<string> names)
        : this(names, 0, MomentsPrecision.Plain)
    {
    }

    /// <inheritdoc cref="MomentsAccumulator(ReadOnlySpan{string}, long, MomentsPrecision)"/>
    public MomentsAccumulator(ReadOnlySpan<string> names, long firstRow)
        : this(names, firstRow, MomentsPrecision.Plain)
    {
    }

    /// <summary>Starts an empty range of rows of named columns.</summary>
    /// <param name="names">One name per joint column; messages and moments use them.</param>
    /// <param name="firstRow">The absolute index of the first row to come.</param>
    /// <param name="precision">The precision of the arithmetic; rows with weights need double-double.</param>
    /// <exception cref="ArgumentException">Two columns have the same name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no names, or the index is negative.</exception>
    public MomentsAccumulator(ReadOnlySpan<string> names, long firstRow, MomentsPrecision precision) =>
        _tree = new MomentsTree(names.Length, firstRow, precision) { Labels = ColumnLabels.Of(names) };

    private MomentsAccumulator(MomentsTree tree) => _tree = tree;

    /// <summary>
    /// Starts an empty range of rows whose cells are in double-double, such as the terms of polynomials
    /// (<see cref="PolynomialVariable.Expand"/>), so that digits are not lost before they are summed.
    /// </summary>
    /// <param name="names">One name per joint column.</param>
    /// <param name="firstRow">The absolute index of the first row to come.</param>
    /// <returns>
    /// An accumulator in double-double that takes rows of 2p values: p values, then the remainders that are added to them, each small
    /// enough that the sum rounds to the value.
    /// </returns>
    /// <exception cref="ArgumentException">Two columns have the same name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no names, or the index is negative.</exception>
    public static MomentsAccumulator WithRemainders(ReadOnlySpan<string> names, long firstRow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(names.Length, 1, nameof(names));
        return new MomentsAccumulator(MomentsTree.WithRemainders(ColumnLabels.Of(names), firstRow));
    }

    /// <summary>Gets the number of joint columns, p.</summary>
    public int Columns => HasRemainders ? _tree.Columns / 2 : _tree.Columns;

    /// <summary>Gets whether a row is p values and then their p remainders (<see cref="WithRemainders"/>).</summary>
    public bool HasRemainders => _tree.HasRemainders;

    /// <summary>Gets the precision of the arithmetic that the rows are summed in.</summary>
    public MomentsPrecision Precision => _tree.Precision;

    /// <summary>Gets the absolute index of the range's first row.</summary>
    public long FirstRow => _tree.FirstRow;

    /// <summary>
    /// Gets the absolute index of the next row to come: <see cref="FirstRow"/>, and one more for each row that was taken or skipped.
    /// </summary>
    public long NextRow => _tree.NextRow;

    /// <summary>Gets the number of rows taken, without those that were skipped and those of weight 0.</summary>
    public long RowCount => _tree.RowCount;

    /// <summary>Takes the next rows of joint columns.</summary>
    /// <param name="rows">Rows of p columns; of 2p where cells have remainders (<see cref="HasRemainders"/>).</param>
    /// <exception cref="ArgumentException">The columns are not p, or a cell is NaN or infinite (row and column are named).</exception>
    /// <exception cref="OverflowException">
    /// With these rows squares of a column exceed the range of double (row and column are named).
    /// </exception>
    /// <remarks>
    /// Takes all of the rows or, with an exception, none: the accumulator is then as before the call. Rows are named by their absolute
    /// index, which is <see cref="FirstRow"/> for the first row of the first call, <see cref="NextRow"/> for the first of this one.
    /// Allocates only while the tree grows. With cells beyond 1e130 in magnitude every call sums all rows to see whether their squares are
    /// still in range; that costs time only.
    /// </remarks>
    public void Add<T>(MatrixSpan<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _tree.Add(rows);

    /// <summary>Takes the next rows, features and one target lying apart.</summary>
    /// <param name="x">Rows of p − 1 features.</param>
    /// <param name="y">The target, one value per row.</param>
    /// <exception cref="ArgumentException">
    /// Shapes disagree, or a cell is NaN or infinite (row and column are named, the target as the target).
    /// </exception>
    /// <exception cref="OverflowException">
    /// With these rows squares of a column exceed the range of double (row and column are named).
    /// </exception>
    /// <remarks>As <see cref="Add{T}(MatrixSpan{T})"/>, with the same bits.</remarks>
    public void Add<T>(MatrixSpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _tree.Add(x, new MatrixSpan<T>(y, y.Length, 1, 1));

    /// <summary>Takes the next rows, features and targets lying apart, each row with a weight.</summary>
    /// <param name="x">Rows of features.</param>
    /// <param name="y">As many rows of targets; x and y together have p columns.</param>
    /// <param name="rowWeights">
    /// One weight per row, finite and not negative; a row of weight 0 counts as no row, whatever its cells. Empty: every row counts once.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Shapes disagree, a weight is not usable, or a cell is NaN or infinite (row and column are named).
    /// </exception>
    /// <exception cref="InvalidOperationException">There are weights, but the accumulator does not sum in double-double.</exception>
    /// <exception cref="OverflowException">With these rows squares of a column, or sums of weights, leave the range of double.</exception>
    /// <remarks>As <see cref="Add{T}(MatrixSpan{T})"/>: all of the rows or none.</remarks>
    public void Add<T>(MatrixSpan<T> x, MatrixSpan<T> y, ReadOnlySpan<double> rowWeights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _tree.Add(x, y, rowWeights);

    /// <summary>
    /// Leaves the places of the next rows empty: rows that the data set has but that do not count, because a value is missing.
    /// </summary>
    /// <param name="rows">The number of rows, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The number is negative, or rows would be numbered beyond the range of long.
    /// </exception>
    /// <remarks>
    /// Gives the bits of as many rows of weight 0: a block of the grid sums the rows that it has, closed up, and a block without rows is no
    /// part of the tree. So a part of a data set knows the place of its rows without reading the parts before it. Rows missing at the end
    /// change no bit. Takes the time to sum one unfinished block at most, however many rows are skipped, and allocates as
    /// <see cref="Add{T}(MatrixSpan{T})"/> does.
    /// </remarks>
    public void Skip(long rows) => _tree.Skip(rows);

    /// <summary>Joins the rows of an adjacent range, which may lie before or behind this one.</summary>
    /// <param name="other">The neighbour; unchanged.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ArgumentException">The columns differ or the ranges do not touch.</exception>
    /// <exception cref="OverflowException">Squares of a column of both together exceed the range of double; both are unchanged.</exception>
    public void Merge(MomentsAccumulator other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _tree.Merge(other._tree);
    }

    /// <summary>Returns the sums of all rows so far. The accumulator is unchanged, and more rows may be added.</summary>
    /// <returns>Count, means and centred cross-products; columns without names are called x1, x2, ….</returns>
    public Moments ToMoments() => new(_tree.Labels.Names, _tree.Fold());
}
