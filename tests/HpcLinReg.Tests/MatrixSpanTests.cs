using System.Numerics.Tensors;

namespace HpcLinReg.Tests;

public class MatrixSpanTests
{
    [Fact]
    public void A_window_of_columns_is_viewed_without_a_copy()
    {
        double[] joint = [1, 2, 3, 4, 5, 6];
        MatrixSpan<double> x = new MatrixSpan<double>(joint, 3).SliceColumns(0, 2);
        joint[4] = 50;
        Assert.Equal([4, 50], x[1].ToArray());
        Assert.Equal((2, 2, 3), (x.Rows, x.Columns, x.RowStride));
        Assert.Equal([2.0], new MatrixSpan<double>(joint, 3).SliceRows(0, 1).SliceColumns(1, 1)[0].ToArray());
    }

    [Fact]
    public void Arrays_and_tensors_are_viewed()
    {
        double[,] array = { { 1, 2 }, { 3, 4 }, { 5, 6 } };
        var fromArray = new MatrixSpan<double>(array);
        Assert.Equal((3, 2), (fromArray.Rows, fromArray.Columns));
        Assert.Equal([5, 6], fromArray[2].ToArray());
        var tensor = new ReadOnlyTensorSpan<double>(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]);
        var fromTensor = new MatrixSpan<double>(tensor);
        Assert.Equal((2, 3), (fromTensor.Rows, fromTensor.Columns));
        Assert.Equal([4, 5, 6], fromTensor[1].ToArray());
        Assert.Contains(
            "rank 1",
            Assert.Throws<ArgumentException>(() => new MatrixSpan<double>(new ReadOnlyTensorSpan<double>(new double[3]))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_shapes_are_allowed()
    {
        Assert.Equal(0, new MatrixSpan<double>([], 4).Rows);
        Assert.Equal(3, new MatrixSpan<double>([], 3, 0, 0).Rows);
        Assert.Equal(0, new MatrixSpan<double>([1, 2], 2).SliceRows(1, 0).Rows);
    }

    [Fact]
    public void Impossible_shapes_are_refused_with_their_numbers()
    {
        Assert.Contains("7 elements", Assert.Throws<ArgumentException>(() => new MatrixSpan<double>(new double[7], 3)).Message, StringComparison.Ordinal);
        Assert.Contains("need 8", Assert.Throws<ArgumentException>(() => new MatrixSpan<double>(new double[7], 2, 3, 5)).Message, StringComparison.Ordinal);
        Assert.Contains("Half", Assert.Throws<ArgumentException>(() => new MatrixSpan<Half>(new Half[4], 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], 2, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], -1, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], 2)[2].Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], 2).SliceRows(1, 2).Rows);
        Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixSpan<double>(new double[4], 2).SliceColumns(2, 1).Rows);

        // Rows × stride beyond the range of int must not wrap round to a short length.
        Assert.Throws<ArgumentException>(() => new MatrixSpan<double>(new double[4], 65536, 1, 65537));
    }
}
