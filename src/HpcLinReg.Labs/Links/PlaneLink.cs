using HpcLinReg.Labs.Plane;

namespace HpcLinReg.Labs.Links;

/// <summary>The state of the page of two features as a link, and back to the same bits.</summary>
public static class PlaneLink
{
    /// <summary>The path of the page.</summary>
    public const string Page = "/plane";

    /// <summary>The link that shows a state.</summary>
    public static string Write(PlaneState state) => new LinkWriter(Page)
        .Word("set", state.Set).Number("w1", state.First).Number("w2", state.Second).Number("b", state.Intercept).WholeUnless("turn", state.Turn,
            30).ToString();

    /// <summary>Reads the state of a link. A part that cannot be read is reported and replaced by its default.</summary>
    public static PlaneState Read(string link, out string? problem)
    {
        var reader = new LinkReader(link);
        string id = reader.Text("set") ?? PlaneData.All[0].Id;
        var data = PlaneData.Find(id);
        if (data.Id != id)
        {
            reader.Note($"There is no data set “{PointText.Shown(id)}”.");
        }

        var state = new PlaneState(data.Id, reader.Number("w1", 0), reader.Number("w2", 0), reader.Number("b", 2), reader.Whole("turn", 30, 0, 359));
        problem = reader.Problem;
        return state;
    }
}
