using Microsoft.AspNetCore.Mvc;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Parameters and bodies of the routes, for the document of the interface only: nothing here is called.</summary>
internal static class Documented
{
    internal static void Plain()
    {
    }

    internal static void Named(string name) => _ = name;

    internal static void Versioned(string name, string version) => _ = (name, version);

    internal static void Infer(string name, [FromBody] InferBody body) => _ = (name, body);

    internal static void InferVersion(string name, string version, [FromBody] InferBody body) => _ = (name, version, body);

    internal static void Predict(string name, [FromBody] PredictBody body) => _ = (name, body);

    internal static void Promote(string name, [FromBody] PromoteBody body) => _ = (name, body);

    internal static void Learn(string name, [FromHeader(Name = "Idempotency-Key")] string key, [FromBody] RowsBody body) => _ = (name, key, body);

    internal static void Forget(string name, [FromHeader(Name = "Idempotency-Key")] string key, [FromBody] ForgetBody body) => _ = (name, key, body);

    /// <summary>The batch to forget.</summary>
    /// <param name="Key">Its Idempotency-Key.</param>
    internal sealed record ForgetBody(string Key);

    /// <summary>A request of the Open Inference Protocol.</summary>
    /// <param name="Id">Comes back in the answer.</param>
    /// <param name="Inputs">One input 'x' of [rows, columns], or one for each column.</param>
    /// <param name="Outputs">'prediction' if it is left out.</param>
    internal sealed record InferBody(string? Id, InputBody[] Inputs, OutputBody[]? Outputs);

    /// <summary>An input.</summary>
    internal sealed record InputBody(string Name, string Datatype, long[] Shape, double[] Data);

    /// <summary>An output: prediction, std_error, leverage or extrapolated.</summary>
    internal sealed record OutputBody(string Name);

    /// <summary>Rows by name.</summary>
    /// <param name="Rows">Objects with a member for each column.</param>
    /// <param name="Interval">'prediction' or 'confidence' for limits.</param>
    /// <param name="Level">The level of the limits, 0.95 if it is left out.</param>
    /// <param name="Missing">'null' permits rows without a prediction.</param>
    internal sealed record PredictBody(Dictionary<string, object>[] Rows, string? Interval, double? Level, string? Missing);

    /// <summary>A version to be made current.</summary>
    /// <param name="Version">The version.</param>
    /// <param name="ExpectedVersion">The version that is current now; left out for any.</param>
    internal sealed record PromoteBody(long Version, long? ExpectedVersion);

    /// <summary>Rows to learn, each with the target.</summary>
    internal sealed record RowsBody(Dictionary<string, object>[] Rows);
}
