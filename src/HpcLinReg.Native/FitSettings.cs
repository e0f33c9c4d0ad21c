using System.Runtime.InteropServices;

namespace HpcLinReg.Native;

/// <summary>The options of a fit as C passes them, hlr_fit_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FitSettings
{
    internal long Size;
    internal int Intercept;
    internal int Digits;
    internal int RankDeficient;
    internal int WeightKind;
    internal int StandardizeRidge;
    internal int Threads;
    internal double Ridge;

    /// <summary>Gets the defaults, which are those of <see cref="FitOptions"/>.</summary>
    internal static FitSettings Default
    {
        get
        {
            FitOptions options = new();
            return new FitSettings
            {
                Size = sizeof(FitSettings),
                Intercept = options.Intercept ? 1 : 0,
                Digits = options.Digits,
                RankDeficient = (int)options.RankDeficient,
                WeightKind = (int)options.RowWeights,
                StandardizeRidge = options.StandardizeRidge ? 1 : 0,
                Threads = options.Threads,
                Ridge = options.Ridge,
            };
        }
    }

    /// <summary>Returns the options at an address, the defaults for null; the engine checks their values.</summary>
    internal static FitOptions ToOptions(FitSettings* settings)
    {
        if (settings is null)
        {
            return new FitOptions();
        }

        if (settings->Size != sizeof(FitSettings))
        {
            throw CallException.Argument($"options.size is {settings->Size}, not {sizeof(FitSettings)}; call hlr_fit_options_default before setting options.");
        }

        return new FitOptions
        {
            Intercept = Flag(settings->Intercept, "intercept"),
            Ridge = settings->Ridge,
            Digits = settings->Digits,
            RankDeficient = Choice<RankDeficiency>(settings->RankDeficient, "rank_deficient", "HLR_DROP (0) or HLR_MINIMUM_NORM (1)"),
            RowWeights = Choice<WeightKind>(settings->WeightKind, "weight_kind", "HLR_PRECISION (0) or HLR_FREQUENCY (1)"),
            StandardizeRidge = Flag(settings->StandardizeRidge, "standardize_ridge"),
            Threads = settings->Threads >= 1 ? settings->Threads
                : throw CallException.Argument($"options.threads is {settings->Threads}; it is at least 1."),
        };
    }

    private static T Choice<T>(int value, string name, string choices)
        where T : unmanaged, Enum
    {
        var choice = (T)Enum.ToObject(typeof(T), value);
        return Enum.IsDefined(choice) ? choice : throw CallException.Argument($"options.{name} is {value}; it is {choices}.");
    }

    private static bool Flag(int value, string name) =>
        value is 0 or 1 ? value == 1 : throw CallException.Argument($"options.{name} is {value}; it is 0 or 1.");
}
