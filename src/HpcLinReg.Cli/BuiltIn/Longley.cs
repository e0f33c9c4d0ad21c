namespace HpcLinReg.Cli.BuiltIn;

/// <summary>
/// Longley's employment data (1967), as in NIST's Statistical Reference Datasets: public domain, 16 years, six nearly collinear
/// predictors. Unpacked to a file of its own, so that it goes the way of every other file.
/// </summary>
internal sealed class Longley : IDisposable
{
    internal const string Target = "y";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpclinreg-");

    internal string Path => System.IO.Path.Combine(_directory.FullName, "longley.csv");

    internal static Longley Unpack()
    {
        var longley = new Longley();
        using Stream resource = typeof(Longley).Assembly.GetManifestResourceStream("longley.csv")!;
        using FileStream file = File.Create(longley.Path);
        resource.CopyTo(file);
        return longley;
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
