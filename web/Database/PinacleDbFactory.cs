using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Pinacle.Web.Database;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model without starting web or reaching a database.</summary>
internal sealed class PinacleDbFactory : IDesignTimeDbContextFactory<PinacleDb>
{
    public PinacleDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PinacleDb>();
        DatabaseSetup.Use(options, "Host=design-time");
        return new PinacleDb(options.Options);
    }
}
