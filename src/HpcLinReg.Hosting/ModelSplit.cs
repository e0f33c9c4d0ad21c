namespace HpcLinReg.Hosting;

/// <summary>A canary: a share of the callers, chosen by a hash of their key, gets another version than the current one.</summary>
/// <param name="Version">The version that this share gets.</param>
/// <param name="Share">The share of keys, 0 to 1.</param>
public sealed record ModelSplit(long Version, double Share);
