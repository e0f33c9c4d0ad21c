using HpcLinReg.Kernels;

namespace HpcLinReg.Polynomials;

/// <summary>
/// A combination of terms and a constant in double-double, each with the sum of the magnitudes, or of the errors, of the values added to
/// it.
/// </summary>
internal sealed class TermCombination(int terms)
{
    internal DoubleDouble[] Terms { get; } = new DoubleDouble[terms];

    internal double[] Sizes { get; } = new double[terms];

    internal DoubleDouble Constant { get; private set; }

    internal double ConstantSize { get; private set; }

    internal void Add(int term, DoubleDouble value) => Add(term, value, Math.Abs(value.High));

    internal void Add(int term, DoubleDouble value, double size)
    {
        Terms[term] += value;
        Sizes[term] += size;
    }

    internal void AddConstant(DoubleDouble value) => AddConstant(value, Math.Abs(value.High));

    internal void AddConstant(DoubleDouble value, double size)
    {
        Constant += value;
        ConstantSize += size;
    }

    /// <summary>Replaces an aliased term by the combination that it equals.</summary>
    internal void Substitute(AliasedColumn alias)
    {
        DoubleDouble value = Terms[alias.Column];
        if (value.High == 0)
        {
            return;
        }

        for (int i = 0; i < alias.Coefficients.Length; i++)
        {
            Add(i, value * alias.Coefficients[i]);
        }

        AddConstant(value * alias.Intercept);
        (Terms[alias.Column], Sizes[alias.Column]) = (0, 0);
    }

    internal AliasedColumn ToAlias(double relativeError) => new(
        terms,
        Math.Abs(Constant.High) <= relativeError * ConstantSize ? 0 : Constant.Value,
        [.. Terms.Select((term, i) => Math.Abs(term.High) <= relativeError * Sizes[i] ? 0 : term.Value)]);
}
