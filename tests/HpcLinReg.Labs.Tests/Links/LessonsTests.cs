using HpcLinReg.Labs.Descent;
using HpcLinReg.Labs.Links;

namespace HpcLinReg.Labs.Tests.Links;

public class LessonsTests
{
    /// <summary>Every prepared link is read without a word, and the state it shows writes a link of its own.</summary>
    [Fact]
    public void Prepared_links_are_read()
    {
        string[] links = [.. Lessons.Ideas.Select(lesson => lesson.Link), .. Lessons.Questions.Select(question => question.Link)];
        Assert.Equal((10, 5), (Lessons.Ideas.Length, Lessons.Questions.Length));
        Assert.Equal(10, Lessons.Ideas.Select(lesson => lesson.Link).Distinct().Count());
        Assert.All(links, link =>
        {
            string? problem;
            _ = link.StartsWith(DescentLink.Page, StringComparison.Ordinal) ? DescentLink.Read(link, out problem).ToString() : RegressionLink.Read(link, out problem).ToString();
            Assert.Null(problem);
        });
    }

    /// <summary>What the answers say is what the labs compute.</summary>
    [Fact]
    public void Answers_are_those_of_the_labs()
    {
        var step = new DescentLab(DescentLink.Read(Lessons.Questions[1].Link, out _));
        Assert.Equal(1 + (28.0 / 30), step.Current!.Value.Slope, 1e-12);
        Assert.Equal(0.4, step.Current.Value.Intercept, 1e-12);
        var beyond = new DescentLab(DescentLink.Read(Lessons.Questions[2].Link, out _));
        Assert.True(beyond.State.Rate > beyond.Trace!.LargestStableRate);
        var below = new DescentLab(DescentLink.Read(Lessons.Ideas[5].Link, out _));
        Assert.InRange(below.State.Rate, 0.9 * below.Trace!.LargestStableRate, below.Trace.LargestStableRate);
        Assert.NotNull(new DescentLab(DescentLink.Read(Lessons.Ideas[7].Link, out _)).Advice());
        Assert.Equal(1, new DescentLab(DescentLink.Read(Lessons.Questions[3].Link, out _)).Surface!.Condition, 1e-9);
    }
}
