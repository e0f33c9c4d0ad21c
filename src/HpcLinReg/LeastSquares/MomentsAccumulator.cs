using System.Numerics;

namespace HpcLinReg;

/// <summary>Takes rows of [X | Y] in order and folds them into moments.</summary>
public sealed class MomentsAccumulator
{
    /// <summary>Starts at an absolute row.</summary>
    public MomentsAccumulator(int columns, long firstRow = 0)
    {
        Columns = columns;
        FirstRow = firstRow;
    }

    /// <summary>Gets the number of joint columns.</summary>
    public int Columns { get; }

    /// <summary>Gets the absolute index of the first row.</summary>
    public long FirstRow { get; }

    /// <summary>Gets how many rows were taken.</summary>
    public long RowCount { get; private set; }

    /// <summary>Takes the next rows.</summary>
    public void Add<T>(MatrixSpan<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => RowCount += rows.Rows;

    /// <summary>Folds.</summary>
    public Moments ToMoments(params ReadOnlySpan<string> names) => throw new NotSupportedException();
}
