using System.Collections.Frozen;
using System.Text.Json.Nodes;
using HpcLinReg.Data.Sources;

namespace HpcLinReg.Data.Features;

/// <summary>
/// Walks the syntax tree of one feature and refuses everything not known to be harmless: node classes, members of nodes,
/// functions and types are all listed, so that what a later DuckDB adds is refused until somebody has looked at it.
/// </summary>
internal sealed class ExpressionRules(Session session, string text, IReadOnlyList<string> columns)
{
    private static readonly FrozenDictionary<string, string[]> Members = new Dictionary<string, string[]>
    {
        ["COLUMN_REF"] = ["column_names"],
        ["CONSTANT"] = ["value"],
        ["CAST"] = ["child", "cast_type", "try_cast"],
        ["COMPARISON"] = ["left", "right"],
        ["CONJUNCTION"] = ["children"],
        ["BETWEEN"] = ["input", "lower", "upper"],
        ["CASE"] = ["case_checks", "else_expr"],
        ["OPERATOR"] = ["children"],
        ["FUNCTION"] = ["function_name", "schema", "children", "order_bys", "is_operator"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Refused = new Dictionary<string, string>
    {
        ["STAR"] = "* stands for many columns; name them one by one",
        ["SUBQUERY"] = "a subquery reads other rows; compute it in the query of --sql",
        ["WINDOW"] = "a window function reads other rows; compute it in the query of --sql",
        ["LAMBDA"] = "-> and lambdas are not for numbers",
        ["PARAMETER"] = "a parameter ($1, ?) has no value here",
        ["COLLATE"] = "COLLATE is not for numbers",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Operators = FrozenSet.Create(
        StringComparer.Ordinal,
        "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "OPERATOR_NOT", "OPERATOR_COALESCE", "OPERATOR_TRY", "COMPARE_IN", "COMPARE_NOT_IN");

    private readonly HashSet<int> _used = [];

    /// <summary>Gets the indices of the columns met so far.</summary>
    internal IReadOnlySet<int> Used => _used;

    /// <summary>Takes the one expression out of <c>SELECT expression</c>.</summary>
    internal JsonObject SoleExpression(JsonObject select)
    {
        bool bare = SqlExpression.Text(select, "type") == "SELECT_NODE" &&
            select.All(member => member.Key is "type" or "select_list" or "from_table" or "aggregate_handling") &&
            SqlExpression.Text(select["from_table"]!, "type") == "EMPTY" &&
            SqlExpression.Text(select, "aggregate_handling") == "STANDARD_HANDLING";
        if (!bare)
        {
            throw Refuse("it is more than an expression: FROM, WHERE, ORDER BY and the like have no place here");
        }

        JsonArray list = select["select_list"]!.AsArray();
        if (list.Count != 1)
        {
            throw Refuse("it is several expressions; separate features by commas outside parentheses");
        }

        JsonObject expression = list[0]!.AsObject();
        list.Clear();
        return expression;
    }

    /// <summary>Checks a node and everything below it.</summary>
    internal void Check(JsonNode node)
    {
        JsonObject expression = node.AsObject();
        string kind = SqlExpression.Text(expression, "class") ?? "";
        if (!Members.TryGetValue(kind, out string[]? members))
        {
            throw Refuse(Refused.GetValueOrDefault(kind, $"{kind.ToLowerInvariant()} is not allowed in a feature"));
        }

        foreach ((string member, _) in expression)
        {
            if (member is not ("class" or "type" or "query_location") && !members.Contains(member))
            {
                throw Refuse($"{member.ToLowerInvariant().Replace('_', ' ')} is not allowed in a feature");
            }
        }

        switch (kind)
        {
            case "COLUMN_REF":
                _used.Add(Column(expression));
                break;
            case "CONSTANT":
                break;
            case "CAST":
                CheckCast(expression);
                break;
            case "CASE":
                foreach (JsonNode? check in expression["case_checks"]!.AsArray())
                {
                    CheckAll(check!["when_expr"], check["then_expr"]);
                }

                CheckAll(expression["else_expr"]);
                break;
            case "FUNCTION":
                CheckFunction(expression);
                break;
            case "OPERATOR" when !Operators.Contains(SqlExpression.Text(expression, "type")!):
                throw Refuse($"{SqlExpression.Text(expression, "type")!.ToLowerInvariant().Replace('_', ' ')} is not allowed in a feature");
            default:
                CheckAll([.. members.Where(member => member != "children").Select(member => expression[member])]);
                CheckAll([.. expression["children"] as JsonArray ?? []]);
                break;
        }
    }

    /// <summary>Finds the column a reference means; −1 without one. Sepal.Length is one name when a column has it.</summary>
    internal static int Resolve(JsonObject reference, IReadOnlyList<string> columns) =>
        ColumnNames.Find(columns, Name(reference));

    private static string Name(JsonObject reference) => string.Join('.', reference["column_names"]!.AsArray().Select(part => part!.GetValue<string>()));

    private void CheckAll(params ReadOnlySpan<JsonNode?> nodes)
    {
        foreach (JsonNode? node in nodes)
        {
            if (node is not null)
            {
                Check(node);
            }
        }
    }

    private int Column(JsonObject reference)
    {
        int index = Resolve(reference, columns);
        return index >= 0 ? index : throw new DataException(
            text == Name(reference)
                ? $"There is no column '{text}'; the columns are {ColumnNames.List(columns)}.{Suggestion.Question(text, columns)}"
                : $"The feature \"{text}\" uses '{Name(reference)}', which is no column; the columns are {ColumnNames.List(columns)}. A name with spaces or brackets goes in double quotes.");
    }

    private void CheckCast(JsonObject cast)
    {
        string type = SqlExpression.Text(cast["cast_type"]!, "id") ?? "";
        if (!AllowedFunctions.CastTypes.Contains(type))
        {
            throw Refuse($"a cast to {SqlExpression.Text(cast["cast_type"]!["type_info"] ?? new JsonObject(), "name") ?? type} is not allowed; cast to DOUBLE, INTEGER, BOOLEAN, VARCHAR, DATE or TIMESTAMP");
        }

        CheckAll(cast["child"]);
    }

    private void CheckFunction(JsonObject function)
    {
        string name = SqlExpression.Text(function, "function_name") ?? "";
        // EXTRACT(year FROM d) arrives as main.date_part.
        if (SqlExpression.Text(function, "schema") is { } schema && schema != "main")
        {
            throw Refuse($"a function of the schema {schema} is not allowed");
        }

        if (!AllowedFunctions.Arithmetic.Contains(name) && !AllowedFunctions.Scalar.Contains(name))
        {
            throw Refuse(WhyNot(name));
        }

        if (function["order_bys"] is JsonObject order && order.Count > 1)
        {
            throw Refuse("ORDER BY has no place in a feature");
        }

        CheckAll([.. function["children"] as JsonArray ?? []]);
    }

    private string WhyNot(string name)
    {
        List<string?[]> known = session.Table($"SELECT function_type, stability FROM duckdb_functions() WHERE function_name = {Sql.Text(name.ToLowerInvariant())} LIMIT 1");
        return known.FirstOrDefault() switch
        {
            null => $"there is no function {name}()",
            ["aggregate", _] => $"{name}() is an aggregate: it reads other rows; compute it in the query of --sql",
            [_, "VOLATILE"] => $"{name}() gives another value each time",
            _ => $"{name}() is not among the functions allowed in a feature (arithmetic, CASE, ln, exp, sqrt, pow, abs, round, sin, greatest, coalesce, length, date_part, epoch and their like)",
        };
    }

    private UsageException Refuse(string reason) => new($"The feature \"{text}\" cannot be used: {reason}.");
}
