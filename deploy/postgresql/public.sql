-- Rights of the account of the public pages on the service's database; the account itself, with its password,
-- is made by who runs the server. Run it as the owner of the tables, in their schema, after each upgrade:
--   psql -v ON_ERROR_STOP=1 -f public.sql DATABASE
-- States and the promised day of who has a slip, and digests of forms: no name, nothing sealed, no staff.
GRANT SELECT ON alembic_version TO kiosk_public;
GRANT SELECT (id, due_on) ON application TO kiosk_public;
GRANT SELECT (application_id, service, state) ON task TO kiosk_public;
GRANT SELECT ON service_point TO kiosk_public;
GRANT SELECT (number, at) ON point_change TO kiosk_public;
GRANT SELECT ON form_record, issued_form TO kiosk_public;
