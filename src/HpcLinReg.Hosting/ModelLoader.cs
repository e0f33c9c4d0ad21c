using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HpcLinReg.Hosting;

/// <summary>Loads the models before the first request, and reads watched files again.</summary>
internal sealed partial class ModelLoader(ServedModels models, TimeProvider time, ILogger logger) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (ServedModel model in models)
        {
            model.PublishFirst();
            if (model.File is not null)
            {
                Check(model);
                if (model.CurrentOrNull is null && model.IsRequired && !model.Options.Watch)
                {
                    throw new InvalidOperationException($"The model '{model.Name}' cannot be served: {model.LoadError}. Mend the file, or watch it to start without it.");
                }
            }
        }

        _watching = Task.WhenAll(models.Where(model => model.Options.Watch)
            .Select(model => Task.Run(() => WatchAsync(model), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task WatchAsync(ServedModel model)
    {
        using var timer = new PeriodicTimer(model.Options.PollInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
            {
                Check(model);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private void Check(ServedModel model)
    {
        try
        {
            switch (model.File!.Check())
            {
                case { Snapshot: { } snapshot }:
                    Published(logger, model.Name, snapshot.Version, snapshot.Fingerprint);
                    break;
                case { Error: { } error }:
                    Failed(logger, model.Name, model.CurrentOrNull?.Version ?? 0, error);
                    break;
            }
        }
#pragma warning disable CA1031 // Whatever a file makes go wrong, the version before it goes on answering and the file is read again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failed(logger, model.Name, model.CurrentOrNull?.Version ?? 0, exception.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Model {Model} is now version {Version}, fingerprint {Fingerprint}")]
    private static partial void Published(ILogger logger, string model, long version, string fingerprint);

    [LoggerMessage(2, LogLevel.Error, "Model {Model} was not loaded, version {Version} (0: none) goes on: {Reason}")]
    private static partial void Failed(ILogger logger, string model, long version, string reason);
}
