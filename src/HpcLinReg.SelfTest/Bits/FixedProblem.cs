namespace HpcLinReg.SelfTest.Bits;

/// <summary>
/// A regression problem that is the same everywhere: its numbers, which float holds exactly, come from a linear congruential
/// generator, so that no library decides them.
/// </summary>
internal sealed class FixedProblem
{
    /// <summary>Every length of a tail, and both sides of the borders of wider kernels.</summary>
    private static readonly int[] AllColumns = [.. Enumerable.Range(1, 41), 63, 64, 65, 100, 129];

    /// <summary>Both sides of the borders of lines, panels and blocks.</summary>
    private static readonly int[] AllRows = [1, 2, 7, 8, 9, 31, 127, 129, 2047, 2049, 4500];

    /// <summary>Enough work for several threads, with one and with many blocks for each.</summary>
    private static readonly (int Rows, int Columns)[] LargeShapes = [(200_001, 2), (18_000, 24), (7000, 65)];

    private const int LargestSize = 100_000;

    /// <summary>
    /// Numbers are whole multiples of 1/<see cref="Unit"/>, less than 2 in size: sums of their products are exact in 64 bits.
    /// </summary>
    internal const int Unit = 1 << 20;

    /// <summary>Elements between the rows of <see cref="SpacedX"/>; NaN, which any result that used one would show.</summary>
    private const int Gap = 3;

    private readonly double[] _x;
    private readonly float[] _floatX;
    private double[]? _spacedX;

    internal FixedProblem(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        _x = Numbers(rows * columns, (rows * 131) + columns);
        _floatX = Array.ConvertAll(_x, value => (float)value);
        Y = Numbers(rows, rows + 7);
        FloatY = Array.ConvertAll(Y, value => (float)value);

        // Products with weights of 21 bits would be exact, and so would any order of their sums be: no digest would tell.
        Weights = Array.ConvertAll(Numbers(columns, columns + 3), value => value / 3);
    }

    /// <summary>Gets every pair of columns and rows whose product is not too large for all checks to take a few seconds.</summary>
    internal static IReadOnlyList<FixedProblem> All { get; } =
    [
        .. from columns in AllColumns
           from rows in AllRows
           where rows * columns < LargestSize
           select new FixedProblem(rows, columns),
    ];

    /// <summary>Gets problems that are worth several threads.</summary>
    internal static IReadOnlyList<FixedProblem> Large { get; } =
        [.. LargeShapes.Select(shape => new FixedProblem(shape.Rows, shape.Columns))];

    internal int Rows { get; }

    internal int Columns { get; }

    internal MatrixSpan<double> X => new(_x, Rows, Columns, Columns);

    internal MatrixSpan<float> FloatX => new(_floatX, Rows, Columns, Columns);

    /// <summary>Gets the design with a gap behind each row.</summary>
    internal MatrixSpan<double> SpacedX => new(_spacedX ??= Spaced(), Rows, Columns, Columns + Gap);

    internal double[] Y { get; }

    internal float[] FloatY { get; }

    internal double[] Weights { get; }

    /// <summary>Numbers in [−2, 2) from Knuth's MMIX generator.</summary>
    internal static double[] Numbers(int count, int seed)
    {
        double[] numbers = new double[count];
        ulong state = (ulong)seed;
        for (int i = 0; i < count; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            numbers[i] = ((int)(state >> 42) - (2 * Unit)) / (double)Unit;
        }

        return numbers;
    }

    private double[] Spaced()
    {
        double[] spaced = new double[Rows * (Columns + Gap)];
        Array.Fill(spaced, double.NaN);
        for (int i = 0; i < Rows; i++)
        {
            X[i].CopyTo(spaced.AsSpan(i * (Columns + Gap)));
        }

        return spaced;
    }
}
