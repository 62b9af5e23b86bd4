using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pinacle.Web.Database.Migrations
{
    /// <summary>Which host used a join token; and triggers that tell of hosts and their tokens. A sign of life alone (<c>seen_at</c>) is no news.</summary>
    public partial class HostNews : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "host_id",
                table: "join_tokens",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_join_tokens_host_id",
                table: "join_tokens",
                column: "host_id");

            migrationBuilder.AddForeignKey(
                name: "fk_join_tokens_hosts_host_id",
                table: "join_tokens",
                column: "host_id",
                principalTable: "hosts",
                principalColumn: "id",
                onDelete: ReferentialAction.SetNull);

            migrationBuilder.Sql("""
                CREATE TRIGGER hosts_hosts AFTER INSERT OR DELETE OR UPDATE OF name, address, state, report ON hosts
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_hosts', '', 'id');
                CREATE TRIGGER hosts_join_tokens AFTER INSERT OR UPDATE OR DELETE ON join_tokens
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_hosts', '', 'id');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""
                DROP TRIGGER hosts_hosts ON hosts;
                DROP TRIGGER hosts_join_tokens ON join_tokens;
                """);

            migrationBuilder.DropForeignKey(
                name: "fk_join_tokens_hosts_host_id",
                table: "join_tokens");

            migrationBuilder.DropIndex(
                name: "ix_join_tokens_host_id",
                table: "join_tokens");

            migrationBuilder.DropColumn(
                name: "host_id",
                table: "join_tokens");
        }
    }
}
