using BenchmarkDotNet.Attributes;

namespace HpcLinReg.Benchmarks.Kernels;

/// <summary>
/// The inner loops as machine code: <c>--filter '*InnerLoop*' --job short</c> writes it beside the tables. What to look for in each loop
/// that holds vfmadd231pd: no vmovups to or from [rbp…] or [rsp…] (a spilled accumulator), no cmp with a length before a load
/// (a bounds check), no call, and a broadcast folded into its multiply-add or one vbroadcastsd for each value. With AVX-512:
/// sixteen multiply-adds a row in AddEightByTwo, five plus eight plus five in Gram13To17, one for each line twice in Gradient8To39.
/// </summary>
[DisassemblyDiagnoser(maxDepth: 6, exportGithubMarkdown: true)]
public class InnerLoopBenchmarks : MatrixBenchmark
{
    private double[] _gradient = [];

    /// <inheritdoc/>
    public override IEnumerable<string> Shapes => ["4096x7", "4096x16", "4096x100"];

    /// <summary>Gradient8To39 or Gradient1To7, or LineProducts and AxpyOfFourRows.</summary>
    [Benchmark]
    public double Gradient() => LinearRegression.Gradient(Design, Y, Weights, 0.5, _gradient).Loss;

    /// <summary>Gram3To12, Gram13To17, or Pack and the register tile.</summary>
    [Benchmark]
    public long Gram()
    {
        var accumulator = new MomentsAccumulator(Columns);
        accumulator.Add(Design);
        return accumulator.RowCount;
    }

    /// <inheritdoc/>
    protected override void Prepare() => _gradient = new double[Columns];
}
