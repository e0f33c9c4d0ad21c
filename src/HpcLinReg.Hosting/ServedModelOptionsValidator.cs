using Microsoft.Extensions.Options;

namespace HpcLinReg.Hosting;

/// <summary>Checks options at the start of the host, so that a wrong one ends the start instead of a request.</summary>
internal sealed class ServedModelOptionsValidator : IValidateOptions<ServedModelOptions>
{
    /// <summary>Reading a file more often than this costs more than it tells.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);

    public ValidateOptionsResult Validate(string? name, ServedModelOptions options)
    {
        List<string> wrong = [];
        if (options.Path is { } path && string.IsNullOrWhiteSpace(path))
        {
            wrong.Add($"The path of the model '{name}' is empty; name its file, or leave the path out and publish the model from code.");
        }

        if (options.Watch && options.Path is null)
        {
            wrong.Add($"The model '{name}' is watched but has no file; set its path.");
        }

        if (options.PollInterval < ShortestInterval || options.PollInterval > TimeSpan.FromDays(1))
        {
            wrong.Add($"The poll interval of the model '{name}' is {options.PollInterval}; it is from {ShortestInterval.TotalMilliseconds} milliseconds to one day.");
        }

        if (options.VersionsKept is < 1 or > 1000)
        {
            wrong.Add($"The model '{name}' keeps {options.VersionsKept} versions; it is 1 to 1000, the current one included.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
