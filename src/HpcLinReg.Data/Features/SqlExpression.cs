using System.Text.Json.Nodes;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>An expression over columns, parsed by DuckDB and checked node by node against what is allowed.</summary>
internal sealed class SqlExpression
{
    private readonly JsonObject _tree;
    private readonly IReadOnlyList<string> _columns;

    private SqlExpression(JsonObject tree, IReadOnlyList<string> columns, string? alias, IReadOnlySet<int> used)
    {
        _tree = tree;
        _columns = columns;
        Alias = alias;
        Used = used;
    }

    /// <summary>Gets the name after AS; null without one.</summary>
    internal string? Alias { get; }

    /// <summary>Gets the indices of the columns it reads.</summary>
    internal IReadOnlySet<int> Used { get; }

    /// <summary>Gets the column when the expression is nothing but one, else −1.</summary>
    internal int SoleColumn => Text(_tree, "class") == "COLUMN_REF" ? Used.Single() : -1;

    /// <summary>Parses and checks.</summary>
    /// <param name="session">Any session; only its parser is used.</param>
    /// <param name="text">The expression.</param>
    /// <param name="columns">The names it may use.</param>
    /// <exception cref="UsageException">It does not parse or uses what is not allowed; the message names it.</exception>
    /// <exception cref="DataException">It uses a column that does not exist.</exception>
    internal static SqlExpression Parse(Session session, string text, IReadOnlyList<string> columns)
    {
        JsonObject select = Statement.TryParse(session, $"SELECT {text}", out string reason)
            ?? throw new UsageException($"The feature \"{text}\" is neither a column nor an expression: {reason.TrimEnd('.')}. The columns are {ColumnNames.List(columns)}.");
        ExpressionRules rules = new(session, text, columns);
        JsonObject tree = rules.SoleExpression(select);
        string? alias = Text(tree, "alias");
        tree.Remove("alias");
        rules.Check(tree);
        return new SqlExpression(tree, columns, alias, rules.Used);
    }

    /// <summary>Writes it as SQL with other names for the columns.</summary>
    internal string ToSql(Session session, Func<int, string> column, Func<int, ColumnKind> kind)
    {
        bool hasDates = Used.Any(i => kind(i) == ColumnKind.Date)
            || Contains(_tree, node => Text(node, "class") == "CAST" && Text(node["cast_type"]!, "id") is "DATE" or "TIME" or "TIMESTAMP");
        JsonNode copy = _tree.DeepClone();
        copy = Rewrite(session, copy, column, kind, numbersAsDouble: !hasDates);
        return Statement.ToSql(session, copy);
    }

    /// <summary>Returns whether it calls a function of a name.</summary>
    internal bool Calls(string name) =>
        Contains(_tree, node => Text(node, "class") == "FUNCTION" && string.Equals(Text(node, "function_name"), name, StringComparison.OrdinalIgnoreCase));

    internal static string? Text(JsonNode node, string member) =>
        node is JsonObject o && o[member] is JsonValue value ? value.GetValue<string>() : null;

    private static bool Contains(JsonNode? node, Func<JsonNode, bool> condition) => node switch
    {
        JsonObject o => condition(o) || o.Any(member => Contains(member.Value, condition)),
        JsonArray a => a.Any(element => Contains(element, condition)),
        _ => false,
    };

    private JsonNode Rewrite(Session session, JsonNode node, Func<int, string> column, Func<int, ColumnKind> kind, bool numbersAsDouble)
    {
        if (Text(node, "class") == "COLUMN_REF")
        {
            int index = ExpressionRules.Resolve(node.AsObject(), _columns);
            if (kind(index) == ColumnKind.Numeric)
            {
                return Finite(session, column(index));
            }

            node["column_names"] = new JsonArray(column(index));
            return node;
        }

        bool arithmetic = Text(node, "class") == "FUNCTION" && AllowedFunctions.Arithmetic.Contains(Text(node, "function_name")!);
        if (node is JsonObject o)
        {
            foreach ((string name, JsonNode? value) in o.ToArray())
            {
                if (value is JsonObject or JsonArray)
                {
                    o.Remove(name);
                    o[name] = Rewrite(session, value, column, kind, numbersAsDouble);
                }
            }

            if (arithmetic && o["children"] is JsonArray operands)
            {
                o["children"] = new JsonArray([.. operands.ToArray().Select(operand => AsNumber(operands, operand!, numbersAsDouble))]);
            }
        }
        else if (node is JsonArray array)
        {
            for (int i = 0; i < array.Count; i++)
            {
                if (array[i] is (JsonObject or JsonArray) and { } element)
                {
                    array[i] = null;
                    array[i] = Rewrite(session, element, column, kind, numbersAsDouble);
                }
            }
        }

        return node;
    }

    // NaN and infinity are missing before they are compared: to DuckDB NaN is greater than every number.
    private static JsonNode Finite(Session session, string column) =>
        Statement.TryParse(session, $"SELECT CASE WHEN isfinite({column}) THEN {column} END", out _)!["select_list"]!.AsArray()[0]!.DeepClone();

    // DuckDB has no sum of truth values, and computes 60*60*24*365*100 in 32 bits: both become DOUBLE, as columns are.
    private static JsonNode AsNumber(JsonArray operands, JsonNode operand, bool numbersAsDouble)
    {
        operands[operands.IndexOf(operand)] = null;
        bool truth = Text(operand, "class") is "COMPARISON" or "CONJUNCTION" or "BETWEEN" ||
            Text(operand, "type") is "OPERATOR_NOT" or "OPERATOR_IS_NULL" or "OPERATOR_IS_NOT_NULL" or "COMPARE_IN" or "COMPARE_NOT_IN" ||
            (Text(operand, "class") == "CAST" && Text(operand["cast_type"]!, "id") == "BOOLEAN");
        bool integer = numbersAsDouble && Text(operand, "class") == "CONSTANT" &&
            Text(operand["value"]!["type"]!, "id") is "INTEGER" or "BIGINT" or "HUGEINT";
        return truth || integer
            ? new JsonObject
            {
                ["class"] = "CAST",
                ["type"] = "OPERATOR_CAST",
                ["child"] = operand,
                ["cast_type"] = new JsonObject { ["id"] = "DOUBLE" },
            }
            : operand;
    }
}
