-- Rights of the pages' own account on the service's database; the account itself, with its password, is
-- made by who runs the server. Run it as the owner of the tables, in their schema, after each upgrade:
--   psql -v ON_ERROR_STOP=1 -f web.sql DATABASE
-- Applications, corrections and pages can be read only as they were sealed; no message can be read, and
-- nothing of the audit changed.
GRANT SELECT ON alembic_version, alarm, helper_filing, web_account TO kiosk_web;
GRANT SELECT (verdict, deleted_at, delete_on) ON vouching_review TO kiosk_web;
GRANT UPDATE (password_hash, code_step, setup, setup_until) ON web_account TO kiosk_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON web_session, web_try TO kiosk_web;
GRANT SELECT, INSERT ON web_event, alarm_acknowledgement TO kiosk_web;
GRANT SELECT ON task TO kiosk_web;
GRANT UPDATE (state, changed_at) ON task TO kiosk_web;
GRANT SELECT (id, serial, case_number, due_on, open, awaiting, received_at, closed_at, staff, envelope, terminal) ON application TO kiosk_web;
GRANT SELECT (application_id, service, number, received_at, envelope) ON correction TO kiosk_web;
GRANT SELECT (application_id, facts_mark, facts_wrong) ON confirmation TO kiosk_web;
GRANT SELECT (digest, received_at) ON blob TO kiosk_web;
GRANT SELECT ON chunk TO kiosk_web;
GRANT SELECT, INSERT, DELETE ON task_holder TO kiosk_web;
GRANT SELECT ON task_move, task_deadline, desk_outcome, desk_failure TO kiosk_web;
GRANT SELECT (application_id, service, envelope, file) ON task_result TO kiosk_web;
-- What an office's people decide is added, never changed; the service looks at it again and carries it out.
GRANT SELECT, INSERT ON desk_act, desk_review TO kiosk_web;
GRANT USAGE ON SEQUENCE desk_act_number_seq TO kiosk_web;
-- Counts for the supervisor: no reason, no word and no answer of a rating.
GRANT SELECT (application_id, stage, grade, received_at) ON rating TO kiosk_web;
GRANT SELECT (application_id, stage, office, due_on, answered_at) ON rating_follow_up TO kiosk_web;
GRANT SELECT (id, point, revoked) ON terminal TO kiosk_web;
GRANT SELECT ON heartbeat, alarm_end TO kiosk_web;
GRANT SELECT ON form_record, issued_form TO kiosk_web;
GRANT USAGE ON SEQUENCE web_event_number_seq TO kiosk_web;
-- the city's figures, counted by the service; steps of notices are added and never changed
GRANT SELECT ON city_figure TO kiosk_web;
GRANT SELECT, INSERT ON notice_event TO kiosk_web;
-- what technicians do about alarms, and stops of rings, are added and never changed
GRANT SELECT, INSERT ON alarm_act, release_ring TO kiosk_web;
GRANT SELECT, INSERT ON terminal_request TO kiosk_web;
GRANT SELECT ON readiness_sheet TO kiosk_web;
-- who waits to be let in, without a code; what technicians say of it is added, and the service carries it out
GRANT SELECT (id, terminal, point, profile, state, public_key) ON enrolment TO kiosk_web;
GRANT SELECT, INSERT ON enrolment_review TO kiosk_web;
GRANT USAGE ON SEQUENCE enrolment_review_number_seq TO kiosk_web;
-- offers to people who wish to do something; of the wishes kinds alone, and what was told as counts
GRANT SELECT, INSERT ON wish_offer TO kiosk_web;
GRANT UPDATE (ended_at) ON wish_offer TO kiosk_web;
GRANT SELECT (kinds) ON wish TO kiosk_web;
GRANT SELECT (offer, outcome) ON wish_answer TO kiosk_web;
GRANT USAGE ON SEQUENCE wish_offer_number_seq TO kiosk_web;
-- the list of service points; its changes are added and never changed
GRANT SELECT, INSERT, UPDATE, DELETE ON service_point TO kiosk_web;
GRANT SELECT, INSERT ON point_change TO kiosk_web;
GRANT USAGE ON SEQUENCE point_change_number_seq TO kiosk_web;
GRANT USAGE ON SEQUENCE alarm_act_number_seq, release_ring_number_seq, terminal_request_number_seq TO kiosk_web;
