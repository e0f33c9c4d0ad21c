using System.Runtime.CompilerServices;
using HpcLinReg.Models;
using HpcLinReg.Terms;

namespace HpcLinReg;

/// <content>How one part of a feature enters a row.</content>
public sealed partial class Design
{
    /// <summary>More columns than this in one expression take their values' memory from the heap.</summary>
    private const int MostOnStack = 32;

    /// <summary>Gives the place of a text's indicator that is 1 as its only number; none where it has no indicators.</summary>
    private static Prediction Index<TRow>(TRow row, Coding coding, Span<double> numbers, out int width)
        where TRow : IRowValues, allows ref struct
    {
        Prediction issue = Place(row, coding, out int place);
        width = Math.Min(1, coding.Width);
        if (width > 0)
        {
            numbers[0] = place;
        }

        return issue;
    }

    /// <summary>Finds the place of a text's indicator that is 1; −1 for the baseline.</summary>
    private static Prediction Place<TRow>(TRow row, Coding coding, out int place)
        where TRow : IRowValues, allows ref struct
    {
        Scalar value = row[coding.Place, coding.Column];
        int level = value.Kind == CellKind.Level ? (int)value.WholeNumber : -1;
        place = coding.HasBaseline ? level : level - 1;
        return level >= 0 && level < coding.Column!.Levels.Length ? default
            : Prediction.None(value.IsMissing ? PredictionIssue.MissingValue : value.Kind == CellKind.Level ? PredictionIssue.UnknownLevel
                : PredictionIssue.WrongKind, coding.Place);
    }

    /// <summary>Finds the fault of a row in a feature without numbers, which a product of its parts has no room for.</summary>
    private Prediction RequireValues<TRow>(TRow row, int feature)
        where TRow : IRowValues, allows ref struct
    {
        Span<double> scratch = stackalloc double[PolynomialVariable.MostDegree];
        foreach (Coding coding in _codings[feature])
        {
            int width = 1;
            scratch.Fill(1);
            Prediction issue = coding.IsText ? Place(row, coding, out _)
                : coding.Powers > 1 ? MultiplyPowers(row, coding, scratch, ref width, feature)
                : MultiplyNumber(row, coding, scratch[..1], feature);
            if (!issue.HasValue)
            {
                return issue;
            }
        }

        return default;
    }

    /// <summary>
    /// Multiplies the numbers of a feature so far by a text's indicators: <paramref name="width"/> blocks of zeros but for the level's.
    /// </summary>
    private static Prediction MultiplyIndicators<TRow>(TRow row, Coding coding, Span<double> numbers, ref int width)
        where TRow : IRowValues, allows ref struct
    {
        Prediction issue = Place(row, coding, out int place);
        if (!issue.HasValue)
        {
            return issue;
        }

        // A feature that begins with this part has no numbers yet: the product so far is 1.
        int before = width;
        Span<double> blocks = numbers[..(before * coding.Width)];
        if (coding.IsFirst)
        {
            blocks.Clear();
            if (place >= 0)
            {
                blocks[place] = 1;
            }
        }
        else
        {
            if (place > 0)
            {
                blocks[..before].CopyTo(blocks[(place * before)..]);
            }

            for (int k = 0; k < coding.Width; k++)
            {
                if (k != place)
                {
                    blocks.Slice(k * before, before).Clear();
                }
            }
        }

        width = before * coding.Width;
        return default;
    }

    /// <summary>Multiplies the numbers of a feature so far by a number.</summary>
    private static Prediction MultiplyNumber<TRow>(TRow row, Coding coding, Span<double> numbers, int feature)
        where TRow : IRowValues, allows ref struct
    {
        Prediction value = coding.Tree is null ? Column(row, coding) : Evaluate(row, coding, feature);
        if (!value.HasValue)
        {
            return value;
        }

        if (coding.IsFirst)
        {
            numbers[0] = value.Value;
            return default;
        }

        for (int i = 0; i < numbers.Length; i++)
        {
            // A product with 0 is 0, also where it would be −0.
            numbers[i] = numbers[i] == 0 ? 0 : numbers[i] * value.Value;
        }

        return default;
    }

