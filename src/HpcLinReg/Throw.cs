using System.Diagnostics.CodeAnalysis;

namespace HpcLinReg;

/// <summary>
/// Every exception that the engine throws itself, each named after the fault. The messages carry the
/// numbers, so that the reader need not look for them. Kept out of line so that the checks themselves stay small.
/// </summary>
internal static partial class Throw
{
    [DoesNotReturn]
    internal static void ElementTypeNotSupported(Type type) =>
        throw new ArgumentException($"A matrix stores double or float, not {type.Name}; convert the buffer first.");

    [DoesNotReturn]
    internal static void NotWholeRows(int length, int columns) =>
        throw new ArgumentException($"The buffer holds {length} elements, which is not a whole number of rows of {columns} columns.");

    [DoesNotReturn]
    internal static void BufferTooShort(int length, int rows, int columns, int rowStride, long needed) =>
        throw new ArgumentException($"The buffer holds {length} elements, but {rows} rows of {columns} columns with a row stride of {rowStride} need {needed}.");

    [DoesNotReturn]
    internal static void TensorNotMatrix(int rank) =>
        throw new ArgumentException($"A matrix needs a tensor of rank 2, but this one has rank {rank}.");

    [DoesNotReturn]
    internal static void TensorColumnsNotAdjacent(nint stride) =>
        throw new ArgumentException($"The elements of a tensor's row must be adjacent (stride 1), but the stride is {stride}; copy it to a dense tensor first.");

    [DoesNotReturn]
    internal static void NoSuchRow(int row, int rows) =>
        throw new ArgumentOutOfRangeException(nameof(row), row, $"The matrix has {rows} rows.");

    [DoesNotReturn]
    internal static void RowsOutOfRange(int start, int count, int rows) =>
        throw new ArgumentOutOfRangeException(nameof(start), start, $"Rows {start} to {(long)start + count} do not lie within the matrix's {rows} rows.");

    [DoesNotReturn]
    internal static void ColumnsOutOfRange(int start, int count, int columns) =>
        throw new ArgumentOutOfRangeException(nameof(start), start, $"Columns {start} to {(long)start + count} do not lie within the matrix's {columns} columns.");

    [DoesNotReturn]
    internal static void ColumnsAgainstWorkspace(int columns, int features) =>
        throw new ArgumentException($"x has {columns} columns but the workspace was made for {features} features; make one for each number of features.");

    [DoesNotReturn]
    internal static void WeightsAgainstWorkspace(int weights, int features) =>
        throw new ArgumentException($"weights has room for {weights} but the workspace was made for {features} features; one weight per feature is needed.");

    [DoesNotReturn]
    internal static void ColumnsAgainstWeights(int columns, int weights) =>
        throw new ArgumentException($"x has {columns} columns but there are {weights} weights; one weight per column is needed.");

    [DoesNotReturn]
    internal static void ColumnsAgainstVariables(int columns, int variables) =>
        throw new ArgumentException($"A row has {columns} columns but the model has {variables} variables; a row holds the variables, not their powers.");

    [DoesNotReturn]
    internal static void WeightsAgainstTerms(int weights, int terms) =>
        throw new ArgumentException($"There are {weights} weights for {terms} terms; a variable has as many terms as its degree.");

    [DoesNotReturn]
    internal static void PlacesAgainstTerms(int places, int terms) =>
        throw new ArgumentException($"There is room for {places} values but the model has {terms} terms; one place per term is needed.");

    [DoesNotReturn]
    internal static void VariableNotUsable(int index, double shift, double scale) =>
        throw new ArgumentOutOfRangeException(nameof(scale), scale, $"Variable {index} has the shift {shift} and the scale {scale}; the shift must be finite, the scale finite and positive.");

    [DoesNotReturn]
    internal static void InterceptWithoutOne(double intercept) =>
        throw new ArgumentException($"The intercept is {intercept} in a model without one; it must be 0, or hasIntercept true.");

    [DoesNotReturn]
    internal static void RowsAgainst(string name, int rows, int length) =>
        throw new ArgumentException($"x has {rows} rows but {name} has {length} elements; one per row is needed.", name);

