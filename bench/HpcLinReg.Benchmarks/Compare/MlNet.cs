using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary>
/// ML.NET's PredictionEngine with a linear model of its own, whose weights the engine takes over. Its ordinary least squares need a
/// native package that is not served where this was measured, and are not compared.
/// </summary>
internal static class MlNet
{
    /// <summary>One row through both; ML.NET computes in float.</summary>
    internal static Contest PredictRow(int columns)
    {
        var random = new Random(columns);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(_ => new Row
        {
            Features = [.. Enumerable.Range(0, columns).Select(_ => random.NextSingle())],
            Label = random.NextSingle(),
        })];
        var context = new MLContext(seed: 1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, columns);
        IDataView data = context.Data.LoadFromEnumerable(rows, schema);
        RegressionPredictionTransformer<LinearRegressionModelParameters> transformer =
            context.Regression.Trainers.OnlineGradientDescent(nameof(Row.Label), nameof(Row.Features)).Fit(data);
        PredictionEngine<Row, Score> peer = context.Model.CreatePredictionEngine<Row, Score>(transformer, inputSchemaDefinition: schema);
        var model = new LinearModel([.. transformer.Model.Weights.Select(weight => (double)weight)], transformer.Model.Bias);
        Row row = rows[0];
        var score = new Score();
        double own = 0;
        return new Contest(
            "predict 1000 times one row of floats", $"1x{columns}", "ML.NET PredictionEngine, its result reused",
            () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    own = model.Predict<float>(row.Features);
                }
            },
            () =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    peer.Predict(row, ref score);
                }
            },
            () => Math.Abs(own - score.Value) / Math.Max(1e-3, Math.Abs(own)), 1e-3);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class Score
    {
        [ColumnName("Score")]
        public float Value { get; set; }
    }
}
