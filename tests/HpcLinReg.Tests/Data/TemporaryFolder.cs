using System.IO.Compression;
using System.Text;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Tests.Data;

/// <summary>A folder of a test's own, with the files the test writes into it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("hpclinreg-tests-").FullName;

    public static string TestData(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "TestData", name);

    public string Path(string name) => System.IO.Path.Combine(_path, name);

    public string Write(string name, string content)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public string WriteGzip(string name, string content)
    {
        using GZipStream stream = new(File.Create(Path(name)), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(content));
        return Path(name);
    }

    /// <summary>Makes a named pipe.</summary>
    public string Pipe(string name)
    {
        using var process = System.Diagnostics.Process.Start("mkfifo", Path(name));
        process.WaitForExit();
        return process.ExitCode == 0 ? Path(name) : throw new InvalidOperationException("mkfifo failed.");
    }

    /// <summary>Writes the rows of a query with DuckDB; the extension decides the format.</summary>
    public string Copy(string name, string query)
    {
        using var session = Session.ForQueries();
        session.Execute($"COPY ({query}) TO {Sql.Text(Path(name))}");
        return Path(name);
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
