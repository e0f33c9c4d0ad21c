namespace HpcLinReg.Labs.Tests.Browser;

/// <summary>Tests that measure memory or time: no other test runs meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
