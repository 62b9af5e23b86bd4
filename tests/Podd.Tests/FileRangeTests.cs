using Microsoft.AspNetCore.Http;
using Pinacle.Podd.Api;
using Xunit;

namespace Pinacle.Podd.Tests;

public sealed class FileRangeTests
{
    [Theory]
    [InlineData("bytes=0-3", 206, "bytes 0-3/10", 4L)]
    [InlineData("bytes=8-100", 206, "bytes 8-9/10", 2L)]
    [InlineData("bytes=4-", 206, "bytes 4-9/10", 6L)]
    [InlineData("bytes=-3", 206, "bytes 7-9/10", 3L)]
    [InlineData("bytes=-30", 206, "bytes 0-9/10", 10L)]
    [InlineData("bytes=10-", 416, "bytes */10", null)]
    [InlineData("bytes=-0", 416, "bytes */10", null)]
    [InlineData("bytes=0-1,3-4", 200, "", 10L)]
    [InlineData("lines=0-1", 200, "", 10L)]
    [InlineData("bytes=3-1", 200, "", 10L)]
    [InlineData("nonsense", 200, "", 10L)]
    [InlineData(null, 200, "", 10L)]
    public void One_range_of_bytes_is_answered_and_anything_else_with_the_whole(string? header, int status, string contentRange, long? length)
    {
        var response = new DefaultHttpContext().Response;
        FileRange.Of(header).Announce(response, 10);
        Assert.Equal((status, contentRange, length), (response.StatusCode, response.Headers.ContentRange.ToString(), response.ContentLength));
    }
}
