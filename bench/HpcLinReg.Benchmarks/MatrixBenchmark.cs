using BenchmarkDotNet.Attributes;
using HpcLinReg.Benchmarks.Hosts;

namespace HpcLinReg.Benchmarks;

/// <summary>Seeded data of one shape, between 0 and 1, and a process of the CPU features its job asked for.</summary>
[MemoryDiagnoser]
public abstract class MatrixBenchmark
{
    /// <summary>Gets or sets rows × columns.</summary>
    [ParamsSource(nameof(Shapes))]
    public string Shape { get; set; } = "";

    /// <summary>Gets one shape in cache, and from memory one of narrow rows, one of middling and one of wide.</summary>
    public virtual IEnumerable<string> Shapes => ["1000x16", "1000000x3", "1000000x16", "100000x100", "20000x512"];

    internal double[] X { get; private set; } = [];

    internal double[] Y { get; private set; } = [];

    internal double[] Weights { get; private set; } = [];

    internal int Rows { get; private set; }

    internal int Columns { get; private set; }

    internal MatrixSpan<double> Design => new(X, Rows, Columns, Columns);

    /// <summary>Draws the data.</summary>
    [GlobalSetup]
    public void Setup()
    {
        CpuFeatureJobs.RequireLevel();
        var shape = MatrixShape.Parse(Shape);
        (Rows, Columns) = (shape.Rows, shape.Columns);
        var random = new Random(20260102);
        X = MatrixShape.Draw(random, Rows * Columns);
        Y = MatrixShape.Draw(random, Rows);
        Weights = MatrixShape.Draw(random, Columns);
        Prepare();
    }

    /// <summary>What a benchmark needs beside the data; stops the run when what it compares does not compute the same.</summary>
    protected virtual void Prepare()
    {
    }

    /// <summary>Stops the run when two results differ by more than a relative bound.</summary>
    internal static void RequireSame(string name, ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double tolerance)
    {
        for (int j = 0; j < expected.Length; j++)
        {
            if (!(Math.Abs(actual[j] - expected[j]) <= tolerance * Math.Abs(expected[j])))
            {
                throw new InvalidOperationException($"{name} computes {actual[j]:R} for element {j}, the engine {expected[j]:R}.");
            }
        }
    }
}
