namespace HpcLinReg.Labs.Links;

/// <summary>A prepared state of a lab with the idea it shows, for teachers.</summary>
/// <param name="Idea">The idea, in a few words.</param>
/// <param name="Show">What to do and to look at.</param>
/// <param name="Link">The state.</param>
public sealed record Lesson(string Idea, string Show, string Link);

/// <summary>A question to answer from memory, and the state of a lab that answers it.</summary>
/// <param name="Text">The question.</param>
/// <param name="Answer">The answer in words.</param>
/// <param name="Link">The state.</param>
public sealed record Question(string Text, string Answer, string Link);
