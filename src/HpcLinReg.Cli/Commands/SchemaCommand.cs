using System.CommandLine;
using System.CommandLine.Parsing;
using HpcLinReg.Cli.Output;
using HpcLinReg.Data;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg schema</c>.</summary>
internal static class SchemaCommand
{
    private static readonly Argument<string[]> Files = new("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "CSV, TSV, Parquet, JSON, NumPy or Arrow files, or patterns, each read by itself; - or nothing for the standard input." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object for each FILE instead of tables." };

    internal static Command Create()
    {
        var command = new Command("schema", "Show how data are read: columns, kinds, formats, missing values, and what decided them.") { Files, SourceOptions.Sql };
        ReadingOptions.AddTo(command);
        command.Options.Add(Json);
        command.Validators.Add(Validate);
        command.SetAction(Run);
        return command;
    }

    private static void Validate(CommandResult result)
    {
        string[] files = result.GetValue(Files) ?? [];
        bool hasSql = result.GetValue(SourceOptions.Sql) is not null;
        if (files.FirstOrDefault(file => file is ['-', _, ..]) is { } option)
        {
            result.AddError($"Unknown option '{option}'; a file of that name is written './{option}'.{Suggestion.Question(option, result.Command.Options.Select(known => known.Name))}");
        }
        else if (files.Any(string.IsNullOrWhiteSpace) || string.IsNullOrWhiteSpace(result.GetValue(SourceOptions.Sql) ?? "-"))
        {
            result.AddError("FILE and --sql may not be empty.");
        }
        else if (files.Length > 0 && hasSql)
        {
            result.AddError("Give either FILE or --sql, not both.");
        }
        else if (files.Length == 0 && !hasSql && !StandardInput.HasData)
        {
            result.AddError("FILE is missing: name the data to describe, or pipe them in.");
        }
    }

    private static int Run(ParseResult parsed)
    {
        ReadingSettings settings = ReadingOptions.Of(parsed);
        if (parsed.GetValue(SourceOptions.Sql) is { } sql)
        {
            using var query = DataSource.OpenSql(sql, settings);
            Show(parsed, query);
            return Failure.Success;
        }

        string[] files = parsed.GetValue(Files) is { Length: > 0 } named ? named : [SourceOptions.Standard];
        foreach (string file in files)
        {
            using DataSource source = SourceOptions.OpenFiles([file], settings);
            Show(parsed, source);
        }

        return Failure.Success;
    }

    private static void Show(ParseResult parsed, DataSource source)
    {
        OutputOption.RequireApart(parsed, source.Files);
        DataSchema schema = Interruptible.Run(() => DataSchema.Of(source, Interruption.Token), Interruption.Token);
        if (parsed.GetValue(Json))
        {
            SchemaReport.WriteJson(schema, Console.OpenStandardOutput());
        }
        else
        {
            SchemaReport.WriteTable(schema);
        }
    }
}
