using System.Runtime.CompilerServices;
using FsCheck.Xunit;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// A law: a property that draws <see cref="Seed"/>s. In continuous integration it draws the same cases in every run, others than the laws
/// beside it; by hand, with <see cref="Cases"/> multiplied, new ones every time. A failure prints the seed that makes it again.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
#pragma warning disable xUnit3003 // FsCheck's constructor, which would have to hand on file and line, does not take them.
public sealed class LawAttribute : PropertyAttribute
#pragma warning restore xUnit3003
{
    public LawAttribute([CallerMemberName] string name = "")
    {
        Arbitrary = [typeof(Seed)];
        if (!Cases.AreMultiplied)
        {
            // FNV-1a of the law's name; FsCheck's second number has to be odd.
            Replay = $"({name.Aggregate(14695981039346656037, (hash, letter) => unchecked((hash ^ letter) * 1099511628211))},1)";
        }
    }

    /// <summary>The number of cases in continuous integration.</summary>
    public required new int MaxTest
    {
        get => base.MaxTest;
        set => base.MaxTest = Cases.Times(value);
    }
}
