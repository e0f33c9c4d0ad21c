using System.Globalization;
using System.IO.Compression;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// Arrays of NumPy's as columns: of a <c>.npy</c> file one array, of a <c>.npz</c> archive all of them side by side. An array of one
/// dimension in an archive is a column of the array's name; columns of other arrays are called by their number from 0, behind
/// <c>column</c> or the array's name.
/// </summary>
internal sealed class NpyFile : IColumnFile
{
    private const int Rows = 2048;
    private const string Extension = ".npy";

    private readonly IReadOnlyList<NpyArray> _arrays;
    private readonly (NpyArray Array, int Column)[] _places;
    private readonly DirectoryInfo? _own;

    private NpyFile(IReadOnlyList<NpyArray> arrays, IReadOnlyList<string> names, DirectoryInfo? own)
    {
        (_arrays, _own) = (arrays, own);
        _places = [.. arrays.SelectMany(array => Enumerable.Range(0, array.Columns).Select(column => (array, column)))];
        Columns = [.. names.Zip(_places, (name, place) => new FileColumn(name, place.Array.Type))];
    }

    public IReadOnlyList<FileColumn> Columns { get; }

    /// <summary>Opens an array.</summary>
    /// <exception cref="DataException">It is none, or has no columns.</exception>
    internal static NpyFile OpenArray(SourceFile file)
    {
        var array = NpyArray.Open(file.Path, file.Name);
        return array.Columns > 0
            ? new NpyFile([array], [.. Enumerable.Range(0, array.Columns).Select(i => FormattableString.Invariant($"column{i}"))], null)
            : throw new DataException($"{file.Name} is an array without columns.");
    }

    /// <summary>Opens an archive; its arrays are copied to a temporary folder, where they can be mapped.</summary>
    /// <exception cref="DataException">It is none, damaged, or its arrays do not have one number of rows.</exception>
    internal static NpyFile OpenArchive(SourceFile file)
    {
        DirectoryInfo own = Directory.CreateTempSubdirectory("hpclinreg-");
        List<NpyArray> arrays = [];
        try
        {
            List<string> columns = [], members = [];
            using ZipArchive archive = ZipFile.OpenRead(file.Path);
            foreach (ZipArchiveEntry entry in archive.Entries
                .Where(entry => entry.FullName.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)))
            {
                string path = Path.Combine(own.FullName, FormattableString.Invariant($"{arrays.Count}{Extension}"));
                entry.ExtractToFile(path);
                string name = entry.FullName[..^Extension.Length];
                var array = NpyArray.Open(path, $"{file.Name}, '{name}'");
                arrays.Add(array);
                members.Add(name);
                columns.AddRange(array.Columns == 1 ? [name]
                    : Enumerable.Range(0, array.Columns).Select(i => string.Create(CultureInfo.InvariantCulture, $"{name}{i}")));
            }

            int other = arrays.FindIndex(array => array.Rows != arrays[0].Rows);
            if (other >= 0)
            {
                throw new DataException(FormattableString.Invariant($"{file.Name} has {arrays[0].Rows} rows in '{members[0]}' and {arrays[other].Rows} in '{members[other]}'; arrays that are columns of one table have as many rows."));
            }

            return columns.Count > 0 ? new NpyFile(arrays, columns, own)
                : throw new DataException($"{file.Name} has no arrays of NumPy's (members named .npy).");
        }
        catch (Exception exception)
        {
            arrays.ForEach(array => array.Dispose());
            own.Delete(recursive: true);
            if (exception is InvalidDataException)
            {
                throw new DataException($"{file.Name} is cut short or damaged: {exception.Message} Write it again.", exception);
            }

            throw;
        }
    }

    public IColumnReader Open() => new Reader(_places, _arrays[0].Rows);

    public void Dispose()
    {
        foreach (NpyArray array in _arrays)
        {
            array.Dispose();
        }

        _own?.Delete(recursive: true);
    }

    private sealed class Reader((NpyArray Array, int Column)[] places, long rows) : IColumnReader
    {
        private long _first;
        private int _count;

        public int Next()
        {
            _first += _count;
            return _count = (int)Math.Min(Rows, rows - _first);
        }

        public void Write(int column, nint vector) => places[column].Array.Write(places[column].Column, _first, _count, vector);

        public void Dispose()
        {
        }
    }
}
