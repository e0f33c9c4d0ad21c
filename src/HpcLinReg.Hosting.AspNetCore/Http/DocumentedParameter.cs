using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>A parameter of a route, for the document of the interface.</summary>
internal sealed class DocumentedParameter(ParameterInfo parameter) : IParameterBindingMetadata
{
    public string Name => parameter.Name!;

    public bool HasTryParse => false;

    public bool HasBindAsync => false;

    public ParameterInfo ParameterInfo => parameter;

    public bool IsOptional => false;
}
