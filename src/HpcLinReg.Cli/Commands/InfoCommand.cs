using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg info</c>: version, and what the engine runs on. Loads neither DuckDB nor a table library.</summary>
internal static class InfoCommand
{
    /// <summary>The digits of a commit that are shown, which a history of this size never has twice.</summary>
    private const int ShownDigits = 10;

    internal static Command Create()
    {
        var command = new Command("info", "Show the version, the CPU features and vector width in effect, and the threads.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine($"hpclinreg {Version}");
            Console.Out.WriteLine($"runtime          {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
            Console.Out.WriteLine($"instruction set  {EngineInfo.InstructionSet}");
            Console.Out.WriteLine($"vector width     {EngineInfo.VectorBits} bits (elementwise work {EngineInfo.ElementwiseBits})");
            Console.Out.WriteLine($"multiply-add     {(EngineInfo.HasFusedMultiplyAdd ? "fused: results have the same bits on every such machine" : "not fused: results agree with other machines within their error bounds")}");
            Console.Out.WriteLine($"bit contract     {EngineInfo.BitContract}: versions with the same number give the same bits");
            Console.Out.WriteLine($"threads          {Environment.ProcessorCount} to read files, 1 to fit");
            return Failure.Success;
        });
        return command;
    }

    /// <summary>The version, and the commit it was built from where the sources had a history: "0.1.0, commit 1a2b3c4d5e".</summary>
    private static string Version =>
        typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(
            '+') is [var version, var commit]
            ? $"{version}, commit {commit[..Math.Min(commit.Length, ShownDigits)]}"
            : typeof(InfoCommand).Assembly.GetName().Version!.ToString(3);
}
