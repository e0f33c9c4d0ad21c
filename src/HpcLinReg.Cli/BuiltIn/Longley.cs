namespace HpcLinReg.Cli.BuiltIn;

/// <summary>
/// Longley's employment data (1967), as in NIST's Statistical Reference Datasets: public domain, 16 years, six nearly collinear
/// predictors.
/// </summary>
internal static class Longley
{
    internal const string Name = "the built-in Longley data";
    internal const string Target = "y";

    internal static Stream Open() => typeof(Longley).Assembly.GetManifestResourceStream("longley.csv")!;
}
