using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HpcLinReg.Data;
using Spectre.Console;

namespace HpcLinReg.Cli.Output;

/// <summary>How data are read, as a table or as JSON.</summary>
internal static class SchemaReport
{
    internal static void WriteTable(DataSchema schema)
    {
        IAnsiConsole console = FitTable.Console();
        List<string> facts = [Counted.Of(schema.Rows, "row"), Counted.Of(schema.Columns.Length, "column")];
        if (schema.Delimiter is { } delimiter)
        {
            facts.Add($"delimiter {(delimiter == '\t' ? "tab" : delimiter)}");
        }

        if (schema.DecimalMark is { } mark)
        {
            facts.Add($"decimal mark {mark}");
        }

        facts.Add($"times without an offset in {schema.Zone}");
        console.WriteLine($"{schema.Source}: {string.Join("; ", facts)}");
        Table table = new Table().Border(
            TableBorder.Rounded).AddColumn("Column").AddColumn("Kind").AddColumn("Format").AddColumn(new TableColumn("Missing").RightAligned()).AddColumn("Decided by");
        foreach (ColumnSchema column in schema.Columns)
        {
            table.AddRow(new Text(column.Name), new Text(Kind(column) ?? "other"), new Text(column.Format ?? ""),
                new Text(column.Missing.ToString("N0", CultureInfo.InvariantCulture)), new Text(Origin(column)));
        }

        console.Write(table);
    }

    internal static void WriteJson(DataSchema schema, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("source", schema.Source);
            json.WriteNumber("rows", schema.Rows);
            json.WriteString("delimiter", schema.Delimiter?.ToString());
            json.WriteString("decimal", schema.DecimalMark?.ToString());
            json.WriteString("zone", schema.Zone);
            json.WriteStartArray("columns");
            foreach (ColumnSchema column in schema.Columns)
            {
                json.WriteStartObject();
                json.WriteString("name", column.Name);
                json.WriteString("kind", Kind(column));
                json.WriteString("format", column.Format);
                json.WriteNumber("missing", column.Missing);
                json.WriteString("decidedBy", Origin(column));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static string? Kind(ColumnSchema column) => column.Kind?.ToString().ToLowerInvariant();

    private static string Origin(ColumnSchema column) => column.Origin switch
    {
        HpcLinReg.Data.Origin.Cells => "all rows",
        HpcLinReg.Data.Origin.Given => "given",
        HpcLinReg.Data.Origin.Model => "model",
        _ => "type",
    };
}
