using System.Globalization;
using HpcLinReg.Labs.Plots;
using HpcLinReg.Statistics;

namespace HpcLinReg.Cli.Plots;

/// <summary>The pictures of a model and of the rows it was fitted on, each by its name.</summary>
internal sealed class ModelPictures(PictureStatistic rows, Summary summary)
{
    internal const string All = "residuals, qq, scale-location, leverage, coefficients, predicted, and one partial regression a term";

    private const double Width = 680;
    private const double Height = 460;
    private const double RowHeight = 26;

    private static readonly double[] Distances = [0.5, 1];

    private RegressionModel Model => rows.Model;

    private string Target => Model.Target;

    /// <summary>Gets what residuals are called: with precisions they are √v·e.</summary>
    private string Residual => Model.Training.Weights == WeightKind.Precision ? "residual · √weight" : "residual";

    private bool HasStandardized => rows.Ranks.Count > 0;

    /// <summary>Draws every picture that the model has.</summary>
    internal IEnumerable<(string Name, Drawing Drawing)> Draw()
    {
        yield return ("residuals", Residuals());
        if (HasStandardized)
        {
            yield return ("qq", Quantiles());
            yield return ("scale-location", ScaleLocation());
            yield return ("leverage", Leverage());
        }

        if (summary.Coefficients.Any(coefficient => !double.IsNaN(coefficient.Lower)))
        {
            yield return ("coefficients", Coefficients());
        }

        yield return ("predicted", Predicted());
        int number = 0;
        foreach ((int term, Cloud cloud) in rows.Partial)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"partial-{++number:00}"), Partial(term, cloud));
        }
    }

    /// <summary>Draws one sheet of the pictures of residuals, or of what there is instead where residuals are not standardized.</summary>
    internal Drawing Sheet()
    {
        (string Name, Drawing Drawing)[] pictures = [.. Draw().Take(4)];
        int lines = (pictures.Length + 1) / 2;
        var sheet = new Drawing(2 * Width, lines * Height, $"Residuals of {Target}: {string.Join(", ", pictures.Select(picture => picture.Name))}");
        for (int i = 0; i < pictures.Length; i++)
        {
            sheet.Add(pictures[i].Drawing, i % 2 * Width, i / 2 * Height);
        }

        return sheet;
    }

    private Drawing Residuals()
    {
        var drawing = new Drawing(Width, Height, "Residuals against fitted values");
        var frame = new Frame(drawing, rows.Residuals.AxisX(), rows.Residuals.AxisY(0), ($"fitted {Target}", Residual));
        frame.Open();
        frame.Straight(0, 0, Ink.Quiet, isDashed: true);
        rows.Residuals.Draw(drawing, frame);
        frame.Close();
        rows.LargestResiduals.Draw(frame);
        return drawing;
    }

    /// <summary>
    /// Quantiles at (i − a)/(n + 1 − 2a), a being 3/8 up to 10 rows and 1/2 beyond, as R's <c>ppoints</c>; a line through the quartiles.
    /// </summary>
    private Drawing Quantiles()
    {
        var drawing = new Drawing(Width, Height, "Normal quantiles of the standardized residuals");
        double n = rows.Ranks.Count, a = n <= 10 ? 0.375 : 0.5;
        List<(double Normal, double Value, long Row)> points = [];
        if (rows.Standardized.Count > 0)
        {
            (double Value, long Row)[] sorted = [.. rows.Standardized.OrderBy(row => row.Value)];
            points.AddRange(sorted.Select((row, i) => (Normal((i + 1 - a) / (n + 1 - (2 * a))), row.Value, row.Row)));
        }
        else
        {
            points.AddRange(rows.Ranks.Ranks().Select(rank => (Normal(rank.Below / n), rank.Value, 0L)));
        }

        var x = Axis.Around(points.Select(point => point.Normal));
        var y = Axis.Around(points.Select(point => point.Value));
        var frame = new Frame(drawing, x, y, ("normal quantile", "standardized residual"));
        frame.Open();
        (double low, double high) = (ValueAt(points, -QuartileOfNormal), ValueAt(points, QuartileOfNormal));
        double slope = (high - low) / (2 * QuartileOfNormal);
        frame.Straight(slope, (low + high) / 2, Ink.Quiet, isDashed: true);
        double radius = points.Count > 500 ? 2 : 3;
        (double X, double Y) last = (double.NaN, double.NaN);
        foreach ((double normal, double value, long row) in points)
        {
            (double X, double Y) place = frame.Place(normal, value);
            if (rows.Standardized.Count > 0 || !(Math.Abs(place.X - last.X) + Math.Abs(place.Y - last.Y) < 1))
            {
                frame.Dot(normal, value, row, Ink.Blue, radius);
                last = place;
            }
        }

        frame.Close();
        foreach ((double normal, double value, long row) in points
            .Where(point => point.Row > 0).OrderByDescending(point => Math.Abs(point.Value)).Take(3))
        {
            frame.Label(normal, value, row.ToString(CultureInfo.InvariantCulture), Ink.Text);
        }

        return drawing;
    }

    private Drawing ScaleLocation()
    {
        var drawing = new Drawing(Width, Height, "Scale against location");
        var frame = new Frame(drawing, rows.ScaleLocation.AxisX(), rows.ScaleLocation.AxisY(0) with { Min = 0 }, ($"fitted {Target}", "√|standardized residual|"));
        frame.Open();
        rows.ScaleLocation.Draw(drawing, frame);
        frame.Close();
        rows.LargestScales.Draw(frame);
        return drawing;
    }

    private Drawing Leverage()
    {
        int rank = Model.Rank;
        var drawing = new Drawing(Width, Height, "Leverage, with contours of Cook's distance");
        Axis x = rows.Leverage.AxisX(0) with { Min = 0 }, y = rows.Leverage.AxisY(0);
        var frame = new Frame(drawing, x, y, ("leverage", "standardized residual"), new FrameLook { LegendLines = 1 });
        double most = Math.Min(x.Max, 1 - 1e-6);

        // Contours come down towards the right; those that stay above the picture are not in the legend.
        int contours = Distances.Count(distance => RowInfluence.StandardizedAt(distance, most, rank) < Math.Max(y.Max, -y.Min));
        frame.Legend(contours == 0 ? [($"largest Cook's distance {Numerals.Number(rows.LargestDistances.Rows[0].Size, 3)}", null, true)]
            : [.. Distances.Take(contours).Select((distance, k) => ($"Cook's distance {distance.ToString(CultureInfo.InvariantCulture)}", k == 0 ? Ink.Yellow : Ink.Red, true))]);
        frame.Open();
        frame.Straight(0, 0, Ink.Quiet);
        for (int k = 0; k < contours; k++)
        {
            (double H, double R)[] contour = [.. Enumerable.Range(1, 400).Select(i => most * i / 400)
                .Select(h => (h, RowInfluence.StandardizedAt(Distances[k], h, rank)))];
            Ink ink = k == 0 ? Ink.Yellow : Ink.Red;
            frame.Line(contour, ink, 1.5, isDashed: true);
            frame.Line(contour.Select(point => (point.H, -point.R)), ink, 1.5, isDashed: true);
        }

        rows.Leverage.Draw(drawing, frame);
        frame.Close();
        rows.LargestDistances.Draw(frame);
        return drawing;
    }

    /// <summary>
    /// Estimates with their limits. Terms of very different units have no common axis: then in standard errors, the numbers beside them.
    /// </summary>
    private Drawing Coefficients()
    {
        SummaryCoefficient[] shown = [.. summary.Coefficients.Where(coefficient => !double.IsNaN(coefficient.Lower)).Take(60)];
        double[] widths = [.. shown.Select(coefficient => coefficient.Upper - coefficient.Lower)];
        bool isScaled = widths.Max() > 20 * widths.Min();
        double Scaled(SummaryCoefficient coefficient, double value) => isScaled ? value / coefficient.StandardError : value;
        string[] numbers = [.. shown.Select(coefficient => $"{Numerals.Number(coefficient.Estimate, 4)} ({Numerals.Number(coefficient.Lower, 4)} to {Numerals.Number(coefficient.Upper, 4)})")];
        string level = (100 * summary.Level).ToString("0.####", CultureInfo.InvariantCulture);
        var drawing = new Drawing(Width, 100 + (RowHeight * shown.Length), $"Coefficients with {level} % limits");
        var x = Axis.Around(shown
            .SelectMany(coefficient => new[] { Scaled(coefficient, coefficient.Lower), Scaled(coefficient, coefficient.Upper) }).Append(0));
        Tick[] names =
            [.. shown.Select((coefficient, i) => new Tick(shown.Length - 1 - i, coefficient.Term.Length > 24 ? $"{coefficient.Term[..23]}…" : coefficient.Term))];
        var frame = new Frame(drawing, x, new Axis(-0.6, shown.Length - 0.4), (isScaled ? "coefficient in its standard errors" : "coefficient", ""),
            new FrameLook { YTicks = names, RightRoom = Drawing.WidthOf(numbers.MaxBy(text => text.Length)!, 12) + 6 });
        frame.Line([(0, frame.Y.Min), (0, frame.Y.Max)], Ink.Quiet, 1, isDashed: true);
        for (int i = 0; i < shown.Length; i++)
        {
            double row = shown.Length - 1 - i;
            frame.Line([(Scaled(shown[i], shown[i].Lower), row), (Scaled(shown[i], shown[i].Upper), row)], Ink.Blue, 2.5);
            drawing.Add(new DotShape(frame.PixelX(Scaled(shown[i], shown[i].Estimate)), frame.PixelY(row), 4.5, Ink.Blue, 1,
                shown[i].Estimate, row, 0));
            drawing.Add(new TextShape(frame.Right + 10, frame.PixelY(row) + 4, numbers[i], Ink.Quiet, 12));
        }

        return drawing;
    }

    private Drawing Predicted()
    {
        var drawing = new Drawing(Width, Height, $"Predicted against actual values (R² {Numerals.Number(summary.RSquared, 4)})");
        var frame = new Frame(drawing, rows.Predicted.AxisX(), rows.Predicted.AxisY(), ($"actual {Target}", $"predicted {Target}"));
        frame.Open();
        frame.Straight(1, 0, Ink.Quiet, isDashed: true);
        rows.Predicted.Draw(drawing, frame);
        frame.Close();
        return drawing;
    }

    private Drawing Partial(int term, Cloud cloud)
    {
        string name = Model.Terms[term].Name;
        double slope = Model.Terms[term].Coefficient;
        var drawing = new Drawing(Width, Height, $"{Target} on {name}, both without what the other terms explain (slope {Numerals.Number(slope, 4)})");
        var frame = new Frame(drawing, cloud.AxisX(), cloud.AxisY(), ($"{name}, given the others", $"{Target}, given the others"));
        frame.Open();
        cloud.Draw(drawing, frame);
        frame.Straight(slope, 0, Ink.Red, width: 2);
        frame.Close();
        return drawing;
    }

    private const double QuartileOfNormal = 0.6744897501960817;

    private static double Normal(double probability) => StudentT.Quantile(probability, double.PositiveInfinity);

    /// <summary>Interpolates the value at a normal quantile.</summary>
    private static double ValueAt(List<(double Normal, double Value, long Row)> points, double normal)
    {
        int above = points.FindIndex(point => point.Normal >= normal);
        if (above <= 0)
        {
            return points[above < 0 ? ^1 : 0].Value;
        }

        (double n0, double v0, _) = points[above - 1];
        (double n1, double v1, _) = points[above];
        return v0 + ((v1 - v0) * (normal - n0) / (n1 - n0));
    }
}
