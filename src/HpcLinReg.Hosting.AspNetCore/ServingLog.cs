using Microsoft.Extensions.Logging;

namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>What the log says.</summary>
internal static partial class ServingLog
{
    [LoggerMessage(11, LogLevel.Error, "A request to {Path} failed")]
    internal static partial void Failed(ILogger logger, Exception exception, string? path);

    [LoggerMessage(12, LogLevel.Information, "Model {Model}: {Change}, version {Version} is current")]
    internal static partial void Changed(ILogger logger, string model, string change, long version);
}
