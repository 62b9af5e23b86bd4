using System.Net.Http.Headers;

namespace Pinacle.Podd.Api;

/// <summary>The part of a file that a request wants (RFC 9110 §14): one range of bytes. Anything else is answered with the whole file, as the RFC allows.</summary>
/// <param name="Wanted">False for the whole file.</param>
/// <param name="Offset">The first byte; negative counts from the end.</param>
/// <param name="Length">How many at most; null to the end.</param>
internal readonly record struct FileRange(bool Wanted, long Offset, long? Length)
{
    /// <summary>Reads the header.</summary>
    public static FileRange Of(string? header) =>
        header is { Length: > 0 and < 100 } && RangeHeaderValue.TryParse(header, out var ranges) && ranges is { Unit: "bytes", Ranges.Count: 1 } && ranges.Ranges.Single() is var range
            ? range.From is { } from ? new(true, from, range.To - from + 1) : range.To == 0 ? new(true, long.MaxValue, null) : new(true, -range.To!.Value, null)
            : default;

    /// <summary>Says what will come of a file of that size; false when nothing will.</summary>
    public bool Announce(HttpResponse response, long size)
    {
        response.Headers.AcceptRanges = "bytes";
        if (!Wanted || size == 0)
        {
            // Files of /proc state no size and have content all the same.
            response.ContentLength = size == 0 ? null : size;
            return true;
        }
        var first = Offset < 0 ? Math.Max(0, size + Offset) : Offset;
        if (first >= size || Length <= 0)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = $"bytes */{size}";
            return false;
        }
        var length = Math.Min(Length ?? long.MaxValue, size - first);
        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = $"bytes {first}-{first + length - 1}/{size}";
        response.ContentLength = length;
        return true;
    }
}
