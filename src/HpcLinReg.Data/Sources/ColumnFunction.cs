using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Native;

namespace HpcLinReg.Data.Sources;

/// <summary>
/// Files of typed columns as a table function of DuckDB's: their rows follow each other in the order of the files, and DuckDB asks for the
/// columns that a query needs, 2048 rows at a time.
/// </summary>
internal sealed unsafe class ColumnFunction
{
    private const string Name = "hpclinreg_columns";

    /// <summary>The FROM item that reads the files.</summary>
    internal const string From = Name + "()";

    private readonly IReadOnlyList<IColumnFile> _files;
    private readonly string[] _names;

    private ColumnFunction(IReadOnlyList<IColumnFile> files)
    {
        _files = files;
        // DuckDB takes names that differ in case only for the same one.
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        _names = [.. files[0].Columns.Select(column => Enumerable.Range(0, int.MaxValue)
            .Select(i => i == 0 ? column.Name : FormattableString.Invariant($"{column.Name}_{i}")).First(taken.Add))];
    }

    /// <summary>Makes the files a function of a session's, for as long as the session is open.</summary>
    internal static void Register(Session session, IReadOnlyList<IColumnFile> files)
    {
        nint function = NativeMethods.TableFunction.DuckDBCreateTableFunction();
        NativeMethods.TableFunction.DuckDBTableFunctionSetName(function, Name);
        NativeMethods.TableFunction.DuckDBTableFunctionSetExtraInfo(function, GCHandle.ToIntPtr(GCHandle.Alloc(new ColumnFunction(files))),
            &Free);
        NativeMethods.TableFunction.DuckDBTableFunctionSetBind(function, &Bind);
        NativeMethods.TableFunction.DuckDBTableFunctionSetInit(function, &Begin);
        NativeMethods.TableFunction.DuckDBTableFunctionSetFunction(function, &Read);
        NativeMethods.TableFunction.DuckDBTableFunctionSupportsProjectionPushdown(function, true);
        DuckDBState state = NativeMethods.TableFunction.DuckDBRegisterTableFunction(session.NativeConnection, function);
        NativeMethods.TableFunction.DuckDBDestroyTableFunction(ref function);
        if (state != DuckDBState.Success)
        {
            throw new InvalidOperationException($"DuckDB refuses the function '{Name}'.");
        }
    }

    /// <summary>Returns the columns as a source has them.</summary>
    internal static TypedTable Describe(Session session, IReadOnlyList<IColumnFile> files)
    {
        List<string?[]> rows = session.Table($"DESCRIBE SELECT * FROM {From}");
        return TypedTable.Of(From, [.. rows.Zip(files[0].Columns, (row, column) =>
            new SourceColumn(new DataColumn(column.Name, TypedTable.KindOf(row[1]!)), CellType: row[1]!, Origin: Origin.Type))]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint extra) => GCHandle.FromIntPtr(extra).Free();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void EndReading(nint data)
    {
        var handle = GCHandle.FromIntPtr(data);
        ((Reading)handle.Target!).Dispose();
        handle.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        var function = (ColumnFunction)GCHandle.FromIntPtr(NativeMethods.TableFunction.DuckDBBindGetExtraInfo(info)).Target!;
        foreach ((string name, FileColumn column) in function._names.Zip(function._files[0].Columns))
        {
            using DuckDBLogicalType type = NativeMethods.LogicalType.DuckDBCreateLogicalType(column.Type);
            NativeMethods.TableFunction.DuckDBBindAddResultColumn(info, name, type);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Begin(nint info)
    {
        // No exception may leave through native code.
        try
        {
            var function = (ColumnFunction)GCHandle.FromIntPtr(NativeMethods.TableFunction.DuckDBInitGetExtraInfo(info)).Target!;
            ulong count = NativeMethods.TableFunction.DuckDBInitGetColumnCount(info);
            int[] columns = new int[count];
            for (ulong i = 0; i < count; i++)
            {
                ulong column = NativeMethods.TableFunction.DuckDBInitGetColumnIndex(info, i);
                // A query of no column, such as a count, asks for one that does not exist.
                columns[i] = column < (ulong)function._names.Length ? (int)column : -1;
            }

            Reading reading = new(function._files, columns);
            NativeMethods.TableFunction.DuckDBInitSetInitData(info, GCHandle.ToIntPtr(GCHandle.Alloc(reading)), &EndReading);
        }
        catch (Exception exception)
        {
            NativeMethods.TableFunction.DuckDBInitSetError(info, exception.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Read(nint info, nint output)
    {
        try
        {
            ((Reading)GCHandle.FromIntPtr(NativeMethods.TableFunction.DuckDBFunctionGetInitData(info)).Target!).Fill(output);
        }
        catch (Exception exception)
        {
            NativeMethods.TableFunction.DuckDBFunctionSetError(info, exception.Message);
        }
    }

    /// <summary>One reading of all files.</summary>
    private sealed class Reading(IReadOnlyList<IColumnFile> files, int[] columns) : IDisposable
    {
        private IColumnReader? _reader;
        private int _next;

        internal void Fill(nint output)
        {
            int rows = 0;
            while (rows == 0 && (_reader is not null || _next < files.Count))
            {
                _reader ??= files[_next++].Open();
                rows = _reader.Next();
                if (rows == 0)
                {
                    _reader.Dispose();
                    _reader = null;
                }
            }

            // The chunk is DuckDB's; a handle of this kind would free it when it is disposed, or collected.
            DuckDBDataChunk chunk = new(output);
            try
            {
                for (int i = 0; i < columns.Length && rows > 0; i++)
                {
                    if (columns[i] >= 0)
                    {
                        _reader!.Write(columns[i], NativeMethods.DataChunks.DuckDBDataChunkGetVector(chunk, i));
                    }
                }

                _ = NativeMethods.DataChunks.DuckDBDataChunkSetSize(chunk, (ulong)rows);
            }
            finally
            {
                chunk.SetHandleAsInvalid();
            }
        }

        public void Dispose() => _reader?.Dispose();
    }
}
