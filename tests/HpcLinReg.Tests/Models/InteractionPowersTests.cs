using System.Text.Json.Nodes;

namespace HpcLinReg.Tests.Models;

/// <summary>Polynomials within interactions.</summary>
public class InteractionPowersTests
{
    private const int Years = 26;

    /// <summary>Years from 2000 on for two towns, with a cubic trend of its own for each; powers of years as they are would lose ten digits.</summary>
    private static readonly double[] Year = [.. Enumerable.Range(0, 2 * Years).Select(i => 2000.0 + (i % Years))];
    private static readonly string[] Town = [.. Enumerable.Range(0, 2 * Years).Select(i => i < Years ? "Bari" : "Como")];
    private static readonly double[] Target = [.. Enumerable.Range(0, 2 * Years).Select(i => Trend(i) + (i * 7 % 5))];

    private static ColumnTable Data => new() { ["year"] = Year, ["town"] = Town, ["y"] = Target };

    /// <summary>With all margins, the interaction of a text and a cubic is a cubic for each level.</summary>
    [Fact]
    public void An_interaction_of_a_text_and_a_polynomial_is_a_polynomial_for_each_level()
    {
        RegressionModel model = Fit("town", Feature.Polynomial("year", 3), Feature.Interaction("town", Feature.Polynomial("year", 3)));
        Assert.Equal(["town[Como]", "year", "year^2", "year^3", "town[Como]:year", "town[Como]:year^2", "town[Como]:year^3"], model.Terms.Select(term => term.Name));
        PolynomialFit bari = LinearRegression.FitPolynomial<double>(Year.AsSpan(0, Years), Target.AsSpan(0, Years), 3);
        PolynomialFit como = LinearRegression.FitPolynomial<double>(Year.AsSpan(Years), Target.AsSpan(Years), 3);
        for (double year = 1995; year < 2030; year += 0.5)
        {
            // Values reach 2e4; the products are rounded to double once a power, and the fit magnifies that by its condition on t within ±1, below 100.
            Assert.Equal(bari.Model.Predict([year]), Predict(model, year, "Bari"), 1e-8);
            Assert.Equal(como.Model.Predict([year]), Predict(model, year, "Como"), 1e-8);
        }
    }

    [Fact]
    public void A_polynomial_may_stand_first_and_beside_another_one()
    {
        Feature year = Feature.Polynomial("year", 2), index = Feature.Polynomial("index", 2);
        double[] number = [.. Enumerable.Range(0, Year.Length).Select(i => i * 3 % 11 / 10.0)];
        ColumnTable data = new() { ["year"] = Year, ["index"] = number, ["y"] = Target };
        var model = RegressionModel.Fit(data, "y", [year, index, Feature.Interaction(year, index)]);
        var written = RegressionModel.Fit(
            data, "y", ["year", "(year - 2012.5)^2", "index", "index^2", "(year - 2012.5) * index", "(year - 2012.5)^2 * index", "(year - 2012.5) * index^2", "(year - 2012.5)^2 * index^2"]);
        Assert.Equal(["year:index", "year^2:index", "year:index^2", "year^2:index^2"], model.Terms[4..].Select(term => term.Name));
        for (int i = 0; i < Year.Length; i++)
        {
            Assert.Equal(written.Predict([Year[i], number[i]]).Value, model.Predict([Year[i], number[i]]).Value, 1e-8);
        }
    }

    /// <summary>Without the margins a shift would fit another model; the powers are those of x.</summary>
    [Fact]
    public void Without_its_margins_an_interaction_has_the_powers_of_the_column_itself()
    {
        double[] x = [.. Enumerable.Range(0, Year.Length).Select(i => 1 + (i % 7))];
        double[] z = [.. Enumerable.Range(0, Year.Length).Select(i => i * 5 % 9 / 3.0)];
        ColumnTable data = new() { ["x"] = x, ["z"] = z, ["y"] = Target };
        var model = RegressionModel.Fit(data, "y", ["x", Feature.Interaction("z", Feature.Polynomial("x", 2))]);
        var written = RegressionModel.Fit(data, "y", ["x", "z * x", "z * x * x"]);
        Assert.Equal(written.Terms.Select(term => term.Coefficient), model.Terms.Select(term => term.Coefficient));

        var withoutIntercept = RegressionModel.Fit(data, "y", ["x", "z", Feature.Interaction("z", Feature.Polynomial("x", 2))], new FitOptions { Intercept = false });
        var writtenWithout = RegressionModel.Fit(data, "y", ["x", "z", "z * x", "z * x * x"], new FitOptions { Intercept = false });
        Assert.Equal(writtenWithout.Terms.Select(term => term.Coefficient), withoutIntercept.Terms.Select(term => term.Coefficient));
    }

    [Fact]
    public void A_saved_model_predicts_the_same_bits_and_its_shift_is_in_the_file()
    {
        RegressionModel model = Fit("town", Feature.Polynomial("year", 2), Feature.Interaction("town", Feature.Polynomial("year", 2)));
        JsonObject file = JsonNode.Parse(model.ToJson())!.AsObject();
        JsonNode part = file["features"]![2]!["interaction"]![1]!;
        Assert.Equal((2, 2012.5, 0.08), ((int)part["degree"]!, (double)part["shift"]!, (double)part["scale"]!));
        var loaded = RegressionModel.FromJson(file.ToJsonString());
        Assert.Equal(model.PredictWithUncertainty(Row(model, 2031, "Como")), loaded.PredictWithUncertainty(Row(loaded, 2031, "Como")));

        part["scale"] = 0;
        Assert.Contains("features[2].interaction[1].scale", Refusal(file), StringComparison.Ordinal);
        part.AsObject().Remove("scale");
        Assert.Contains("features[2].interaction[1].scale", Refusal(file), StringComparison.Ordinal);
        (part["scale"], part["degree"]) = (1, 1);
        Assert.Contains("features[2].interaction[1]", Refusal(file), StringComparison.Ordinal);
        file["features"]![2]!["interaction"]![0]!["degree"] = 2;
        Assert.Contains("features[2].interaction[0]", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_and_its_powers_in_one_interaction_are_refused()
    {
        Assert.Contains("has the part 'year' twice", Assert.Throws<ArgumentException>(() => Fit(Feature.Interaction("year", Feature.Polynomial("year", 2)))).Message, StringComparison.Ordinal);
        Assert.Contains("has no powers", Assert.Throws<ArgumentException>(() => Fit(Feature.Interaction("year", Feature.Polynomial("town", 2)))).Message, StringComparison.Ordinal);
    }

    private static double Trend(int i)
    {
        double t = i % Years;
        return i < Years ? 3 + (2 * t) - (t * t) + (t * t * t / 8) : 40 - t + (0.5 * t * t);
    }

    private static RegressionModel Fit(params Feature[] features) => RegressionModel.Fit(Data, "y", features);

    private static double Predict(RegressionModel model, double year, string town) => model.Predict(Row(model, year, town)).Value;

    private static Cell[] Row(RegressionModel model, double year, string town) => [.. model.Design.Columns.Select(column => column.Name == "year" ? (Cell)year : town)];

    private static string Refusal(JsonObject file)
    {
        file.Remove("fingerprint");
        return Assert.Throws<InvalidDataException>(() => RegressionModel.FromJson(file.ToJsonString())).Message;
    }
}
