using HpcLinReg.Tests.Data;
using Tool = HpcLinReg.Cli.Program;

namespace HpcLinReg.Tests.Cli;

/// <summary>Command lines that are wrong, run inside the tests' own process: answered by a message and an exit code, and nothing is printed or written.</summary>
public sealed class HostileOptionTests(ITestOutputHelper output)
{
    [Fact]
    public void Wrong_options_are_told_in_a_line()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("x.csv", "x,y,name\n1,1,a\n2,3,b\n3,5,c\n");
        (string Words, string[] Arguments)[] cases =
        [
            ("'fit'", ["fti", file]),
            ("'predict'", ["predikt"]),
            ("'--target'", ["fit", file, "--tagret", "y"]),
            ("'--target'", ["fit", "--tagret", "y"]),
            ("'--ridge'", ["train", file, "--target", "y", "--rigde=3"]),
            ("required", ["fit", file, "--target", ""]),
            ("required", ["fit", file]),
            ("'name'", ["fit", file, "--target", "nmae"]),
            ("'name'", ["fit", file, "--target", "y", "--features", "nmae"]),
            ("--ridge", ["fit", file, "--target", "y", "--ridge", "1e999"]),
            ("--ridge", ["fit", file, "--target", "y", "--ridge", "-1"]),
            ("--digits", ["fit", file, "--target", "y", "--digits", "18"]),
            ("--digits", ["fit", file, "--target", "y", "--digits", "-1"]),
            ("NAME:K", ["fit", file, "--target", "y", "--polynomial", "x:"]),
            ("NAME:K", ["fit", file, "--target", "y", "--polynomial", "x:41"]),
            ("twice", ["fit", file, "--target", "y", "--polynomial", "x:2", "--polynomial", "x:3"]),
            ("Feature 1", ["fit", file, "--target", "y", "--features", ""]),
            ("Feature 1", ["fit", file, "--target", "y", "--features", ","]),
            ("feature", ["fit", file, "--target", "y", "--features", "x y z"]),
            ("range of double", ["fit", file, "--target", "y", "--features", "1e400*x"]),
            ("expression", ["fit", file, "--target", "y", "--features", string.Concat(Enumerable.Repeat("abs(-", 5000)) + "x" + new string(')', 5000)]),
            ("function", ["fit", file, "--target", "y", "--features", "read_text('/etc/passwd')"]),
            ("is given 2 times", ["fit", file, "--target", "y", "--target", "y"]),
            ("not both", ["fit", file, "--sql", "SELECT 1", "--target", "y"]),
            ("SELECT", ["fit", "--sql", "DROP TABLE x", "--target", "y"]),
            ("SELECT", ["fit", "--sql", "SELECT 1; SELECT 2", "--target", "y"]),
            ("empty", ["fit", "--sql", " ", "--target", "y"]),
            ("not both", ["fit", file, "--target", "y", "--weights", "x", "--frequency-weights", "x"]),
            ("--out", ["fit", file, "--target", "y", "--out", " "]),
            ("directory", ["fit", file, "--target", "y", "--out", folder.Path(".")]),
            ("over the input", ["fit", file, "--target", "y", "--out", file]),
            ("--rate", ["train", file, "--target", "y", "--rate", "-1"]),
            ("--batch", ["train", file, "--target", "y", "--method", "sgd", "--batch", "0"]),
            ("--compare", ["train", file, "--target", "y", "--plot", folder.Path("p.svg"), "--compare", "1,x"]),
            ("two coefficients", ["train", file, "--target", "y", "--features", "x, x*x", "--plot-path", folder.Path("p.svg")]),
            ("no model file", ["predict", folder.Path("nosuch.json"), file]),
            ("model", ["predict", file, file]),
            ("--columns", ["bench", "--columns", "0"]),
            ("names no Redis", ["cluster", "silo", "--redis", "localhost:", "--data", "."]),
            ("names no Redis", ["cluster", "remove", "job", "--redis", " "]),
            ("--host", ["cluster", "silo", "--redis", "localhost:1", "--data", ".", "--host", "0.0.0.0"]),
            ("--parts-at-once", ["cluster", "silo", "--redis", "localhost:1", "--data", ".", "--parts-at-once", "5000"]),
            ("--target", ["cluster", "fit", file, "--redis", "localhost:1"]),
            ("no folder", ["cluster", "silo", "--redis", "localhost:1", "--data", folder.Path("nosuch")]),
            ("--port", ["labs", "--port", "99999"]),
        ];
        List<string> wrong = [];
        foreach ((string words, string[] arguments) in cases)
        {
            (int exitCode, string error) = Run(arguments);
            string[] lines = error.TrimEnd().Split('\n');
            string shown = $"{string.Join(' ', arguments.Select(argument => argument.Length > 60 ? argument[..60] + "…" : argument)).Replace(folder.Path(""), "", StringComparison.Ordinal),-70} {exitCode} {lines[0].Replace(folder.Path(""), "", StringComparison.Ordinal)}";
            output.WriteLine(shown);
            bool isTold = exitCode is 1 or 2 && error.Contains(words, StringComparison.Ordinal) && lines.Length <= 4 && lines.All(line => line.Length < 2100)
                && !error.Contains("defect", StringComparison.Ordinal) && !error.Contains("   at ", StringComparison.Ordinal);
            if (!isTold)
            {
                wrong.Add($"{shown} (expected: {words})\n{error}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(["x.csv"], Directory.EnumerateFileSystemEntries(folder.Path(".")).Select(Path.GetFileName));
    }

    private static (int ExitCode, string Error) Run(string[] arguments)
    {
        TextWriter before = Console.Error;
        using StringWriter error = new();
        Console.SetError(error);
        try
        {
            return (Tool.Main(arguments), error.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }
}
