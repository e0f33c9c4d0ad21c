using System.Globalization;

namespace HpcLinReg.Data.Rows;

/// <summary>Copies rows that come as tables in memory, batch by batch.</summary>
internal sealed class BatchRows : IDisposable
{
    private RowStore? _store;
    private string[] _names = [];
    private CellKind[] _kinds = [];
    private long _batches;

    /// <summary>Adds a batch; the first one decides names and kinds, and the others have the same in any order.</summary>
    /// <exception cref="UsageException">The batch has other columns, or a column of another kind.</exception>
    internal void Add(ColumnTable batch, CancellationToken cancellationToken)
    {
        _batches++;
        if (_store is null)
        {
            _names = [.. batch.Names];
            _kinds = [.. _names.Select(name => batch[name].Kind)];
            _store = RowStore.Create([.. _names.Zip(_kinds, (name, kind) => RowColumn.Of(name, TypeOf(kind)))]);
        }

        ColumnValues[] columns = Columns(batch);
        for (int row = 0; row < batch.RowCount; row++)
        {
            if (row % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            for (int i = 0; i < columns.Length; i++)
            {
                Add(_store, _kinds[i], columns[i][row]);
            }

            _store.EndRow();
        }
    }

    /// <summary>Returns the rows, which are the caller's from now on.</summary>
    /// <exception cref="UsageException">There was no batch.</exception>
    internal RowStore Take()
    {
        RowStore store = _store ?? throw new UsageException("There is no batch of rows, so nothing is known of columns; give one, if without rows.");
        _store = null;
        return store;
    }

    public void Dispose() => _store?.Dispose();

    private ColumnValues[] Columns(ColumnTable batch)
    {
        if (batch.Names.Count != _names.Length || !batch.Names.All(_names.Contains))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"Batch {_batches} has the columns {List(batch.Names)}, and the first one has {List(_names)}; batches need the same columns."));
        }

        ColumnValues[] columns = [.. _names.Select(name => batch[name])];
        int other = Array.FindIndex([.. columns.Zip(_kinds)], pair => pair.First.Kind != pair.Second);
        return other < 0 ? columns
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The column '{_names[other]}' of batch {_batches} is of kind {columns[other].Kind}, and that of the first batch is of kind {_kinds[other]}; batches need columns of one kind."));
    }

    /// <summary>A cell shows whole numbers as doubles, and beyond 2⁵³ exactly only as text.</summary>
    private static long Whole(Cell cell)
    {
        const double Exact = 9007199254740992;
        double number = cell.ToDouble();
        return Math.Abs(number) < Exact ? (long)number : long.Parse(cell.ToString(), CultureInfo.InvariantCulture);
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    private static Type TypeOf(CellKind kind) => kind switch
    {
        CellKind.Whole => typeof(long),
        CellKind.Flag => typeof(bool),
        CellKind.Time => typeof(DateTime),
        CellKind.Text => typeof(string),
        _ => typeof(double),
    };

    private static void Add(RowStore store, CellKind kind, Cell cell)
    {
        if (cell.IsMissing)
        {
            store.Missing();
            return;
        }

        switch (kind)
        {
            case CellKind.Whole:
                store.Add(Whole(cell));
                break;
            case CellKind.Flag:
                store.Add(cell.ToDouble() != 0);
                break;
            case CellKind.Time:
                store.Add(DateTime.Parse(cell.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
                break;
            case CellKind.Text:
                store.Add(cell.Text!);
                break;
            default:
                store.Add(cell.ToDouble());
                break;
        }
    }
}
