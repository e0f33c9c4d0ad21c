using HpcLinReg.Kernels;
using HpcLinReg.Solver;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Solver;

public class ResidualPassTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Any_number_of_threads_has_the_bits_of_one(int threads)
    {
        // Enough rows and columns for all eight, and a last block that is not whole.
        using var problem = new Problem(20_001, 60, seed: 4, extraStride: 3);
        ResidualPass one = Read(problem, 1), several = Read(problem, threads);
        Assert.NotEqual(0, one.Sum.Low);
        Assert.Equal((one.Sum, one.SumOfSquares), (several.Sum, several.SumOfSquares));
        Assert.Equal(Enumerable.Range(0, 60).Select(one.Product), Enumerable.Range(0, 60).Select(several.Product));
    }

    private static ResidualPass Read(Problem problem, int threads)
    {
        var pass = new ResidualPass(problem.Columns);
        for (int j = 0; j < problem.Columns; j++)
        {
            pass.Centers[j] = 0.1;
            pass.SetWeight(j, (DoubleDouble)problem.Weights[j] / 3);
        }

        pass.Start(0.1);
        pass.AddAll(problem.Design, new MatrixSpan<double>(problem.Y, problem.Rows, 1, 1), threads);
        return pass;
    }
}
