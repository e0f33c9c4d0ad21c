using System.Collections.Immutable;

namespace HpcLinReg.Labs.Links;

/// <summary>The chapter's ideas, each as a lab that shows it, and its questions.</summary>
public static class Lessons
{
    /// <summary>Gets the ideas in the chapter's order.</summary>
    public static ImmutableArray<Lesson> Ideas { get; } =
    [
        new("A line predicts", "Three points on y = 2x and the line y = x: residuals −1, −2, −3. Drag the line until the strokes vanish.", "/?set=hand&w=1&b=0"),
        new("The loss is squares", "Each square’s area is a point’s part of the loss. Move the outlier: one large square outweighs many small ones.", "/?set=outlier&w=1&b=1&squares=1"),
        new("R² compares with the mean", "The mean of y has R² 0. Tilt the line: above 0 it predicts better than the mean, below 0 worse.", "/?set=noise&w=0&b=9.5&squares=1"),
        new("The gradient points uphill", "At w = 1, b = 0 the gradient is (−28/3, −4). Press Step: both grow, against it.", "/descent?set=hand&w=1&b=0&rate=0.1"),
        new("A small rate is slow", "Two rates side by side, the second a fifth of the first: both fall, one of them slowly.", "/descent?set=hand&w=1&b=0&rate=0.1&rate2=0.02&log=1&step=30"),
        new("A large rate zigzags", "Just below the largest stable rate every step crosses the valley, and still comes down.", "/descent?set=hand&w=-2&b=11&rate=0.175&step=30"),
        new("A larger one diverges", "Beyond 2/λmax every step overshoots by more than the one before; the arrow points to where it went.", "/descent?set=hand&w=1&b=0&rate=0.19&step=40"),
        new("Scaling makes the valley round", "Flippers of some 217 mm lie far from 0, and the line hardly moves. Press Standardize x.", "/descent?set=penguins"),
        new("One point can decide", "The far point’s leverage is close to 1: drag it up and down, and the best fit follows.", "/?set=leverage"),
        new("More parameters fit noise", "Degree 8 with test points held out: compare both errors with those of degree 2.", "/?set=curve&degree=8&test=1"),
    ];

    /// <summary>Gets five questions on the chapter.</summary>
    public static ImmutableArray<Question> Questions { get; } =
    [
        new("What is the mean squared error of y = x on the points (1, 2), (2, 4), (3, 6)?", "(1 + 4 + 9)/3 = 14/3: the squares of the residuals −1, −2, −3, and their mean.", "/?set=hand&w=1&b=0&squares=1"),
        new("What are the gradient there and the first step at rate 0.1?", "−28/3 by w and −4 by b; the step goes against them, to w = 1 + 28/30 and b = 0.4.", "/descent?set=hand&w=1&b=0&rate=0.1&step=1"),
        new("From which rate on does the descent diverge, and why?", "From 2/λmax on, the largest curvature’s: there a step overshoots the minimum by as far as it started from it, or more.", "/descent?set=hand&w=1&b=0&rate=0.181&step=30"),
        new("Why are features standardized before a descent?", "The steepest direction limits the rate, the flattest needs the steps. With mean 0 and the same spread κ falls to 1, and one rate suits all directions.", "/descent?set=penguins&standardize=1&step=5"),
        new("When has the closed form no single answer?", "When columns determine each other: with one x only, every line through the mean of y there is as good as any other.", "/?set=vertical"),
    ];
}
