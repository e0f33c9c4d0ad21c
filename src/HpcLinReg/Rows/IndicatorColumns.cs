using System.Collections.Immutable;
using HpcLinReg.Threads;

namespace HpcLinReg.Rows;

/// <summary>
/// How the values of an indexed row stand for joint columns: a number is one column, an index stands for a block of indicators.
/// </summary>
internal sealed class IndicatorColumns
{
    /// <summary>
    /// The least number of indicators for which rows are read as indexes. With fewer, whole rows are as fast, because their kernels need no
    /// addressing.
    /// </summary>
    internal const int Least = 16;

    /// <summary>
    /// The most numbers beside which rows are summed in double-double at once: indicators cost the same in both precisions, and few numbers
    /// little more, while a step of refinement would take a further reading.
    /// </summary>
    private const int MostNumbersAtOnce = 24;

    private readonly int[] _valueOf;

    private IndicatorColumns(ImmutableArray<int> counts)
    {
        List<int> numbers = [], valueOf = [];
        List<IndicatorBlock> blocks = [];
        for (int value = 0; value < counts.Length; value++)
        {
            if (counts[value] == 0)
            {
                numbers.Add(value);
            }
            else
            {
                blocks.Add(new IndicatorBlock(value, valueOf.Count, counts[value]));
            }

            valueOf.AddRange(Enumerable.Repeat(value, Math.Max(1, counts[value])));
        }

        Values = counts.Length;
        _valueOf = [.. valueOf];
        Numbers = [.. numbers];
        NumberColumns = [.. numbers.Select(value => valueOf.IndexOf(value))];
        Blocks = [.. blocks];
    }

    /// <summary>Gets the number of values of a row, without its weight.</summary>
    internal int Values { get; }

    /// <summary>Gets the number of joint columns.</summary>
    internal int Columns => _valueOf.Length;

    /// <summary>Gets the places of the numbers among the values of a row; the last one is the target.</summary>
    internal ImmutableArray<int> Numbers { get; }

    /// <summary>Gets the joint column of each number.</summary>
    internal ImmutableArray<int> NumberColumns { get; }

    /// <summary>Gets the blocks of indicators.</summary>
    internal ImmutableArray<IndicatorBlock> Blocks { get; }

    /// <summary>Gets whether one reading in double-double is faster than one in double and a step of refinement.</summary>
    internal bool IsSummedOnce => Numbers.Length <= MostNumbersAtOnce;

    /// <summary>Returns how a source gives indexes; null where it has none, or too few indicators for indexes to be worth it.</summary>
    internal static IndicatorColumns? Of(IRowSource source)
    {
        if (source is not IIndexedRowSource { IndicatorCounts: { IsDefaultOrEmpty: false } counts } || counts.Sum() < Least)
        {
            return null;
        }

        var columns = new IndicatorColumns(counts);
        int expected = source.Columns - (source.HasWeights ? 1 : 0);
        if (counts.Min() < 0 || counts[^1] != 0 || columns.Columns != expected)
        {
            Throw.IndicatorCounts(columns.Columns, expected);
        }

        return columns;
    }

    /// <summary>Returns the place among the values of a row that a joint column comes from.</summary>
    internal int ValueOf(int column) => _valueOf[column];

    /// <summary>Returns what the values of a row are called: a number as its column, an index as its first indicator.</summary>
    internal ColumnLabels LabelsOfValues(ColumnLabels labels) =>
        new(labels.Names.IsDefaultOrEmpty ? []
            : [.. Enumerable.Range(0, Values).Select(value => labels.Names[Array.IndexOf(_valueOf, value)])], Values - 1, Values);

    /// <summary>Returns the hash that the row has as a whole row, weight included (<see cref="RowHash"/>).</summary>
    internal ulong Hash(ReadOnlySpan<double> row)
    {
        ulong sum = 0;
        for (int i = 0; i < Numbers.Length; i++)
        {
            sum += RowHash.Part(row[Numbers[i]], NumberColumns[i]);
        }

        foreach (IndicatorBlock block in Blocks)
        {
            sum += row[block.Value] >= 0 ? RowHash.Part(1, block.Column + (int)row[block.Value]) : 0;
        }

        return RowHash.Mix(row.Length > Values ? sum + RowHash.Part(row[Values], Columns) : sum);
    }
}