    [DoesNotReturn]
    internal static void ColumnsAgainst(string name, int columns, int length) =>
        throw new ArgumentException($"x has {columns} columns but {name} has {length} elements; one per column is needed.", name);

    [DoesNotReturn]
    internal static void Overlap(string written, string read) =>
        throw new ArgumentException($"{written} overlaps {read}, which is still being read while {written} is written; use a buffer of its own.", written);

    [DoesNotReturn]
    internal static void NoRows() =>
        throw new ArgumentException("x has no rows; a mean over no rows is not defined.");

    [DoesNotReturn]
    internal static void NoParameters() =>
        throw new ArgumentException("There are no parameters to differentiate by; pass the point as at least one number.");

    [DoesNotReturn]
    internal static void NonFiniteParameter(int index, double value) =>
        throw new ArgumentException($"Parameter {index} is {value}; a gradient is checked at a finite point.");

    [DoesNotReturn]
    internal static void NonFiniteWeight(int index, double value) =>
        throw new ArgumentException($"Weight {index} is {value}; a model's weights must be finite.");

    [DoesNotReturn]
    internal static void NonFiniteIntercept(double value) =>
        throw new ArgumentException($"The intercept is {value}; a model's intercept must be finite.");

    [DoesNotReturn]
    internal static void NonFiniteCell(long row, string column, double value) =>
        throw new ArgumentException($"Row {row} (counted from 0), {column}, is {value}; drop such rows or fill them in before fitting.");

    [DoesNotReturn]
    internal static void CellTooLarge(long row, string column, double value, double most) =>
        throw new ArgumentException($"Row {row} (counted from 0), {column}, is {value:R}, beyond ±{most:R}; bring the column to another unit.");

    [DoesNotReturn]
    internal static void RemovedWeightNotUsable(double weight) =>
        throw new ArgumentOutOfRangeException(nameof(weight), weight, "The weight of a row to remove is the product of the decay factors since it was added: above 0, at most 1.");

    [DoesNotReturn]
    internal static void StartingWeightNotUsable(double weight) =>
        throw new ArgumentOutOfRangeException(nameof(weight), weight, "The sum of the rows' weights must be positive and finite; it is the number of rows, unless they had weights.");

    [DoesNotReturn]
    internal static void FitNotUsable(bool isAliased) =>
        throw new ArgumentException(isAliased
            ? "The fit has aliased columns, whose rows an online model could not follow; start from moments, or leave these columns out."
            : "The fit has another intercept or ridge than the options, or its ridge is on standardized columns; make both alike, with the ridge on the columns as they are.");

    [DoesNotReturn]
    internal static void FitHasNoFactor() =>
        throw new ArgumentException("The fit was made by conjugate gradients, which compute no factor to go on from; fit the rows by the closed form, or start from moments.");

    [DoesNotReturn]
    internal static void SnapshotNotUsable(string reason) =>
        throw new InvalidDataException($"This is no snapshot of an online model that can be restored: {reason}. Rebuild the model from its rows.");

    [DoesNotReturn]
    internal static void SquaresOverflow(string column) =>
        throw new OverflowException($"The squares of {column} exceed the range of double; divide the column by a power of ten.");

    [DoesNotReturn]
    internal static void SquaresOverflow(long row, string column, double value) =>
        throw new OverflowException(FormattableString.Invariant(
            $"Row {row} (counted from 0), {column}, is {value:R}: the squares of {column} exceed the range of double; divide the column by a power of ten."));

    [DoesNotReturn]
    internal static void SquaresUnderflow(string column) =>
        throw new OverflowException($"The squares of {column} fall below the range of double; multiply the column by a power of ten.");

    [DoesNotReturn]
    internal static void AccumulatorColumns(int columns, int expected) =>
        throw new ArgumentException($"The rows have {columns} joint columns but the accumulator was made for {expected}.");

    [DoesNotReturn]
    internal static void RowsAgainstRows(int xRows, int yRows) =>
        throw new ArgumentException($"x has {xRows} rows but y has {yRows}.");

    [DoesNotReturn]
    internal static void RangesNotAdjacent(long first, long end, long otherFirst, long otherEnd) =>
        throw new ArgumentException($"Rows {otherFirst} to {otherEnd} do not touch rows {first} to {end}; only adjacent ranges merge.");

