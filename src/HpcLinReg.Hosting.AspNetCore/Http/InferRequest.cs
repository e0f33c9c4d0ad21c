using HpcLinReg.Hosting.AspNetCore.Tensors;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>A request of the Open Inference Protocol, as it was read.</summary>
internal sealed class InferRequest : IDisposable
{
    internal string? Id { get; set; }

    internal List<InputTensor> Inputs { get; } = [];

    /// <summary>Gets the outputs asked for and whether each is asked for as bytes; null for what the request says of all.</summary>
    internal List<(string Name, bool? IsBinary)> Outputs { get; } = [];

    /// <summary>Gets or sets whether outputs are bytes unless they say otherwise.</summary>
    internal bool IsBinaryOutput { get; set; }

    /// <summary>Gets or sets the parameter that permits rows without a prediction.</summary>
    internal string? Missing { get; set; }

    public void Dispose()
    {
        foreach (InputTensor input in Inputs)
        {
            input.Dispose();
        }
    }
}
