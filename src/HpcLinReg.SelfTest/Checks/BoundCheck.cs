using System.Globalization;

namespace HpcLinReg.SelfTest.Checks;

/// <summary>Compares numbers with a reference and remembers how near an error came to its bound, and the first one beyond it.</summary>
internal sealed class BoundCheck(string name)
{
    private double _worstShare;
    private string? _failure;

    internal CheckResult Result => new(name, double.IsFinite(_worstShare) ? Math.Round(_worstShare, 4) : null, _failure);

    internal void Compare(double expected, double actual, double bound, FormattableString what)
    {
        double error = Math.Abs(expected - actual);
        double share = error == 0 ? 0 : error / bound;
        _worstShare = Math.Max(_worstShare, share);
        if (!(share <= 1) && _failure is null)
        {
            _failure = $"{what.ToString(CultureInfo.InvariantCulture)} is {Number(actual)} instead of {Number(expected)}; the bound is {Number(bound)}";
        }
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
