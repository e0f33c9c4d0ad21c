using System.Runtime.InteropServices;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary>
/// The few routines of OpenBLAS that a linear regression is composed of, called through P/Invoke when the library is installed
/// (Debian: libopenblas0-pthread). The caller leaves OPENBLAS_CORETYPE unset, so that it picks its own kernels.
/// </summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;
    private const int Upper = 121;

    /// <summary>Gets whether the library is there; it is then held to one thread.</summary>
    internal static bool IsInstalled { get; } = Load();

    /// <summary>y = Xw, X being n × d, row-major.</summary>
    internal static void Multiply(int n, int d, double[] x, double[] w, double[] y)
    {
        fixed (double* xs = x, ws = w, ys = y)
        {
            Gemv(RowMajor, NoTranspose, n, d, 1, xs, d, ws, 1, 0, ys, 1);
        }
    }

    /// <summary>g = Xᵀr.</summary>
    internal static void TransposeMultiply(int n, int d, double[] x, double[] r, double[] g)
    {
        fixed (double* xs = x, rs = r, gs = g)
        {
            Gemv(RowMajor, Transpose, n, d, 1, xs, d, rs, 1, 0, gs, 1);
        }
    }

    /// <summary>The upper triangle of c = XᵀX.</summary>
    internal static void Gram(int n, int d, double[] x, double[] c)
    {
        fixed (double* xs = x, cs = c)
        {
            Syrk(RowMajor, Upper, Transpose, d, n, 1, xs, d, 0, cs, d);
        }
    }

    /// <summary>The Cholesky factor of a symmetric matrix, in place. A row-major upper triangle is a column-major lower one.</summary>
    internal static void Factor(int order, double[] a)
    {
        byte lower = (byte)'L';
        int status;
        fixed (double* values = a)
        {
            Potrf(&lower, &order, values, &order, &status);
        }

        if (status != 0)
        {
            throw new InvalidOperationException($"dpotrf ended with {status}.");
        }
    }

    /// <summary>Solves with the factor, in place.</summary>
    internal static void Solve(int order, double[] factor, double[] b)
    {
        byte lower = (byte)'L';
        int one = 1;
        int status;
        fixed (double* values = factor, right = b)
        {
            Potrs(&lower, &order, &one, values, &order, right, &order, &status);
        }
    }

    private static bool Load()
    {
        if (!NativeLibrary.TryLoad(Library, out _))
        {
            return false;
        }

        SetThreads(1);
        return true;
    }

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void SetThreads(int threads);

    [LibraryImport(Library, EntryPoint = "cblas_dgemv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Gemv(int layout, int transpose, int rows, int columns, double alpha, double* a, int lda, double* x, int incx, double beta, double* y, int incy);

    [LibraryImport(Library, EntryPoint = "cblas_dsyrk")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Syrk(int layout, int triangle, int transpose, int n, int k, double alpha, double* a, int lda, double beta, double* c, int ldc);

    [LibraryImport(Library, EntryPoint = "dpotrf_")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Potrf(byte* triangle, int* n, double* a, int* lda, int* status);

    [LibraryImport(Library, EntryPoint = "dpotrs_")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Potrs(byte* triangle, int* n, int* right, double* a, int* lda, double* b, int* ldb, int* status);
}
