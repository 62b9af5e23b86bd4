using System.Runtime.Versioning;

// As podd itself.
[assembly: SupportedOSPlatform("linux")]
