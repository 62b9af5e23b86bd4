using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Pinacle.Web.Database.Migrations
{
    /// <summary>Triggers that tell of changes, inside their transaction: nobody hears of what was rolled back, and Postgres drops repeats of one payload in one transaction.</summary>
    public partial class Notifications : Migration
    {
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // One function for all tables: arguments are the channel, a prefix, and the column that names the thing.
            migrationBuilder.Sql("""
                CREATE FUNCTION pinacle_tell() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify(TG_ARGV[0], TG_ARGV[1] || CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ->> TG_ARGV[2] ELSE to_jsonb(NEW) ->> TG_ARGV[2] END);
                    RETURN NULL;
                END $$;

                CREATE FUNCTION pinacle_tell_share_link() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify('pinacle_routes', 'share_links:' || coalesce(
                        (SELECT pod_id::text FROM services WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.service_id ELSE NEW.service_id END), ''));
                    RETURN NULL;
                END $$;

                CREATE FUNCTION pinacle_tell_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_notify('pinacle_jobs', '');
                    RETURN NULL;
                END $$;

                CREATE TRIGGER routes_pods AFTER INSERT OR DELETE OR UPDATE OF name, owner_id, team_id, host_id, epoch, status, intent ON pods
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'pods:', 'id');
                CREATE TRIGGER routes_services AFTER INSERT OR UPDATE OR DELETE ON services
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'services:', 'pod_id');
                CREATE TRIGGER routes_hosts AFTER INSERT OR DELETE OR UPDATE OF address, certificate_sha256, api_key_encrypted, state ON hosts
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'hosts:', 'id');
                CREATE TRIGGER routes_sessions AFTER INSERT OR DELETE OR UPDATE OF ended_at, expires_at ON sessions
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'sessions:', 'id');
                CREATE TRIGGER routes_api_tokens AFTER DELETE OR UPDATE OF revoked_at ON api_tokens
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'api_tokens:', 'id');
                CREATE TRIGGER routes_users AFTER DELETE OR UPDATE OF slug, is_operator ON users
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'users:', 'id');
                CREATE TRIGGER routes_team_members AFTER INSERT OR UPDATE OR DELETE ON team_members
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_routes', 'team_members:', 'team_id');
                CREATE TRIGGER routes_share_links AFTER INSERT OR UPDATE OR DELETE ON share_links
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell_share_link();

                CREATE TRIGGER pods_pods AFTER INSERT OR UPDATE OR DELETE ON pods
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_pods', '', 'id');
                CREATE TRIGGER pods_services AFTER INSERT OR UPDATE OR DELETE ON services
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_pods', '', 'pod_id');
                CREATE TRIGGER pods_events AFTER INSERT ON pod_events
                    FOR EACH ROW EXECUTE FUNCTION pinacle_tell('pinacle_pods', '', 'pod_id');

                CREATE TRIGGER jobs_made AFTER INSERT ON jobs
                    FOR EACH STATEMENT EXECUTE FUNCTION pinacle_tell_jobs();
                CREATE TRIGGER jobs_moved AFTER UPDATE OF state ON jobs
                    FOR EACH ROW WHEN (OLD.state = 'claimed' OR NEW.state = 'ready') EXECUTE FUNCTION pinacle_tell_jobs();
                """);
        }

        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("""
                DROP FUNCTION pinacle_tell() CASCADE;
                DROP FUNCTION pinacle_tell_share_link() CASCADE;
                DROP FUNCTION pinacle_tell_jobs() CASCADE;
                """);
    }
}
