using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using HpcLinReg.Tests.Data;

namespace HpcLinReg.Tests.Cli;

/// <summary>The pictures of a model: what they draw is what the statistics say.</summary>
public sealed class PlotCommandTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Residual, standardized residual and distance of every row are those of predict, and the partial regressions have the slopes of the fit.</summary>
    [Fact]
    public void The_points_are_the_numbers_of_predict_and_fit()
    {
        string data = Noisy(40), model = _folder.Path("model.json"), folder = _folder.Path("plots");
        JsonElement fit = Fit(data, "--out", model, "--plots", folder, "--json").Json;
        Assert.Equal(
            ["coefficients.svg", "leverage.svg", "partial-01.svg", "partial-02.svg", "predicted.svg", "qq.svg", "residuals.svg", "scale-location.svg"],
            Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        (double Prediction, double Residual, double Standardized, double Cook)[] rows = [.. CommandLine.Run("predict", model, data, "--residuals", "--json").Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (Of(row, "prediction"), Of(row, "residual"), Of(row, "standardized"), Of(row, "cook")))];
        (long Row, double X, double Y)[] residuals = Dots(folder, "residuals"), leverages = Dots(folder, "leverage"), scales = Dots(folder, "scale-location");
        Assert.Equal(40, residuals.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            // The file's predictions are sums in another order.
            (double size, (_, double fitted, double residual)) = (Math.Abs(rows[i].Prediction), residuals.Single(dot => dot.Row == i + 1));
            Assert.Equal(rows[i].Prediction, fitted, 1e-12 * (1 + size));
            Assert.Equal(rows[i].Residual, residual, 1e-12 * (1 + size));
            (_, double leverage, double standardized) = leverages.Single(dot => dot.Row == i + 1);
            Assert.Equal(rows[i].Standardized, standardized, 1e-9);
            Assert.Equal(rows[i].Cook, RowInfluenceCook(standardized, leverage, 3), 1e-9);
            Assert.Equal(Math.Sqrt(Math.Abs(rows[i].Standardized)), scales.Single(dot => dot.Row == i + 1).Y, 1e-9);
        }

        double[] estimates = [.. fit.GetProperty("coefficients").EnumerateArray().Select(coefficient => coefficient.GetProperty("estimate").GetDouble())];
        for (int j = 1; j <= 2; j++)
        {
            (long Row, double X, double Y)[] partial = Dots(folder, $"partial-0{j}");
            double slope = partial.Sum(dot => dot.X * dot.Y) / partial.Sum(dot => dot.X * dot.X);
            Assert.Equal(estimates[j], slope, 1e-9 * Math.Abs(estimates[j]));
        }

        Assert.Equal(estimates, Dots(folder, "coefficients").Select(dot => dot.X));
    }

    /// <summary>Places are linear in the numbers: the picture shows what stands in it.</summary>
    [Fact]
    public void Points_stand_where_their_numbers_say()
    {
        string folder = _folder.Path("plots");
        Fit(Noisy(40), "--plots", folder);
        foreach (string name in (string[])["residuals", "leverage", "qq", "predicted", "partial-01"])
        {
            XElement[] dots = [.. Picture(folder, name).Descendants(Svg + "circle")];
            foreach ((string place, string number) in (ReadOnlySpan<(string, string)>)[("cx", "data-x"), ("cy", "data-y")])
            {
                (double Place, double Number)[] pairs = [.. dots.Select(dot => (Number(dot, place), Number(dot, number))).OrderBy(pair => pair.Item2)];
                double slope = (pairs[^1].Place - pairs[0].Place) / (pairs[^1].Number - pairs[0].Number);
                Assert.Equal(place == "cx", slope > 0);

                // Places are rounded to hundredths of a pixel.
                Assert.All(pairs, pair => Assert.Equal(pairs[0].Place + (slope * (pair.Number - pairs[0].Number)), pair.Place, 0.03));
            }
        }
    }

    /// <summary>A model from its file and the rows of its fit give the pictures that the fit gave.</summary>
    [Fact]
    public void Plot_draws_what_fit_drew()
    {
        string data = Noisy(60), model = _folder.Path("model.json"), folder = _folder.Path("plots"), again = _folder.Path("again");
        Fit(data, "--weights", "v", "--out", model, "--plots", folder);
        Outcome outcome = CommandLine.Run("plot", model, data, "--weights", "v", "--out", again);
        Assert.Equal((0, "", ""), (outcome.ExitCode, outcome.Output, outcome.Error));
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            XElement[] one = [.. XDocument.Load(path).Descendants(Svg + "circle")], other = [.. Picture(again, Path.GetFileNameWithoutExtension(path)).Descendants(Svg + "circle")];
            Assert.Equal(one.Length, other.Length);
            Assert.All(one.Zip(other), pair => Assert.Equal(Number(pair.First, "cy"), Number(pair.Second, "cy"), 0.02));
        }

        CommandLine.AssertFails(2, ["fitted with weights", "--weights"], "plot", model, data);
        CommandLine.AssertFails(1, ["are not those of the fit"], "plot", model, Noisy(61), "--weights", "v");
    }

    /// <summary>Above 2,000 rows, cells are drawn by the number of rows in them, and every row counts.</summary>
    [Fact]
    public void Many_rows_are_drawn_as_density()
    {
        string folder = _folder.Path("plots");
        Fit(Noisy(20000), "--plots", folder);
        Assert.Empty(Picture(folder, "residuals").Descendants(Svg + "circle"));
        Assert.Contains(Picture(folder, "residuals").Descendants(Svg + "path"), path => path.Attribute("class")!.Value == "blue");
        Assert.InRange(Picture(folder, "qq").Descendants(Svg + "circle").Count(), 100, 2000);
        Assert.All(Directory.EnumerateFiles(folder), path => Assert.InRange(new FileInfo(path).Length, 1000, 400_000));
    }

    /// <summary>The format is that of the ending, and an ending that is not written is named.</summary>
    [Fact]
    public void Pictures_are_svg_or_png_by_their_ending()
    {
        string data = Noisy(40), png = _folder.Path("fit.png"), svg = _folder.Path("fit.SVG"), loss = _folder.Path("loss.png");
        Fit(data, "--plots", png);
        Fit(data, "--plots", svg);
        Assert.Equal(0, CommandLine.Run("train", data, "--target", "y", "--features", "a,b", "--plot", loss).ExitCode);
        Assert.All([png, loss], path => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]));
        XElement sheet = XDocument.Load(svg).Root!;
        Assert.Equal("0 0 1360 920", sheet.Attribute("viewBox")!.Value);
        Assert.Contains("prefers-color-scheme:dark", sheet.Element(Svg + "style")!.Value, StringComparison.Ordinal);
        CommandLine.AssertFails(2, ["--plots", "SVG (.svg) and PNG (.png)", "'.pdf'"], "fit", data, "--target", "y", "--plots", _folder.Path("fit.pdf"));
        CommandLine.AssertFails(2, ["--plot", "SVG (.svg) and PNG (.png)", "'.jpg'"], "train", data, "--target", "y", "--plot", _folder.Path("loss.jpg"));
        CommandLine.AssertFails(2, ["--plot", "ends in neither"], "chapter", "--plot", _folder.Path("chapter"));
        Assert.False(File.Exists(_folder.Path("fit.pdf")) || File.Exists(_folder.Path("loss.jpg")));
    }

    /// <summary>Curves of several rates are apart by more than their width somewhere, and the least loss is no floor that they lie on.</summary>
    [Fact]
    public void Losses_of_several_rates_can_be_told_apart()
    {
        string loss = _folder.Path("loss.svg");
        Outcome outcome = CommandLine.Run("train", Noisy(200), "--target", "y", "--features", "a,b", "--steps", "60", "--rate", "0.3", "--compare", "0.15,0.05", "--plot", loss);
        Assert.Equal(0, outcome.ExitCode);
        XElement picture = XDocument.Load(loss).Root!;
        Assert.Contains("loss above the least", picture.Descendants(Svg + "text").Select(text => text.Value));
        double[] ends = [.. picture.Descendants(Svg + "path").Where(path => path.Parent!.Name == Svg + "g").Select(path => LastHeight(path.Attribute("d")!.Value))];
        Assert.Equal(3, ends.Length);
        Assert.All(ends.Order().Zip(ends.Order().Skip(1)), pair => Assert.True(pair.Second - pair.First > 20, $"{pair}"));
    }

    private static double RowInfluenceCook(double standardized, double leverage, int rank) => standardized * standardized * leverage / (rank * (1 - leverage));

    private static double LastHeight(string path) => double.Parse(path[(path.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static Outcome Fit(string data, params string[] more)
    {
        Outcome outcome = CommandLine.Run(["fit", data, "--target", "y", "--features", "a,b", .. more]);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        return outcome;
    }

    private static double Of(JsonElement row, string name) => row.GetProperty(name).GetDouble();

    private static XDocument Picture(string folder, string name) => XDocument.Load(Path.Combine(folder, name + ".svg"));

    private static (long Row, double X, double Y)[] Dots(string folder, string name) =>
        [.. Picture(folder, name).Descendants(Svg + "circle").Select(dot => ((long)(dot.Attribute("data-row") is { } row ? Number(row.Value) : 0), Number(dot, "data-x"), Number(dot, "data-y")))];

    private static double Number(XElement dot, string name) => Number(dot.Attribute(name)!.Value);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>y = 3 + 2a − b and noise, with precisions v.</summary>
    private string Noisy(int rows) => _folder.Copy(
        $"noisy{rows}.csv",
        $"SELECT a, b, v, 3 + 2 * a - b + ((i * 7919 % 1009) / 1009.0 - 0.5) * (1 + a / 5) AS y FROM (SELECT i, (i * 37 % 101) / 8.0 AS a, (i * 53 % 97) / 8.0 + (i * 37 % 101) / 20.0 AS b, 1 + i % 3 AS v FROM range({rows}) t(i)) ORDER BY i");
}
