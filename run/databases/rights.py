"""What PostgreSQL's catalog knows of rights, as questions whose answers are ends of sentences."""

UNUSABLE = """
    SELECT format('may not %s %s', privilege, relname)
    FROM pg_class, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
    WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT has_table_privilege(oid, privilege)
    UNION ALL
    SELECT format('may not use the sequence %s', relname)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') END
    ORDER BY 1"""
UNUSABLE_TO_COME = """
    SELECT privilege || ' tables'
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS privilege
    WHERE NOT has_table_privilege(:role, 'public.yaana_trial', privilege)
    UNION ALL
    SELECT 'use sequences' WHERE NOT has_sequence_privilege(:role, 'public.yaana_trial_id_seq', 'USAGE')"""
MAY_CONNECT = (
    "SELECT datname FROM pg_database WHERE datname = :name AND has_database_privilege(oid, 'CONNECT')"
)
POWERS = """
    SELECT unnest(array_remove(ARRAY[
        CASE WHEN rolsuper THEN 'is a superuser' END,
        CASE WHEN rolcreatedb THEN 'may make databases' END,
        CASE WHEN rolcreaterole THEN 'may make roles' END,
        CASE WHEN rolreplication THEN 'may copy the whole server' END,
        CASE WHEN rolbypassrls THEN 'passes row security' END], NULL))
    FROM pg_roles WHERE rolname = current_user
    UNION ALL
    SELECT format('is a member of %s', pg_get_userbyid(roleid)) FROM pg_auth_members
    WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)"""
OWNED_BY_OTHERS = """
    SELECT format('%s belongs to %s, and should to %s, the owner of the database',
        CASE WHEN relkind = 'S' THEN 'the sequence ' ELSE 'the table ' END || relname,
        pg_get_userbyid(relowner), pg_get_userbyid(datdba))
    FROM pg_class, pg_database
    WHERE datname = current_database() AND relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p', 'S') AND relowner <> datdba
    ORDER BY 1"""
OPEN_TO_EVERYBODY = """
    SELECT unnest(array_remove(ARRAY[
        CASE WHEN has_database_privilege('public', current_database(), 'CONNECT') THEN 'connect to it' END,
        CASE WHEN has_database_privilege('public', current_database(), 'TEMP') THEN 'make temporary tables in it' END,
        CASE WHEN has_schema_privilege('public', 'public', 'CREATE') THEN 'make tables in it' END], NULL))"""