    /// <summary>
    /// Multiplies the numbers of a feature so far by t, t², … with t = (x − shift)·scale: <paramref name="width"/> products for each power,
    /// the first power first.
    /// </summary>
    private static Prediction MultiplyPowers<TRow>(TRow row, Coding coding, Span<double> numbers, ref int width, int feature)
        where TRow : IRowValues, allows ref struct
    {
        Prediction value = coding.Tree is null ? Column(row, coding) : Evaluate(row, coding, feature);
        if (!value.HasValue)
        {
            return value;
        }

        double t = (value.Value - coding.Part.Shift) * coding.Part.Scale;
        if (coding.IsFirst)
        {
            numbers[0] = 1;
        }

        // From the highest power on, because the products so far lie where those of the first power go.
        for (int power = coding.Powers; power >= 1; power--)
        {
            double factor = t;
            for (int k = 1; k < power; k++)
            {
                factor *= t;
            }

            for (int i = 0; i < width; i++)
            {
                // A product with 0 is 0, also where it would be −0.
                numbers[((power - 1) * width) + i] = numbers[i] == 0 ? 0 : numbers[i] * factor;
            }
        }

        width *= coding.Powers;
        return default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Prediction Column<TRow>(TRow row, Coding coding)
        where TRow : IRowValues, allows ref struct
    {
        if (coding.Column is { Kind: CellKind.Number or CellKind.Whole } or null)
        {
            double number = row.Number(coding.Place);
            if (double.IsFinite(number))
            {
                return new Prediction(number);
            }
        }

        Scalar value = row[coding.Place, coding.Column];
        return value.Kind == CellKind.Number && coding.Column is { IsFilled: true } ? new Prediction(value.ToDouble())
            : Other(value, coding);
    }

    /// <summary>A flag, or why a value is no number.</summary>
    private static Prediction Other(Scalar value, Coding coding)
    {
        return value.IsMissing ? Prediction.None(PredictionIssue.MissingValue, coding.Place)
            : value.Kind == CellKind.Flag && coding.Column?.Kind is CellKind.Flag or null ? new Prediction(value.ToDouble())
            : coding.Column?.Kind == CellKind.Flag && value.Kind is CellKind.Whole or CellKind.Number && value.ToDouble() is 0 or 1
                ? new Prediction(value.ToDouble())
            : Prediction.None(PredictionIssue.WrongKind, coding.Place);
    }

    private static Prediction Evaluate<TRow>(TRow row, Coding coding, int feature)
        where TRow : IRowValues, allows ref struct
    {
        int count = coding.TreePlaces.Length;
        Span<Scalar> values = count <= MostOnStack ? stackalloc Scalar[count] : new Scalar[count];
        for (int i = 0; i < count; i++)
        {
            int place = coding.TreePlaces[i];
            values[i] = row[place, coding.TreeColumns[i]];
            if (values[i].IsMissing)
            {
                return Prediction.None(PredictionIssue.MissingValue, place);
            }

            if (!Fits(values[i].Kind, coding.TreeColumns[i].Kind))
            {
                return Prediction.None(PredictionIssue.WrongKind, place);
            }
        }

        Scalar result = coding.Tree!.Evaluate(values, out ExpressionFault fault);
        return fault switch
        {
            ExpressionFault.None => new Prediction(result.ToDouble()),
            ExpressionFault.WholeOverflow => Prediction.None(PredictionIssue.OutOfRange, feature),
            _ => Prediction.None(PredictionIssue.NotDefined, feature),
        };
    }

    private static bool Fits(CellKind value, CellKind column) => value == column
        || (value is CellKind.Number or CellKind.Whole && column is CellKind.Number or CellKind.Whole);
}
