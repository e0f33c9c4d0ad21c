namespace HpcLinReg.Tests;

public class MatrixSpanTests
{
    [Fact]
    public void A_buffer_that_is_not_whole_rows_is_refused_with_its_numbers()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new MatrixSpan<double>(new double[7], 3));
        Assert.Contains("7 elements", error.Message, StringComparison.Ordinal);
    }
}
