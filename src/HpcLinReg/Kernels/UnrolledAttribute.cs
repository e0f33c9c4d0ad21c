namespace HpcLinReg.Kernels;

/// <summary>
/// Marks a method written out step by step for the registers of the machine: numbered variables in place of arrays and loops. Such a method
/// may be longer than other functions of the engine, or take more parameters; a test of the sources checks that it needs the mark and has
/// numbered variables.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnrolledAttribute : Attribute;
