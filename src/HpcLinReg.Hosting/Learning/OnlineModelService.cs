using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HpcLinReg.Hosting;

/// <summary>Starts the learners before the first request, and lets them finish when the host stops.</summary>
internal sealed class OnlineModelService(IServiceProvider services, IEnumerable<OnlineModelName> names) : IHostedService
{
    private readonly List<OnlineModel> _models = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ILearningStore store = services.GetService<ILearningStore>()
            ?? throw new InvalidOperationException("Models that learn need a store; add HpcLinReg.Hosting.Sqlite and call UseSqlite(\"state.db\"), or register an ILearningStore.");
        foreach (OnlineModelName name in names)
        {
            OnlineModel model = services.GetRequiredKeyedService<OnlineModel>(name.Value);
            model.Start(store);
            _models.Add(model);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_models.Select(model => model.StopAsync())).WaitAsync(cancellationToken);
}
