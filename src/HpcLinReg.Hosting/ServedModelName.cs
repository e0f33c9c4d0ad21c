namespace HpcLinReg.Hosting;

/// <summary>A name under which a model was added; as a service, so that all names can be listed.</summary>
internal sealed record ServedModelName(string Value);
