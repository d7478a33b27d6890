-- Rights of the account of the API for offices' systems on the service's database; the account itself, with
-- its password, is made by who runs the server. Run it as the owner of the tables, in their schema, after each
-- upgrade:
--   psql -v ON_ERROR_STOP=1 -f offices_api.sql DATABASE
-- Applications, corrections and pages can be read only as they were sealed; decisions are added and never
-- confirmed: a second look is one of the office's people.
GRANT SELECT ON alembic_version, office_client, office_certificate TO kiosk_offices_api;
GRANT SELECT (number), INSERT ON web_event TO kiosk_offices_api;
GRANT SELECT ON task TO kiosk_offices_api;
GRANT UPDATE (state, changed_at) ON task TO kiosk_offices_api;
GRANT SELECT (id, serial, case_number, due_on, open, awaiting, received_at, staff, envelope) ON application TO kiosk_offices_api;
GRANT SELECT (application_id, service, number, received_at, envelope) ON correction TO kiosk_offices_api;
GRANT SELECT (application_id, facts_mark, facts_wrong) ON confirmation TO kiosk_offices_api;
GRANT SELECT (digest, received_at) ON blob TO kiosk_offices_api;
GRANT SELECT ON chunk TO kiosk_offices_api;
GRANT SELECT, INSERT, DELETE ON task_holder TO kiosk_offices_api;
GRANT SELECT ON task_move, task_deadline, desk_outcome, desk_review, desk_failure TO kiosk_offices_api;
GRANT SELECT, INSERT ON desk_act TO kiosk_offices_api;
GRANT USAGE ON SEQUENCE desk_act_number_seq, web_event_number_seq TO kiosk_offices_api;
