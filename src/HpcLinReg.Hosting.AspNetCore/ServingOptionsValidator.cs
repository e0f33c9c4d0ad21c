using Microsoft.Extensions.Options;

namespace HpcLinReg.Hosting.AspNetCore;

/// <summary>Checks options at the start of the host.</summary>
internal sealed class ServingOptionsValidator : IValidateOptions<ServingOptions>
{
    public ValidateOptionsResult Validate(string? name, ServingOptions options)
    {
        List<string> wrong = [];
        if (options.MaxRows < 1)
        {
            wrong.Add($"MaxRows is {options.MaxRows}; it is 1 or more.");
        }

        if (options.MaxBodyBytes is < 1024 or > 1 << 30)
        {
            wrong.Add($"MaxBodyBytes is {options.MaxBodyBytes}; it is 1024 to {1 << 30}.");
        }

        if (options.RequestsPerSecond < 0)
        {
            wrong.Add($"RequestsPerSecond is {options.RequestsPerSecond}; it is 1 or more, or 0 for no limit.");
        }

        for (int i = 0; i < options.Keys.Count; i++)
        {
            string digits = options.Keys[i].Sha256;
            if (digits.Length != 64 || digits.Any(digit => !char.IsAsciiHexDigit(digit)))
            {
                // The value is not repeated: it may be the key itself, put there by mistake.
                wrong.Add($"Key {i + 1} has no SHA-256 of 64 hexadecimal digits; make it with: printf %s KEY | sha256sum");
            }

            if (!Enum.IsDefined(options.Keys[i].Scope))
            {
                wrong.Add($"Key {i + 1} has an unknown scope; it is Predict or Change.");
            }
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
