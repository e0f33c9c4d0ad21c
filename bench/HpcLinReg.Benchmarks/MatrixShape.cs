using System.Globalization;

namespace HpcLinReg.Benchmarks;

/// <summary>Rows and columns of a benchmark, read from its parameter once: parsing allocates, and would be measured with the rest.</summary>
internal readonly record struct MatrixShape(int Rows, int Columns)
{
    internal static MatrixShape Parse(string shape)
    {
        string[] sides = shape.Split('x');
        return new MatrixShape(int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture));
    }

    internal static double[] Draw(Random random, int count)
    {
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextDouble();
        }

        return values;
    }
}
