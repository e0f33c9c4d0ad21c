using System.Data;
using HpcLinReg.Data;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Data views of ML.NET fit to the bits of the same rows in a file; vectors become columns, keys texts.</summary>
public sealed class DataViewSourceTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_view_has_the_bits_of_a_file()
    {
        using DataTable table = RowSourceTests.Table();
        IDataView view = _context.Data.LoadFromEnumerable(table.Rows.Cast<DataRow>().Select(row => new Row
        {
            X = row["x"] as double? ?? double.NaN,
            Whole = (long)row["whole"],
            Text = row["s"] as string,
            Flag = (bool)row["flag"],
            Day = (DateTime)row["day"],
            Y = (double)row["y"],
        }).ToArray());
        RegressionModel model = RowSourceTests.Model(DataViewSource.Open(view, "the view", null, TestContext.Current.CancellationToken));
        Assert.Equal(RowSourceTests.Bits(RowSourceTests.OfFile(_folder)), RowSourceTests.Bits(model));
    }

    [Fact]
    public void Vectors_are_columns_by_the_names_of_their_slots_and_keys_are_texts()
    {
        IDataView view = _context.Data.LoadFromEnumerable([
            new Other { A = 1, B = 2, S = "x", Many = [3, 4], Small = 5, Big = ulong.MaxValue, Moment = new DateTimeOffset(2024, 1, 1, 1, 0, 0, TimeSpan.FromHours(1)) },
            new Other { A = float.NaN, B = 2, S = "", Many = [3, 4], Small = -5 }]);
        view = _context.Transforms.Concatenate("Features", "A", "B").Append(_context.Transforms.Conversion.MapValueToKey("Key", "S")).Fit(view).Transform(view);
        using DataSource source = DataViewSource.Open(view, "the view", null, TestContext.Current.CancellationToken);
        string[] names = [.. source.Columns.Select(column => column.Name)];
        Assert.Equal(["A", "B", "S", "Many.0", "Many.1", "Small", "Big", "Moment", "Features.A", "Features.B", "Key"], names);
        List<string?[]> rows = source.Session.Table($"SELECT {string.Join(", ", names.Select((_, i) => $"t{i}"))} FROM ({source.Table.TextAndTypedRows(new HpcLinReg.Data.Sources.SourceColumn?[names.Length])})");
        Assert.Equal(["1.0", "2.0", "x", "3.0", "4.0", "5", "18446744073709551615", "2024-01-01 00:00:00+00", "1.0", "2.0", "x"], rows[0]);
        Assert.Equal([null, "2.0", null, "3.0", "4.0", "-5", "0", "0001-01-01 00:00:00+00", null, "2.0", null], rows[1]);
    }

    [Fact]
    public void A_vector_in_a_feature_list_is_named_as_it_is_shown()
    {
        IDataView view = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Other { A = i, B = i * i, Small = (sbyte)(3 + (2 * i)) }));
        view = _context.Transforms.Concatenate("Features", "A", "B").Fit(view).Transform(view);
        using DataSource source = DataViewSource.Open(view, "the view", null, TestContext.Current.CancellationToken);
        DataFitResult fit = Fitting.Run(source, new FitRequest { Target = "Small", Features = "\"Features.A\", \"Features.B\"" });
        Assert.Equal(["Features.A", "Features.B"], fit.Model.Terms.Select(term => term.Name).Where(name => name.StartsWith('F')));
        Assert.Equal(2, fit.Fit.Model.Weights[0], 1e-12);
    }

    [Fact]
    public void What_is_no_value_of_a_regression_is_refused_by_name()
    {
        IDataView spans = _context.Data.LoadFromEnumerable([new Span { Length = TimeSpan.FromSeconds(1) }]);
        Assert.Contains("'Length' has values of type TimeSpan", Assert.Throws<UsageException>(() => DataViewSource.Open(spans, "the view", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        IDataView any = _context.Data.LoadFromEnumerable([new AnySize { Values = [1] }]);
        Assert.Contains("'Values' is a vector whose size", Assert.Throws<UsageException>(() => DataViewSource.Open(any, "the view", null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        IDataView rows = _context.Data.LoadFromEnumerable([new Other { Many = [1, 2] }]);
        Assert.Throws<OperationCanceledException>(() => DataViewSource.Open(rows, "the view", null, new CancellationToken(true)));
    }

    private sealed class Row
    {
        [ColumnName("x")]
        public double X { get; set; }

        [ColumnName("whole")]
        public long Whole { get; set; }

        [ColumnName("s")]
        public string? Text { get; set; }

        [ColumnName("flag")]
        public bool Flag { get; set; }

        [ColumnName("day")]
        public DateTime Day { get; set; }

        [ColumnName("y")]
        public double Y { get; set; }
    }

    private sealed class Other
    {
        public float A { get; set; }

        public float B { get; set; }

        public string? S { get; set; }

        [VectorType(2)]
        public double[] Many { get; set; } = [0, 0];

        public sbyte Small { get; set; }

        public ulong Big { get; set; }

        public DateTimeOffset Moment { get; set; }
    }

    private sealed class Span
    {
        public TimeSpan Length { get; set; }
    }

    private sealed class AnySize
    {
        public float[] Values { get; set; } = [];
    }
}
