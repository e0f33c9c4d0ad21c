namespace HpcLinReg.Hosting;

/// <summary>What reading a model's file led to: a new version, or a failure.</summary>
internal sealed record ModelFileChange(ModelSnapshot? Snapshot, string? Error);
