namespace Pinacle.Web.Pages;

/// <summary>A sentence at the top of the next page.</summary>
/// <param name="Sentence">What was done, or why not.</param>
/// <param name="Tone"><c>good</c> or <c>bad</c>.</param>
public sealed record Flash(string Sentence, string Tone = "good");
