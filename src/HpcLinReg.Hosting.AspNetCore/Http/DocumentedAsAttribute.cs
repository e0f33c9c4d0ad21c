namespace HpcLinReg.Hosting.AspNetCore.Http;

/// <summary>Names the method of <see cref="Documented"/> whose parameters describe a handler in the document of the interface.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DocumentedAsAttribute(string method) : Attribute
{
    internal string Method { get; } = method;
}
