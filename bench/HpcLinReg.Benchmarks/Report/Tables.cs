using System.Globalization;
using System.Text;
using HpcLinReg.Benchmarks.Compare;
using HpcLinReg.Benchmarks.Ladder;

namespace HpcLinReg.Benchmarks.Report;

/// <summary>Results as Markdown.</summary>
internal static class Tables
{
    private static readonly string[] Shown = ["predict", "residuals", "transposeMultiply", "gradient", "gram", "fit"];

    /// <summary>Everything measured.</summary>
    internal static string All(Results results, string host)
    {
        StringBuilder text = new StringBuilder("# Results\n\n```text\n").Append(host.TrimEnd()).Append("\n```\n\n");
        text.Append("![Share of the limit over the number of columns](roofline.svg)\n\n");
        if (results.Contests.Length > 0)
        {
            text.Append("![How many times as long peers take](peers.svg)\n\n");
        }

        if (results.Levels.Count > 1)
        {
            text.Append("![Levels of CPU features side by side](levels.svg)\n\n");
        }

        if (results.Contests.Length > 0)
        {
            text.Append("## Beside peers\n\nMedians of pairs timed in turn, one thread each. A ratio above 1 means that the engine is faster.\n\n");
            text.Append("| task | shape | peer | engine ms | peer ms | peer/engine | quartiles | pairs |\n|---|---|---|---:|---:|---:|---:|---:|\n");
            foreach (ContestResult contest in results.Contests)
            {
                text.Append(CompareCommand.Row(contest)).Append('\n');
            }

            text.Append('\n');
        }

        if (results.Ladder.Length > 0)
        {
            text.Append("## The solver ladder\n\nMedians of pairs timed in turn, one thread each, on random normal data. A ratio is what a step costs in units of what it is beside.\n\n");
            text.Append(LadderCost.Header).Append('\n');
            foreach (LadderCost cost in results.Ladder)
            {
                text.Append(cost.Row()).Append('\n');
            }

            text.Append('\n');
        }

        foreach ((string level, KernelResult[] kernels) in results.Levels)
        {
            text.Append(Line($"## Kernels, {level}\n\n| kernel | type | rows | columns | threads | ms | GB/s | GF/s | share | of |\n"));
            text.Append("|---|---|---:|---:|---:|---:|---:|---:|---:|---|\n");
            foreach (KernelResult kernel in kernels)
            {
                text.Append(Line(
                    $"| {kernel.Kernel} | {kernel.Type} | {kernel.Rows} | {kernel.Columns} | {kernel.Threads} | {kernel.Milliseconds:G4} | {kernel.GigabytesPerSecond:F1} | {kernel.GigaflopsPerSecond:F1} | {kernel.Share:P0} | {kernel.Bound} |\n"));
            }

            text.Append('\n');
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>The rows of the README's table: what is compared, as results name it and as the README does.</summary>
    private static readonly (string Task, string Peer, string Shown)[] ReadmeRows =
    [
        ("predict 1000 times one row of floats", "ML.NET PredictionEngine, its result reused", "one prediction | ML.NET PredictionEngine"),
        ("predict 1000 times one row", "TensorPrimitives.Dot, no checks of ours", "one prediction, the same row again | TensorPrimitives.Dot without checks"),
        ("gradient", "TensorPrimitives, row by row", "gradient | TensorPrimitives, row by row"),
        ("gradient", "OpenBLAS dgemv twice", "gradient | OpenBLAS"),
        ("fit", "OpenBLAS dsyrk, dgemv, dpotrf, dpotrs (no intercept)", "fit | OpenBLAS, normal equations without intercept"),
        ("fit", "MathNet NormalEquations on prepared matrices", "fit | Math.NET Numerics, normal equations"),
        ("fit", "NumPy normal equations", "fit | NumPy, normal equations"),
        ("fit", "scikit-learn LinearRegression", "fit | scikit-learn LinearRegression"),
    ];

    /// <summary>Returns the README's table: for each pair the smallest and the largest median ratio over the shapes measured, a column for each machine.</summary>
    internal static string Readme(IReadOnlyList<(string Name, Results Results)> machines)
    {
        StringBuilder text = new StringBuilder("| task | peer | ").AppendJoin(" | ", machines.Select(machine => $"[{machine.Name}](perf-results/{machine.Name}/results.md)")).Append(" |\n|---|---|");
        text.Append(string.Concat(Enumerable.Repeat("---:|", machines.Count))).Append('\n');
        foreach ((string task, string peer, string shown) in ReadmeRows)
        {
            IEnumerable<string> ranges = machines.Select(machine => machine.Results.Contests.Where(contest => contest.Task == task && contest.Peer == peer).Select(contest => contest.Ratio).ToArray())
                .Select(ratios => ratios.Length == 0 ? "" : Line($"{ratios.Min():F2} to {ratios.Max():F2}"));
            text.Append("| ").Append(shown).Append(" | ").AppendJoin(" | ", ranges).Append(" |\n");
        }

        return text.ToString();
    }

    /// <summary>Returns what a results folder shows first: shares of the limits, and the range of ratios to each peer.</summary>
    internal static string Summary(Results results, string host)
    {
        KernelResult[] kernels = results.Levels[0].Kernels;
        var text = new StringBuilder();
        text.Append(Line($"On {host.Split('\n')[0].Trim()}, one thread ([all figures](results.md)): share of the machine's own limit, memory or multiply-adds, by number of columns.\n\n"));
        int[] columns = [.. kernels.Where(kernel => kernel.Kernel == "gradient").Select(kernel => kernel.Columns).Distinct().Order()];
        text.Append("| kernel | ").AppendJoin(" | ", columns).Append(" |\n|---|").Append(string.Concat(Enumerable.Repeat("---:|", columns.Length))).Append('\n');
        foreach (string name in Shown)
        {
            IEnumerable<string> shares = columns.Select(d =>
                kernels.FirstOrDefault(kernel => kernel.Kernel == name && kernel.Columns == d && kernel.Type == "double" && kernel.Threads == 1)?.Share is { } share
                    ? share.ToString("P0", CultureInfo.InvariantCulture)
                    : "");
            text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", shares).Append(" |\n");
        }

        AppendRanges(
            text, "How many times as long a peer takes", "| task | peer |", results.Contests.Select(contest => (contest.Task, contest.Peer, contest.Shape, contest.Ratio)));
        AppendRanges(
            text, "How many times as long a step towards more digits takes", "| step | beside |", results.Ladder.Select(cost => (cost.Step, cost.Base, cost.Shape, cost.Ratio)));
        return text.ToString();
    }

    /// <summary>The smallest and the largest ratio of each pair of names.</summary>
    private static void AppendRanges(
        StringBuilder text, string title, string header, IEnumerable<(string Name, string Beside, string Shape, double Ratio)> measured)
    {
        if (!measured.Any())
        {
            return;
        }

        text.Append(Line($"\n{title} (median over pairs; smallest and largest over the shapes measured):\n\n{header} from | to | shapes |\n|---|---|---:|---:|---:|\n"));
        foreach (IGrouping<(string Name, string Beside), (string Name, string Beside, string Shape, double Ratio)> group in measured.GroupBy(row => (row.Name, row.Beside)))
        {
            (_, _, string leastShape, double least) = group.MinBy(row => row.Ratio);
            (_, _, string mostShape, double most) = group.MaxBy(row => row.Ratio);
            text.Append(Line($"| {group.Key.Name} | {group.Key.Beside} | {least:F2} ({leastShape}) | {most:F2} ({mostShape}) | {group.Count()} |\n"));
        }
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
