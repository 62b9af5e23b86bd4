using System.Text;

namespace Pinacle.Guest.Setup;

/// <summary>Cuts a program's output into lines for the log: at line feeds and carriage returns, at most 4 KiB each, without control characters but colours; redrawn progress lines at most five a second.</summary>
internal sealed class OutputLines(Action<string> take)
{
    private const int Longest = 4096;
    private const int ProgressPause = 200;
    private readonly List<byte> _line = [];
    private long _lastProgress;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value is (byte)'\n' or (byte)'\r')
                End(progress: value == (byte)'\r');
            else if (_line.Count < Longest)
                _line.Add(value);
        }
    }

    /// <summary>Gives what is left.</summary>
    public void End(bool progress = false)
    {
        if (_line.Count == 0)
            return;
        if (!progress || Environment.TickCount64 - _lastProgress >= ProgressPause)
        {
            take(Clean(Encoding.UTF8.GetString([.. _line])));
            if (progress)
                _lastProgress = Environment.TickCount64;
        }
        _line.Clear();
    }

    /// <summary>The text without control characters; of escape sequences only colours (SGR) stay.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(char.IsControl))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\u001b')
            {
                var end = i + 1;
                if (end < text.Length && text[end] == '[')
                {
                    end++;
                    while (end < text.Length && text[end] is (>= '0' and <= '9') or ';' or '?')
                        end++;
                    if (end < text.Length && text[end] == 'm')
                        clean.Append(text, i, end - i + 1);
                }
                i = end;
            }
            else if (!char.IsControl(text[i]) || text[i] == '\t')
            {
                clean.Append(text[i]);
            }
        }
        return clean.ToString();
    }
}