    [DoesNotReturn]
    internal static void PrecisionsDiffer() =>
        throw new ArgumentException("One set of moments is summed in double and the other in double-double; sum both in the same precision.");

    [DoesNotReturn]
    internal static void WeightsNeedDoubleDouble() =>
        throw new InvalidOperationException("Rows with weights are summed in double-double; make the accumulator with MomentsPrecision.DoubleDouble.");

    [DoesNotReturn]
    internal static void FrequencyNotWhole(long row, double weight) =>
        throw new ArgumentException($"The weight of row {row} (counted from 0) is {weight}; a frequency is a whole number below 2⁵³. Weights of another kind are WeightKind.Precision.");

    [DoesNotReturn]
    internal static void NoSuchColumn(int column, int columns, string name) =>
        throw new ArgumentOutOfRangeException(name, column, $"There is no column {column} (counted from 0): the moments have {columns} columns.");

    [DoesNotReturn]
    internal static void FeatureTwice(int column, string name) =>
        throw new ArgumentException($"Column {column} (counted from 0), '{name}', is listed twice, or is the target and a feature at once.");

    [DoesNotReturn]
    internal static void FadedWeights(double faded, double squaredWeight, long count, double weight) =>
        throw new ArgumentException(FormattableString.Invariant(
            $"Rows that fade count at most what they did: {count} rows cannot have faded to {faded:R}, or their weights of {weight:R} in all to {squaredWeight:R} when faded once more."));

    [DoesNotReturn]
    internal static void NoMoments() =>
        throw new InvalidOperationException("There are no rows to fit.");

    [DoesNotReturn]
    internal static void MomentsDiffer() =>
        throw new ArgumentException("The moments have different columns and cannot be merged or removed.");

    [DoesNotReturn]
    internal static void RowCountNotThere(long removed, long rows) =>
        throw new ArgumentException($"{removed} rows cannot be removed from {rows}; remove only moments of rows that were merged in.");

    [DoesNotReturn]
    internal static void WeightNotThere(double removed, double weight) =>
        throw new ArgumentException($"Rows that weigh {removed:R} cannot be removed from rows that weigh {weight:R}; let both fade alike, and remove only rows that were merged in.");

    [DoesNotReturn]
    internal static void RowsNotThere(string column) =>
        throw new ArgumentException($"Without the removed rows the squares of column '{column}' would be negative; remove only moments of rows that were merged in.");

    [DoesNotReturn]
    internal static void OtherRows(long rows, string column) =>
        throw new ArgumentException($"The {rows} rows to remove are as many as there are, but other ones in column '{column}'; remove only moments of rows that were merged in.");

    [DoesNotReturn]
    internal static void NoSuchName(string name, IEnumerable<string> names) =>
        throw new ArgumentException($"There is no column '{name}': the columns are {string.Join(", ", names.Take(20).Select(each => $"'{each}'"))}{(names.Count() > 20 ? ", …" : "")}.");

    [DoesNotReturn]
    internal static void MomentsLength(string name, int length, int needed) =>
        throw new ArgumentException($"{name} has {length} values, but {needed} are needed.", name);

    [DoesNotReturn]
    internal static void MomentsValue(string name, int index, double value, string rule) =>
        throw new ArgumentException(FormattableString.Invariant($"{name}[{index}] is {value:R}; {rule}."), name);

    [DoesNotReturn]
    internal static void NotSymmetric(string first, string second, double value, double other) =>
        throw new ArgumentException(FormattableString.Invariant($"The cross-product of '{first}' and '{second}' is {value:R} above and {other:R} below the diagonal; it must be one number."));

    [DoesNotReturn]
    internal static void ProductTooLarge(string first, string second, double value, double most) =>
        throw new ArgumentException(FormattableString.Invariant($"The cross-product of '{first}' and '{second}' is {value:R}, but no rows have more than {most:R}, the root of the product of their squares."));

    [DoesNotReturn]
    internal static void NotAnIndex(long row, string column, double value, int count) =>
        throw new ArgumentException(FormattableString.Invariant($"Row {row} (counted from 0) has the index {value:R} for the indicators from {column} on; it must be a whole number from -1, for none, to {count - 1}."));

