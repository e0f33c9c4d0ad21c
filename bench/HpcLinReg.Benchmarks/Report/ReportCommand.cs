namespace HpcLinReg.Benchmarks.Report;

/// <summary>
/// <c>-- report FOLDER</c>: turns the JSON of a results folder into tables, pictures and the table that the README shows. The text is
/// made of the files alone, so that anybody can make it again.
/// </summary>
internal static class ReportCommand
{
    private const string Begin = "<!-- performance: written by bench/measure -->";
    private const string End = "<!-- end of performance -->";

    internal static int Run(string folder)
    {
        var results = Results.Read(folder);
        if (results.Levels.Count == 0)
        {
            Console.Error.WriteLine($"'{folder}' holds no bench-*.json; bench/measure makes them.");
            return 1;
        }

        string host = File.ReadAllText(Path.Combine(folder, "host.txt"));
        Plots.Write(results, folder);
        File.WriteAllText(Path.Combine(folder, "results.md"), Tables.All(results, host));
        File.WriteAllText(Path.Combine(folder, "summary.md"), Tables.Summary(results, host));
        UpdateReadme(Path.Combine(folder, "..", ".."));
        return 0;
    }

    /// <summary>Writes the README's table: a column for each folder of results.</summary>
    private static void UpdateReadme(string root)
    {
        string path = Path.Combine(root, "README.md");
        if (!File.Exists(path))
        {
            return;
        }

        string readme = File.ReadAllText(path);
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        int end = readme.IndexOf(End, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            Console.Error.WriteLine($"'{path}' lacks the lines '{Begin}' and '{End}'; it is left as it is.");
            return;
        }

        (string Name, Results Results)[] machines =
        [
            .. Directory.GetDirectories(Path.Combine(root, "perf-results")).Order(StringComparer.Ordinal)
                .Select(machine => (Path.GetFileName(machine), Results.Read(machine))).Where(machine => machine.Item2.Contests.Length > 0),
        ];
        File.WriteAllText(path, $"{readme[..begin]}{Begin}\n\n{Tables.Readme(machines)}\n{readme[end..]}");
    }
}
