using System.Diagnostics.CodeAnalysis;

namespace HpcLinReg;

/// <content>Files of moments.</content>
internal static partial class Throw
{
    [DoesNotReturn]
    internal static void MomentsNotUsable(string reason) =>
        throw new InvalidDataException($"This is no .moments file that can be used: {reason}. Sum the rows again.");

    [DoesNotReturn]
    internal static void NoMomentsFile(string reason) =>
        throw new InvalidDataException($"This is no .moments file: {reason}. Name a file that sums were saved in, or sum the rows again.");

    [DoesNotReturn]
    internal static void MomentsOfOtherEngine(string reason) =>
        throw new InvalidDataException($"This .moments file cannot be used here: {reason}. Sum the rows again with this version, or use the version that wrote it.");

    [DoesNotReturn]
    internal static void MomentsAreFolded() =>
        throw new InvalidDataException("This .moments file holds folded moments, which take no more rows; load it as Moments.");

    [DoesNotReturn]
    internal static void RangeNotUsable(string column, double least, double most) =>
        throw new ArgumentException(FormattableString.Invariant($"The range of column '{column}' is from {least:R} to {most:R}; it must be finite, or NaN where it is not known."));

    [DoesNotReturn]
    internal static void PartsMissing() =>
        throw new ArgumentException("There is nothing to merge; name at least one part.");

    [DoesNotReturn]
    internal static void PartFolded(string part) =>
        throw new ArgumentException($"{part} holds folded moments, which merge within an error bound only; merge those as Moments, or save the accumulators instead.");

    [DoesNotReturn]
    internal static void PartsDiffer(string part, string first, string difference) =>
        throw new ArgumentException($"{part} does not fit {first}: {difference}. Parts are merged that were made of one plan.");

    [DoesNotReturn]
    internal static void PartsLeaveGap(string part, string next, long start, long end) =>
        throw new ArgumentException($"{Rows(start, end)} in no part: {part} ends before and {next} begins after. Add what lies between.");

    [DoesNotReturn]
    internal static void PartsOverlap(string part, string next, long start, long end) =>
        throw new ArgumentException($"{Rows(start, end)} in two parts, {part} and {next}. Leave one of them out.");

    [DoesNotReturn]
    internal static void RemaindersMissing(int values, int columns) =>
        throw new ArgumentException($"The cells of this accumulator have remainders: a row is {columns} values and then their {columns} remainders, and these rows have {values} values.");

    [DoesNotReturn]
    internal static void PolynomialNeedsDoubleDouble() =>
        throw new ArgumentException("Terms of polynomials are summed in double-double, and these moments are summed in double; make the accumulator by MomentsAccumulator.WithRemainders.");

    [DoesNotReturn]
    internal static void RemaindersApart() =>
        throw new ArgumentException("This accumulator takes rows of values and their remainders side by side; give both in one matrix.");

    [DoesNotReturn]
    internal static void RemainderNotUsable(long row, string column, double value, double remainder) =>
        throw new ArgumentException(FormattableString.Invariant($"Row {row} (counted from 0), {column}, is {value:R} with the remainder {remainder:R}; their sum must round to the value."));

    [DoesNotReturn]
    internal static void RemaindersDiffer() =>
        throw new ArgumentException("The cells of one accumulator have remainders and those of the other have none; sum both in one way.");

    [DoesNotReturn]
    internal static void TermsAgainstColumns(int terms, int columns) =>
        throw new ArgumentException($"The variables have {terms} terms, but {columns} columns are named for them; name a column for each power.");

    [DoesNotReturn]
    internal static void PolynomialNeedsIntercept() =>
        throw new ArgumentException("The terms of a polynomial in moments are powers of a shifted variable, which a fit without an intercept has no constant for; fit with an intercept, or fit the rows.");

    private static string Rows(long start, long end) => end - start == 1 ? $"Row {start} (counted from 0) is" : $"Rows {start} to {end - 1} (counted from 0) are";
}
