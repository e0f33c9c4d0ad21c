using HpcLinReg.Hosting;
using HpcLinReg.Hosting.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps what models learn in a SQLite file.</summary>
public static class SqliteHostingExtensions
{
    /// <summary>Keeps the logs of all models that learn in one file.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">
    /// The file, on a local disk; it is made if it is not there. Two files beside it, PATH-wal among them, belong to it.
    /// </param>
    /// <returns>The builder.</returns>
    /// <remarks>The file is opened when the host starts, and by one process at a time.</remarks>
    public static IHpcLinRegBuilder UseSqlite(this IHpcLinRegBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.Services.AddSingleton(_ => new SqliteLearningStore(path));
        builder.Services.AddSingleton<ILearningStore>(provider => provider.GetRequiredService<SqliteLearningStore>());
        return builder;
    }
}
