using System.IO.Compression;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>
/// Columns of a short file whose cells are all finite numbers are parsed as numbers; the same file compressed is read by the texts of its
/// cells. Both give the same bits or the same refusal, whatever a cell looks like.
/// </summary>
public sealed class FiniteColumnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("5")]
    [InlineData("-0")]
    [InlineData("+5")]
    [InlineData(" 5")]
    [InlineData("5 ")]
    [InlineData("\" 5 \"")]
    [InlineData("\"5\"")]
    [InlineData("\"\"")]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("NaN")]
    [InlineData("nan")]
    [InlineData("inf")]
    [InlineData("-Infinity")]
    [InlineData("1e400")]
    [InlineData("1e-400")]
    [InlineData("4.9e-324")]
    [InlineData("1_0")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e5")]
    [InlineData("1E2")]
    [InlineData("00123")]
    [InlineData("0x10")]
    [InlineData("5d")]
    [InlineData("1,5")]
    [InlineData("1.000")]
    [InlineData("true")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0047583311587E590003")]
    [InlineData("0.1000000000000000055511151231257827021181583404541015625")]
    public void A_cell_is_read_as_by_its_text(string cell)
    {
        foreach (char delimiter in ",;")
        {
            string text = delimiter == ',' && cell.Contains(',', StringComparison.Ordinal) ? $"\"{cell}\"" : cell;
            StringBuilder csv = new($"x{delimiter}y\n");
            for (int i = 0; i < 12; i++)
            {
                csv.Append(i == 7 ? text : FormattableString.Invariant($"{1.25 + (i * i)}")).Append(delimiter).Append(i % 5).Append('\n');
            }

            byte[] bytes = Encoding.UTF8.GetBytes(csv.ToString());
            File.WriteAllBytes(_folder.Path("in.csv"), bytes);
            using (GZipStream zip = new(File.Create(_folder.Path("in.csv.gz")), CompressionLevel.Fastest))
            {
                zip.Write(bytes);
            }

            Assert.Equal(Outcome("in.csv.gz"), Outcome("in.csv"));
        }
    }

    /// <summary>A row that comes later decides as much as the first ones.</summary>
    [Fact]
    public void A_file_that_is_longer_than_it_seems_is_read_by_its_texts()
    {
        // Long lines first: the file seems to have a few rows.
        IEnumerable<string> lines = Enumerable.Range(0, 30_000).Select(i => i < 100 ? FormattableString.Invariant($"{i}.{new string('0', 700)},{i % 7}") : i == 25_000 ? "1_0,3" : FormattableString.Invariant($"{i},{i % 7}"));
        File.WriteAllLines(_folder.Path("in.csv"), lines.Prepend("x,y"));
        Assert.Contains("1_0", Outcome("in.csv"), StringComparison.Ordinal);
    }

    private string Outcome(string name)
    {
        try
        {
            DataFitResult fit = Fitting.Run(_folder.Path(name), new FitRequest { Target = "y" });
            double[] bits = [.. fit.Model.Terms.SelectMany(term => new[] { term.Coefficient, term.StandardError })];
            return $"{string.Join(' ', bits.Select(BitConverter.DoubleToInt64Bits))}\n{string.Join('\n', fit.Warnings)}\n{fit.RowsDropped}".Replace(name, "FILE", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is UsageException or HpcLinReg.Data.DataException)
        {
            return exception.Message.Replace(name, "FILE", StringComparison.Ordinal);
        }
    }
}
