using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace HpcLinReg.Hosting.AspNetCore.Tensors;

/// <summary>
/// The rows of a request: a view of its bytes where they are a matrix of doubles, else a copy in the order of the model's columns.
/// </summary>
internal ref struct TensorRows
{
    /// <summary>The name of the input that brings all columns.</summary>
    internal const string MatrixName = "x";

    private double[]? _rented;

    private TensorRows(ReadOnlySpan<double> values, int rows, double[]? rented)
    {
        Values = values;
        Rows = rows;
        _rented = rented;
    }

    internal ReadOnlySpan<double> Values { get; }

    internal int Rows { get; }

    /// <summary>Gets the rows as a matrix.</summary>
    internal readonly MatrixSpan<double> Matrix(int columns) => new(Values, Rows, columns, columns);

    /// <summary>Takes the rows of inputs: one named x of [rows, columns], or one for each column of [rows] or [rows, 1].</summary>
    /// <exception cref="RefusedException">The inputs do not fit the model; the message names input, row and what to do.</exception>
    internal static TensorRows Of(ModelInput input, IReadOnlyList<InputTensor> tensors, int mostRows)
    {
        foreach (InputTensor tensor in tensors)
        {
            RequireData(tensor);
        }

        int columns = input.Columns.Length;
        return tensors is [var only] && only.Name == MatrixName && (columns != 1 || input.PlaceOf(MatrixName) < 0)
            && !(columns > 1 && only.Shape.Length == 1)
            ? OfMatrix(input, only, mostRows) : OfColumns(input, tensors, mostRows);
    }

    internal void Dispose()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<double>.Shared.Return(rented);
        }
    }

    private static TensorRows OfMatrix(ModelInput input, InputTensor tensor, int mostRows)
    {
        int columns = input.Columns.Length;
        if (input.HasText || tensor.Datatype == Datatype.Bytes)
        {
            throw RefusedException.Bad($"The model has a column of texts, which a matrix of numbers cannot bring; send one input for each column: {input.Describe()}.");
        }

        if (tensor.Shape.Length != 2 || tensor.Shape[1] != columns)
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' has the shape [{string.Join(',', tensor.Shape)}]; the model reads [rows,{columns}]: {input.Describe()}.");
        }

        int rows = RequireRows(tensor.Shape[0], mostRows);
        if (tensor is { IsBinary: true, Datatype: "FP64" })
        {
            return new TensorRows(MemoryMarshal.Cast<byte, double>(tensor.Binary.Span), rows, null);
        }

        if (!tensor.IsBinary)
        {
            RequireExact(input, tensor, rows);
            return new TensorRows(tensor.Numbers.AsSpan(0, rows * columns), rows, null);
        }

        double[] rented = ArrayPool<double>.Shared.Rent(rows * columns);
        Datatype.Widen(tensor.Datatype, tensor.Binary.Span, rented, 1);
        return new TensorRows(rented.AsSpan(0, rows * columns), rows, rented);
    }

    private static TensorRows OfColumns(ModelInput input, IReadOnlyList<InputTensor> tensors, int mostRows)
    {
        int columns = input.Columns.Length, rows = tensors.Count == 0 || tensors[0].Shape.Length == 0 ? 0
            : RequireRows(tensors[0].Shape[0], mostRows);
        var ordered = new InputTensor?[columns];
        foreach (InputTensor tensor in tensors)
        {
            int place = input.PlaceOf(tensor.Name);
            if (place < 0)
            {
                throw RefusedException.Bad($"The model has no column '{tensor.Name}'; it reads {input.Describe()}{(input.HasText ? "" : $", or one input '{MatrixName}' of [rows,{columns}]")}.");
            }

            if (ordered[place] is not null)
            {
                throw RefusedException.Bad($"The input '{tensor.Name}' stands twice.");
            }

            if (tensor.Shape.Length is not (1 or 2) || (tensor.Shape.Length == 2 && tensor.Shape[1] != 1) || tensor.Shape[0] != rows)
            {
                throw RefusedException.Bad($"The input '{tensor.Name}' has the shape [{string.Join(',', tensor.Shape)}]; an input for a column is [rows] or [rows,1], with the same number of rows as the others ({rows}).");
            }

            ordered[place] = tensor;
        }

        if (ordered.Contains(null))
        {
            string missing = string.Join(", ", input.Columns.Where((_, i) => ordered[i] is null).Select(column => $"'{column.Name}'"));
            throw RefusedException.Bad($"There is no input for the columns {missing}.");
        }

        double[] rented = ArrayPool<double>.Shared.Rent(Math.Max(1, rows * columns));
        try
        {
            for (int j = 0; j < columns; j++)
            {
                FillColumn(input, j, ordered[j]!, rented.AsSpan(j), columns, rows);
            }

            return new TensorRows(rented.AsSpan(0, rows * columns), rows, rented);
        }
        catch
        {
            ArrayPool<double>.Shared.Return(rented);
            throw;
        }
    }

    private static void FillColumn(ModelInput input, int column, InputTensor tensor, Span<double> destination, int stride, int rows)
    {
        if (tensor.Datatype == Datatype.Bytes)
        {
            FillTexts(input, column, tensor, destination, stride, rows);
            return;
        }

        if (tensor.IsBinary)
        {
            Datatype.Widen(tensor.Datatype, tensor.Binary.Span, destination, stride);
        }

        for (int i = 0; i < rows; i++)
        {
            ref double value = ref destination[i * stride];
            string? problem = input.Convert(column, tensor.IsBinary ? value : tensor.Numbers![i], out value);
            // A double is what was sent; other kinds were rounded to one.
            if (problem is not null && !(tensor is { Datatype: "FP64", IsBinary: true } && input.Columns[column].Kind == CellKind.Whole))
            {
                throw RefusedException.Bad($"Row {i}: '{tensor.Name}' {problem}.");
            }
        }
    }

    private static void FillTexts(ModelInput input, int column, InputTensor tensor, Span<double> destination, int stride, int rows)
    {
        ReadOnlySpan<byte> bytes = tensor.Binary.Span;
        char[] rented = ArrayPool<char>.Shared.Rent(256);
        try
        {
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<char> text;
                if (tensor.IsBinary)
                {
                    ReadOnlySpan<byte> encoded = Datatype.NextText(tensor, ref bytes, i);
                    if (rented.Length < encoded.Length)
                    {
                        ArrayPool<char>.Shared.Return(rented);
                        rented = ArrayPool<char>.Shared.Rent(encoded.Length);
                    }

                    if (!Utf8.IsValid(encoded))
                    {
                        throw RefusedException.Bad($"Row {i}: '{tensor.Name}' is not UTF-8.");
                    }

                    text = rented.AsSpan(0, Encoding.UTF8.GetChars(encoded, rented));
                }
                else if (tensor.Texts![i] is { } given)
                {
                    text = given;
                }
                else
                {
                    destination[i * stride] = double.NaN;
                    continue;
                }

                if (input.Convert(column, text, out destination[i * stride]) is { } problem)
                {
                    throw RefusedException.Bad($"Row {i}: '{tensor.Name}' {problem}.");
                }
            }

            if (!bytes.IsEmpty)
            {
                throw RefusedException.Bad($"The input '{tensor.Name}' has {bytes.Length} bytes behind its last text.");
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Refuses numbers of a JSON matrix that a double does not hold and an expression needs exactly.</summary>
    private static void RequireExact(ModelInput input, InputTensor tensor, int rows)
    {
        for (int j = 0; j < input.Columns.Length; j++)
        {
            if (input.Columns[j].Kind != CellKind.Whole)
            {
                continue;
            }

            for (int i = 0; i < rows; i++)
            {
                if (input.Convert(j, tensor.Numbers![(i * input.Columns.Length) + j], out _) is { } problem)
                {
                    throw RefusedException.Bad($"Row {i}: '{input.Columns[j].Name}' {problem}.");
                }
            }
        }
    }

    private static void RequireData(InputTensor tensor)
    {
        int elements = tensor.Elements, size = Datatype.SizeOf(tensor);
        if (!tensor.HasData)
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' has no data.");
        }

        if (tensor.IsBinary && size > 0 && tensor.Binary.Length != (long)elements * size)
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' has {tensor.Binary.Length} bytes, but [{string.Join(',', tensor.Shape)}] of {tensor.Datatype} are {(long)elements * size}.");
        }

        if (!tensor.IsBinary && tensor.Count != elements)
        {
            throw RefusedException.Bad($"The input '{tensor.Name}' has {tensor.Count} values, but its shape [{string.Join(',', tensor.Shape)}] has {elements}.");
        }
    }

    private static int RequireRows(long rows, int most) => rows <= most ? (int)rows
        : throw new RefusedException(413, $"The request has {rows} rows; at most {most} are taken at once (MaxRows).");
}
