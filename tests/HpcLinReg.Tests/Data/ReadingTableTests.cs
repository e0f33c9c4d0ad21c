using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HpcLinReg.Data;

namespace HpcLinReg.Tests.Data;

/// <summary>
/// What was read of many files, the tests' own and generated ones, as it was recorded once: columns, kinds, rows and a checksum of every value. A file that is read is read alike
/// for ever; <c>readings.txt</c> changes only where a reading was wrong.
/// </summary>
public sealed class ReadingTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_file_is_read_as_it_was_recorded()
    {
        string[] recorded = File.ReadAllLines(TemporaryFolder.TestData("readings.txt"));
        var generated = Generate().ToDictionary(file => file.Name, file => file.Path);
        string[] names = [.. recorded.Select(line => line.Split(" | ")[0])];
        string[] found = [.. names.Select(name => Describe(name, generated.GetValueOrDefault(name, TemporaryFolder.TestData(name)))), .. generated.Keys.Except(names).Select(name => Describe(name, generated[name]))];
        Assert.True(recorded.SequenceEqual(found), $"Not as recorded:\n{string.Join('\n', found.Except(recorded))}\ninstead of\n{string.Join('\n', recorded.Except(found))}");
    }

    private IEnumerable<(string Name, string Path)> Generate()
    {
        foreach ((string name, string content) in GeneratedFiles.Texts)
        {
            yield return (name, _folder.Write(name, content));
        }

        foreach ((string name, string query) in GeneratedFiles.Queries)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.Path(name))!);
            yield return (name, _folder.Copy(name, query));
        }

        foreach (string pattern in GeneratedFiles.Patterns)
        {
            yield return (pattern, _folder.Path(pattern));
        }
    }

    /// <summary>Returns one line: name, rows, columns with their kinds, and a checksum of the values in the order they were read.</summary>
    private static string Describe(string name, string path)
    {
        try
        {
            using var source = DataSource.OpenFile(path);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            List<string?[]> rows = source.Session.Table(source.Table.TypedRows());
            source.RequireWhole(TestContext.Current.CancellationToken);
            foreach (string?[] row in rows)
            {
                hash.AppendData(Encoding.UTF8.GetBytes(string.Join('\t', row.Select(cell => cell ?? "\0")) + '\n'));
            }

            string kinds = string.Join(' ', source.Columns.Select(column => $"{column.Name}:{column.Kind}"));
            return string.Create(CultureInfo.InvariantCulture, $"{name} | {rows.Count} | {kinds} | {Convert.ToHexStringLower(hash.GetHashAndReset())[..16]}");
        }
        catch (DataException)
        {
            return $"{name} | refused";
        }
    }
}
