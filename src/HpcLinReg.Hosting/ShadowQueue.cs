using System.Buffers;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;

namespace HpcLinReg.Hosting;

/// <summary>Runs shadows beside the requests: a bounded queue that drops and counts what does not fit, and one reader.</summary>
internal sealed class ShadowQueue(ServingMetrics? metrics) : BackgroundService
{
    /// <summary>Batches that may wait. A shadow is for comparing, so losing some rows under load costs nothing but rows.</summary>
    private const int MostWaiting = 256;

    private readonly Channel<Work> _waiting = Channel.CreateBounded<Work>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    /// <summary>Copies rows and answers and queues them.</summary>
    internal void Offer(Shadow shadow, MatrixSpan<double> rows, ReadOnlySpan<double> predictions)
    {
        int columns = rows.Columns;
        double[] copy = ArrayPool<double>.Shared.Rent(rows.Rows * (columns + 1));
        for (int i = 0; i < rows.Rows; i++)
        {
            rows[i].CopyTo(copy.AsSpan(i * columns));
        }

        predictions.CopyTo(copy.AsSpan(rows.Rows * columns));
        if (!_waiting.Writer.TryWrite(new Work(shadow, copy, rows.Rows, columns)))
        {
            ArrayPool<double>.Shared.Return(copy);
            shadow.Drop(rows.Rows);
            if (metrics is { ShadowDropped.Enabled: true })
            {
                metrics.ShadowDropped.Add(rows.Rows, Tag(shadow));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (Work work in _waiting.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            Compare(work);
        }
    }

    private void Compare(Work work)
    {
        ReadOnlySpan<double> values = work.Values;
        for (int i = 0; i < work.Rows; i++)
        {
            double answered = values[(work.Rows * work.Columns) + i];
            RegressionModel model = work.Shadow.Snapshot.Model;
            double shadowed = model.Predict(values.Slice(i * work.Columns, work.Columns)).Value;
            double difference = double.IsNaN(answered) && double.IsNaN(shadowed) ? 0 : Math.Abs(answered - shadowed);
            work.Shadow.Compare(difference);
            if (metrics is { ShadowDifference.Enabled: true } && !double.IsNaN(difference))
            {
                metrics.ShadowDifference.Record(difference, Tag(work.Shadow));
            }
        }

        ArrayPool<double>.Shared.Return(work.Values);
    }

    private static KeyValuePair<string, object?> Tag(Shadow shadow) => new("hpclinreg.model.name", shadow.Snapshot.Name);

    private sealed record Work(Shadow Shadow, double[] Values, int Rows, int Columns);
}
