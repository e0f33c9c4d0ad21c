using System.Text.Json;

namespace HpcLinReg.Models;

/// <summary>Gets the names of enumerations in JSON. One source for the projects that write JSON, which compile it as their own.</summary>
internal static class JsonNames
{
    /// <summary>Returns the name in camel case, such as <c>unknownLevel</c>.</summary>
    internal static string Of<T>(T value)
        where T : struct, Enum => Of(value.ToString());

    /// <summary>Returns the name of a robust covariance: <c>hc0</c>, not <c>hC0</c>.</summary>
    internal static string Of(RobustKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Returns the name of a value's name.</summary>
    internal static string Of(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
