using System.Text.Json;

namespace HpcLinReg.Hosting;

/// <summary>Makes an online model of the rows that a model was fitted on, from what its file keeps of them.</summary>
internal static class LearnerStart
{
    /// <summary>Makes the online model.</summary>
    /// <exception cref="ArgumentException">The model did not keep enough; the message says what to do.</exception>
    /// <remarks>
    /// With RᵀR = XᵀX + λI: the cross-products with the target are RᵀR·w, its mean is b + Σw·x̄, and its sum of squares is the model's.
    /// </remarks>
    internal static OnlineRegression Of(RegressionModel model, double leastDigits)
    {
        if (model.UncertaintyNote is { } note)
        {
            throw new ArgumentException($"Learning cannot begin with the model: {note}.", nameof(model));
        }

        if (!model.Aliased.IsEmpty || model.Basis is not { } basis)
        {
            throw new ArgumentException("Learning cannot begin with a model in which columns determine others; fit again without them.", nameof(model));
        }

        if (model is { IsRidgeStandardized: true, Ridge: > 0 })
        {
            throw new ArgumentException("Learning cannot begin with a model whose ridge penalizes standardized columns, because their deviations change with each row; fit again with the ridge on the columns themselves.", nameof(model));
        }

        int terms = model.Terms.Length, columns = terms + 1;
        double[] means = new double[columns], cross = new double[columns * columns],
        weights = [.. model.Terms.Select(term => term.Coefficient)];
        if (model.HasIntercept)
        {
            MeansOf(model).CopyTo(means, 0);
            means[terms] = model.Intercept.Coefficient + Enumerable.Range(0, terms).Sum(j => weights[j] * means[j]);
        }

        double[][] factor = [.. Enumerable.Range(0, terms).Select(j =>
        {
            double[] column = new double[terms];
            basis.CopyFactorColumn(j, column);
            return column;
        })];
        for (int i = 0; i < terms; i++)
        {
            double withTarget = 0;
            for (int j = 0; j < terms; j++)
            {
                double product = 0;
                for (int k = 0; k <= Math.Min(i, j); k++)
                {
                    product += factor[i][k] * factor[j][k];
                }

                withTarget += product * weights[j];
                cross[(i * columns) + j] = product - (i == j ? model.Ridge : 0);
            }

            cross[(i * columns) + terms] = cross[(terms * columns) + i] = withTarget;
        }

        cross[^1] = model.TotalSumOfSquares;
        string[] names = [.. model.Terms.Select((term, i) => $"{i} {term.Name}"), "target"];
        long count = (long)Math.Round(model.RowCount);
        bool isWeighted = model.TotalWeight != count;
        var moments = Moments.Create(
            names, count, means, cross,
            new MomentsOptions
            {
                Precision = isWeighted ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain,
                TotalWeight = isWeighted ? model.TotalWeight : null,
            });
        return OnlineRegression.FromMoments(moments, terms,
            new OnlineOptions { Intercept = model.HasIntercept, Ridge = model.Ridge, LeastDigits = leastDigits });
    }

    /// <summary>The means of the terms, which the model's file has.</summary>
    private static double[] MeansOf(RegressionModel model)
    {
        using var file = JsonDocument.Parse(model.ToJson());
        return [.. file.RootElement.GetProperty("uncertainty").GetProperty("termMeans").EnumerateArray().Select(mean => mean.GetDouble())];
    }
}
