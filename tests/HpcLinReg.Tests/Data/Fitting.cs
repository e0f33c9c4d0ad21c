using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>Opens and fits in one line.</summary>
internal static class Fitting
{
    internal static DataFitResult Run(string path, FitRequest request)
    {
        using var source = DataSource.OpenFile(path);
        return Run(source, request);
    }

    internal static DataFitResult Run(DataSource source, FitRequest request) =>
        DataFit.Run(source, request, rowsRead: null, TestContext.Current.CancellationToken);
}
