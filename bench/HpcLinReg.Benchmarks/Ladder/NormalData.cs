namespace HpcLinReg.Benchmarks.Ladder;

/// <summary>Independent standard normal features, and a target that is their sum with standard normal noise.</summary>
internal sealed class NormalData
{
    private readonly double[] _cells;

    internal NormalData(int rows, int columns)
    {
        var random = new Random((rows * 31) + columns);
        Rows = rows;
        Columns = columns;
        _cells = Draw(random, rows * columns);
        Target = Draw(random, rows);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                Target[i] += _cells[(i * columns) + j];
            }
        }
    }

    internal int Rows { get; }

    internal int Columns { get; }

    internal MatrixSpan<double> Features => new(_cells, Columns);

    internal double[] Target { get; }

    /// <summary>The same data with the last feature a copy of the first one.</summary>
    internal NormalData WithRepeatedColumn()
    {
        var copy = new NormalData(Rows, Columns);
        for (int i = 0; i < Rows; i++)
        {
            copy._cells[(i * Columns) + Columns - 1] = copy._cells[i * Columns];
        }

        return copy;
    }

    /// <summary>By the method of Box and Muller (1958).</summary>
    private static double[] Draw(Random random, int count)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return values;
    }
}
