using System.CommandLine;
using System.Net;
using HpcLinReg.Cli.Serving;
using HpcLinReg.Data;
using HpcLinReg.Hosting.AspNetCore;

namespace HpcLinReg.Cli.Commands;

/// <summary><c>hpclinreg serve</c>: answers requests for predictions over HTTP and gRPC until Ctrl-C.</summary>
internal static class ServeCommand
{
    private static readonly Argument<string[]> Models = new("MODEL")
    {
        Arity = ArgumentArity.ZeroOrMore,
        Description = "Models that fit or train wrote with --out, served by the name of their file, or NAME=FILE. Without one, the model of the built-in Longley data.",
    };

    private static readonly Option<int> Port = PortOption("--port", "P", $"The port for HTTP; 0 takes a free one. Default {ServeRequest.DefaultPort}.", ServeRequest.DefaultPort);

    private static readonly Option<int> GrpcPort = PortOption("--grpc-port", "P", $"The port for gRPC; 0 takes a free one. Default: the one after --port, or any if that is 0.", -1);

    private static readonly Option<string?> Address = new("--host")
    {
        HelpName = "ADDRESS",
        Description = "The address to listen at; default 127.0.0.1, this machine only. Another one, such as 0.0.0.0, needs --keys or --insecure.",
    };

    private static readonly Option<string?> Keys = new("--keys")
    {
        HelpName = "FILE",
        Description = "A file with a line for each API key: predict or change, and the key's SHA-256 (printf %s KEY | sha256sum).",
    };

    private static readonly Option<string?> Learn = new("--learn")
    {
        HelpName = "FILE",
        Description = "Learn from rows that are posted to /models/NAME/rows, and keep them in this file (SQLite), so that nothing acknowledged is lost.",
    };

    private static readonly Option<string?> Target = new("--target")
    {
        HelpName = "NAME",
        Description = "With --learn and --features: learn to predict this from nothing, instead of from a model.",
    };

    private static readonly Option<string?> Features = new("--features")
    {
        HelpName = "LIST",
        Description = "With --target: columns of numbers and expressions over them, such as \"a, b, a*b\".",
    };

    private static readonly Option<bool> Insecure = new("--insecure") { Description = "Answer other machines without keys." };

    private static readonly Option<int> Rate = new("--rate")
    {
        HelpName = "N",
        Description = "Answer at most N requests a second, and further ones with 429. Default: no limit.",
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int rate) && rate < 1)
                {
                    result.AddError($"--rate is 1 or more, not {rate}.");
                }
            },
        },
    };

    internal static Command Create()
    {
        var command = new Command("serve", "Answer requests for predictions over HTTP (Open Inference Protocol v2, rows by name) and gRPC.") { Models, Port, GrpcPort, Address, Learn, Target, Features, Keys, Insecure, Rate };
        command.SetAction(parsed => ServeHost.RunAsync(Read(parsed), Interruption.Token).GetAwaiter().GetResult());
        return command;
    }

    private static ServeRequest Read(ParseResult parsed)
    {
        string text = parsed.GetValue(Address) ?? "127.0.0.1";
        if (!IPAddress.TryParse(text == "localhost" ? "127.0.0.1" : text, out IPAddress? address))
        {
            throw new UsageException($"--host '{text}' is no address; name one of this machine, such as 127.0.0.1 or 0.0.0.0.");
        }

        int port = parsed.GetValue(Port), grpc = parsed.GetValue(GrpcPort);
        ServeRequest request = new()
        {
            Models = [.. Named(parsed.GetValue(Models) ?? [])],
            Address = address,
            Port = port,
            GrpcPort = grpc >= 0 ? grpc : port is 0 or 65535 ? 0 : port + 1,
            Keys = parsed.GetValue(Keys) is { } file ? ReadKeys(file) : [],
            Learn = parsed.GetValue(Learn),
            New = Fresh(parsed),
            Insecure = parsed.GetValue(Insecure),
            Rate = parsed.GetValue(Rate),
        };
        return !IPAddress.IsLoopback(address) && request.Keys.Count == 0 && !request.Insecure
            ? throw new UsageException($"At {address} other machines reach the service, and there are no API keys: name a file with --keys, or say --insecure if everybody may ask.")
            : request;
    }

    private static NewModel? Fresh(ParseResult parsed)
    {
        string? target = parsed.GetValue(Target), features = parsed.GetValue(Features);
        return target is null && features is null ? null
            : target is null || features is null || parsed.GetValue(Learn) is null || parsed.GetValue(Models) is { Length: > 0 }
                ? throw new UsageException("To learn from nothing give --target, --features and --learn, and no model.")
                : NewModel.Parse(target, features);
    }

    /// <summary>NAME=FILE, or FILE by its name without folder and extension.</summary>
    private static IEnumerable<(string Name, string Path)> Named(string[] models)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string model in models)
        {
            if (model.StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"Unknown option '{model}'; a file of that name is written './{model}'.");
            }

            int sign = File.Exists(model) ? -1 : model.IndexOf('=', StringComparison.Ordinal);
            (string name, string path) = sign > 0 ? (model[..sign], model[(sign + 1)..]) : (Path.GetFileNameWithoutExtension(model), model);
            yield return names.Add(name) ? (name, path) : throw new UsageException($"Two models are named '{name}'; name one of them otherwise: NAME={path}.");
        }
    }

    private static List<ApiKey> ReadKeys(string file)
    {
        List<ApiKey> keys = [];
        int number = 0;
        foreach (string line in ReadLines(file))
        {
            number++;
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            ApiScope? scope = words[0] switch
            {
                "predict" => ApiScope.Predict,
                "change" => ApiScope.Change,
                _ => null,
            };
            if (scope is null || words.Length < 2 || words[1].Length != 64 || words[1].Any(digit => !char.IsAsciiHexDigit(digit)))
            {
                // The line is not repeated: it may have the key itself.
                throw new UsageException($"{file}, line {number}: a line has predict or change, then the key's SHA-256 of 64 hexadecimal digits (printf %s KEY | sha256sum).");
            }

            keys.Add(new ApiKey { Scope = scope.Value, Sha256 = words[1] });
        }

        return keys.Count > 0 ? keys : throw new UsageException($"{file} has no keys; a line has predict or change, then the key's SHA-256.");
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The keys cannot be read: {exception.Message}", exception);
        }
    }

    private static Option<int> PortOption(string name, string helpName, string description, int otherwise) => new(name)
    {
        HelpName = helpName,
        Description = description,
        DefaultValueFactory = _ => otherwise,
        Validators =
        {
            result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int port) && port is < 0 or > 65535)
                {
                    result.AddError($"{name} takes 0 to 65535, not {port}.");
                }
            },
        },
    };
}