    [DoesNotReturn]
    internal static void IndicatorCounts(int columns, int expected) =>
        throw new ArgumentException($"The indicator counts of the source stand for {columns} joint columns, but it has {expected}; a number, such as the target, counts 0 and stands for one.");

    [DoesNotReturn]
    internal static void ThreadsNotUsable(int threads) =>
        throw new ArgumentOutOfRangeException(nameof(threads), threads, "At least one thread is needed; Environment.ProcessorCount is as many as this machine has.");

    [DoesNotReturn]
    internal static void DigitsNotUsable(int digits) =>
        throw new ArgumentOutOfRangeException(nameof(digits), digits, $"Ask for 0 to {FitOptions.MaxDigits} digits; {FitOptions.MaxDigits} are all that the stored design has.");

    [DoesNotReturn]
    internal static void NoRungs() =>
        throw new ArgumentException("Every rung of the solver ladder is forbidden; allow at least one.");

    [DoesNotReturn]
    internal static void OnlyClosedForm(string what) =>
        throw new ArgumentException($"{what} by the closed form only; leave FitOptions.Method at ClosedForm or Auto, or pass the rows to LinearRegression.Fit.");

    [DoesNotReturn]
    internal static void NoSuchChoice(string option, int value) =>
        throw new ArgumentOutOfRangeException(option, value, $"{option} has no such value.");

    [DoesNotReturn]
    internal static void RowWeightsOutOfRange(double total) =>
        throw new OverflowException($"The weights of the rows add up to {(double.IsFinite(total) ? total : "more than a double holds")}; multiply all of them by a power of ten that brings the sum near 1.");

    [DoesNotReturn]
    internal static void DegreesAgainst(int degrees, int features) =>
        throw new ArgumentException($"There are {degrees} degrees for {features} features; one per feature is needed.");

    [DoesNotReturn]
    internal static void NamesAgainst(int names, int columns) =>
        throw new ArgumentException($"There are {names} names for {columns} joint columns; one per column is needed, or none.");

    [DoesNotReturn]
    internal static void NameTwice(string name) =>
        throw new ArgumentException($"Two columns are named '{name}'; rename one of them.");

    [DoesNotReturn]
    internal static void NoTargets() =>
        throw new ArgumentException("There are no targets; pass at least one column.");

    [DoesNotReturn]
    internal static void DegreeNotUsable(int degree) =>
        throw new ArgumentOutOfRangeException(nameof(degree), degree, $"A polynomial has a degree of 1 to {PolynomialVariable.MostDegree}.");

    [DoesNotReturn]
    internal static void RidgeNotUsable(double ridge) =>
        throw new ArgumentOutOfRangeException(nameof(ridge), ridge, "The ridge penalty must be finite and not negative.");

    [DoesNotReturn]
    internal static void PenaltyOverflow(string column) =>
        throw new OverflowException($"The ridge times the variance of {column} leaves the range of double; divide the column by a power of ten, or take a smaller ridge.");

    [DoesNotReturn]
    internal static void SolutionOverflow() =>
        throw new OverflowException("The coefficients leave the range of double; bring the columns to comparable units.");

    [DoesNotReturn]
    internal static void NoWeights() =>
        throw new ArgumentException("No row has a positive weight; there is nothing to fit.");

    [DoesNotReturn]
    internal static void PowersOverflow() =>
        throw new OverflowException("Powers of x leave the range of double; bring x to another unit, or ask for a lower degree.");

    [DoesNotReturn]
    internal static void NotSquare(int length, int order) =>
        throw new ArgumentException($"A matrix of order {order} needs {(long)order * order} elements, but the buffer holds {length}.");

    [DoesNotReturn]
    internal static void RightHandSide(int length, int order) =>
        throw new ArgumentException($"The right-hand side has {length} values but the matrix is of order {order}.");

    [DoesNotReturn]
    internal static void NotPositiveDefinite(int pivot) =>
        throw new InvalidOperationException($"The matrix is not positive definite (pivot {pivot} is not positive), so it has no Cholesky factor to solve with.");
}
