namespace HpcLinReg.Hosting;

/// <summary>The name of a model that learns; as a service, so that all can be started.</summary>
internal sealed record OnlineModelName(string Value);
