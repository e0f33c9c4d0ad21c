using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data;

/// <content>The table of files of each format.</content>
public sealed partial class DataSource
{
    private static void RequireOneFormat(IReadOnlyList<SourceFile> files)
    {
        if (files.FirstOrDefault(file => file.Extension != files[0].Extension) is { } other)
        {
            throw new DataException($"{files[0].Name} and {other.Name} are of different formats; read them one by one.");
        }
    }

    /// <summary>Opens files of typed columns, which have the same columns.</summary>
    private static List<IColumnFile> OpenColumns(IReadOnlyList<SourceFile> files, ReadingSettings settings)
    {
        settings.RequireNothingOfCsv(files[0].Name, files[0].Extension.StartsWith(".np", StringComparison.Ordinal) ? "NumPy's format" : "Arrow", isText: false);
        List<IColumnFile> opened = [];
        try
        {
            foreach (SourceFile file in files)
            {
                opened.Add(file.Extension switch
                {
                    ".npy" => NpyFile.OpenArray(file),
                    ".npz" => NpyFile.OpenArchive(file),
                    _ => ArrowFile.Of(file),
                });
                if (!opened[^1].Columns.SequenceEqual(opened[0].Columns))
                {
                    throw new DataException($"{file.Name} has other columns, or columns of other types, than {files[0].Name}; files read together need the same columns in the same order.");
                }
            }

            return opened;
        }
        catch
        {
            Close(opened);
            throw;
        }
    }

    private static void Close(IEnumerable<IColumnFile> files)
    {
        foreach (IColumnFile file in files)
        {
            file.Dispose();
        }
    }

    private static TypedTable Describe(Session session, IReadOnlyList<IColumnFile> files, ReadingSettings settings)
    {
        ColumnFunction.Register(session, files);
        return ColumnFunction.Describe(session, files).With(session, settings);
    }

    private static ISourceTable Describe(Session session, IReadOnlyList<SourceFile> files, ReadingSettings settings)
    {
        switch (files[0].Extension)
        {
            case ".parquet" or ".pq":
                foreach (SourceFile file in files)
                {
                    FileContent.RequireParquet(file);
                }

                settings.RequireNothingOfCsv(files[0].Name, ReadingSettings.Parquet, isText: false);
                return ParquetTable.Describe(session, files, settings).With(session, settings);
            case ".json" or ".ndjson" or ".jsonl":
                settings.RequireNothingOfCsv(files[0].Name, "JSON", isText: true);
                return JsonTable.Describe(session, files).With(session, settings);
            default:
                return CsvTable.Describe(session, files, settings);
        }
    }
}
