using HpcLinReg.Labs.Points;
using HpcLinReg.Labs.Regression;

namespace HpcLinReg.Labs.Tests.Regression;

public class RegressionLabTests
{
    private static RegressionLab Hand() => new(RegressionState.Start(Presets.All[0]));

    [Fact]
    public void The_hand_example_has_the_chapters_numbers()
    {
        Analysis analysis = Hand().Analysis;
        Assert.Equal(14.0 / 3, analysis.Loss);
        Assert.Equal(-28.0 / 3, analysis.SlopeGradient);
        Assert.Equal(-4, analysis.InterceptGradient);
        Assert.Equal(14.0 / 3, analysis.AboveOptimum);
        Assert.Equal([-1.0, -2.0, -3.0], analysis.Residuals);
    }

    [Fact]
    public void A_drag_of_many_moves_is_undone_as_one()
    {
        RegressionLab lab = Hand();
        RegressionState start = lab.State;
        for (int k = 1; k <= 20; k++)
        {
            lab.MovePoint(1, 2, 4 + k);
        }

        lab.Commit();
        Assert.Equal(24, lab.State.Data.Points[1].Y);
        Assert.InRange(24, lab.State.Y.Min, lab.State.Y.Max);
        lab.Undo();
        Assert.Equal(start, lab.State);
        Assert.False(lab.CanUndo);
        lab.Redo();
        Assert.Equal(24, lab.State.Data.Points[1].Y);
    }

    [Fact]
    public void A_gesture_that_changes_nothing_leaves_nothing_to_undo()
    {
        RegressionLab lab = Hand();
        lab.MovePoint(0, 1, 2.5);
        lab.MovePoint(0, 1, 2);
        lab.Commit();
        lab.Select(2);
        Assert.False(lab.CanUndo && lab.State.Data.Preset.Length > 0);
    }

    [Fact]
    public void Reset_goes_back_to_what_was_loaded_last_and_can_be_undone()
    {
        RegressionLab lab = Hand();
        lab.Load(RegressionState.Start(Presets.Find("noise")!));
        lab.RemovePoint(3);
        RegressionState removed = lab.State;
        lab.Reset();
        Assert.Equal("noise", lab.State.Data.Preset);
        Assert.False(lab.CanReset);
        lab.Undo();
        Assert.Equal(removed, lab.State);
    }

    [Fact]
    public void The_middle_shifts_and_an_end_tilts_about_it()
    {
        RegressionLab lab = Hand();
        double middle = lab.GripX(LineGrip.Middle);
        lab.MoveLine(LineGrip.Middle, middle, 5);
        Assert.Equal(1, lab.State.Slope);
        Assert.Equal(5, lab.State.LineAt(middle), 0.005);
        lab.MoveLine(LineGrip.Right, middle + 1, 8);
        Assert.Equal(3, lab.State.Slope, 0.01);
        Assert.Equal(5, lab.State.LineAt(middle), 0.01);

        RegressionState before = lab.State;
        lab.MoveLine(LineGrip.Right, middle - 1, 0);
        Assert.Equal(before, lab.State);
    }

    [Fact]
    public void Removing_the_last_points_leaves_an_empty_lab_that_takes_new_ones()
    {
        RegressionLab lab = Hand();
        lab.RemovePoint(2);
        lab.RemovePoint(0);
        lab.RemovePoint(0);
        Assert.Empty(lab.State.Data.Points);
        Assert.Equal(-1, lab.Selected);
        Assert.NotNull(lab.Analysis.Problem);
        Assert.True(lab.AddPoint(1, 1));
        Assert.Equal(0, lab.Selected);
        Assert.Null(lab.Analysis.Problem);
    }

    [Fact]
    public void No_more_points_than_the_most_and_none_that_cannot_be_drawn()
    {
        var data = new PointSet("", [.. Enumerable.Range(0, PointSet.MostPoints).Select(i => new DataPoint(i, i))]);
        var lab = new RegressionLab(RegressionState.Start(data, 0, 0));
        Assert.False(lab.AddPoint(1, 1));
        Assert.False(Hand().AddPoint(double.NaN, 1));
        Assert.False(Hand().AddPoint(1, 1e308));
        lab.MovePoint(0, double.PositiveInfinity, 0);
        Assert.Equal(data, lab.State.Data);
    }

    [Fact]
    public void Keys_visit_points_from_left_to_right_and_around()
    {
        var lab = new RegressionLab(RegressionState.Start(new PointSet("", [new(3, 0), new(1, 0), new(2, 0)]), 0, 0));
        Assert.Equal(1, lab.Neighbour(1));
        lab.Select(1);
        Assert.Equal(2, lab.Neighbour(1));
        Assert.Equal(0, lab.Neighbour(-1));
    }

    [Fact]
    public void What_is_kept_to_undo_is_bounded()
    {
        var history = new History<int[]>(state => state.Length);
        for (int k = 0; k < 500; k++)
        {
            history.Note([]);
        }

        Assert.Equal(History<int[]>.MostStates, history.Count);
        for (int k = 0; k < 100; k++)
        {
            history.Note(new int[PointSet.MostPoints]);
        }

        Assert.InRange(history.Count * (PointSet.MostPoints + 1), 1, History<int[]>.LargestTotal);
    }
}
