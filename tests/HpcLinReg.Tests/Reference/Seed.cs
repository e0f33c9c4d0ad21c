using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace HpcLinReg.Tests.Reference;

/// <summary>
/// The number that a law makes its data from: any of 2³¹, each as likely. FsCheck's own <c>int</c> is drawn from −100 to 100, and
/// <see cref="System.Random"/> makes the same numbers of −s and s, which left 101 data sets however many cases a law asked for.
/// </summary>
public readonly record struct Seed(int Value)
{
    /// <summary>The arbitrary that <see cref="LawAttribute"/> registers. A seed is not made smaller: its neighbours make other data.</summary>
    public static Arbitrary<Seed> Any() => Gen.Choose(0, int.MaxValue).Select(value => new Seed(value)).ToArbitrary();

    public static implicit operator int(Seed seed) => seed.Value;

    public static implicit operator Seed(int value) => new(value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
