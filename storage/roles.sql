-- What each role may do; repeated after every migration, so a new table needs its line here.
--
-- Roles have no login: give one to a user of your own (`meten db roles` says how). Whoever runs
-- the migrations owns everything and needs none of them.

-- Nobody reaches the private schema by default.
REVOKE ALL ON SCHEMA private FROM PUBLIC;

-- The reader knows what anyone may know: the dashboard, open data.
GRANT USAGE ON SCHEMA public TO lokaalmeten_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO lokaalmeten_reader;
-- Keys, sessions and plans only by what these do, which is nothing without a key or a session.
GRANT EXECUTE ON FUNCTION
    public.sign_in, public.read_session, public.sign_out, public.read_crowd_plans,
    public.change_crowd_plan
    TO lokaalmeten_reader;
-- What owners see and change of their own is theirs by their session.
GRANT EXECUTE ON FUNCTION
    public.read_my_nodes, public.read_my_days, public.read_my_logs, public.read_my_rejected,
    public.read_my_findings, public.read_my_rides, public.read_my_track, public.read_my_zones,
    public.change_my_node, public.say_my_licence, public.draw_my_zone, public.erase_my_zone,
    public.add_my_node, public.renew_my_login, public.read_my_health, public.read_my_agreements,
    public.read_my_email, public.say_my_agreement
    TO lokaalmeten_reader;

-- The ingest adds; of what was measured it changes and deletes nothing.
GRANT USAGE ON SCHEMA private TO lokaalmeten_ingest;
GRANT SELECT ON private.node, private.placement, private.migration TO lokaalmeten_ingest;
GRANT SELECT, INSERT ON private.observation TO lokaalmeten_ingest;
GRANT SELECT, INSERT, UPDATE ON private.delivery, private.anchor TO lokaalmeten_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE
    ON private.rejected, private.ride, private.touched, private.added, private.touched_day,
        private.touched_place, private.rollup_hour, private.rollup_day, private.rollup_place
    TO lokaalmeten_ingest;
GRANT USAGE ON SEQUENCE private.touched_id_seq TO lokaalmeten_ingest;
GRANT EXECUTE ON FUNCTION private.make_partition TO lokaalmeten_ingest;
GRANT EXECUTE ON FUNCTION private.drop_late TO lokaalmeten_ingest; -- only what is not kept any more
GRANT SELECT ON private.calibration TO lokaalmeten_ingest;
GRANT SELECT, INSERT ON private.correction TO lokaalmeten_ingest;
GRANT USAGE ON SEQUENCE private.correction_id_seq TO lokaalmeten_ingest;
GRANT SELECT, INSERT, UPDATE ON private.node_status TO lokaalmeten_ingest;
GRANT SELECT, INSERT, DELETE ON private.node_log TO lokaalmeten_ingest;
-- It cuts rides: by the secret and the zones of an owner, of whom it learns nothing else.
GRANT SELECT (id, secret) ON private.owner TO lokaalmeten_ingest;
GRANT SELECT ON private.privacy_zone, private.publication TO lokaalmeten_ingest;

-- The publisher makes forecasts from what is public.
GRANT lokaalmeten_reader TO lokaalmeten_publisher;
GRANT USAGE ON SCHEMA private TO lokaalmeten_publisher;
GRANT SELECT (id, name, moving) ON private.node TO lokaalmeten_publisher;
GRANT SELECT (id, name) ON private.zone TO lokaalmeten_publisher;
GRANT SELECT (id, code) ON private.official_station TO lokaalmeten_publisher;
GRANT SELECT, INSERT ON private.forecast_series TO lokaalmeten_publisher;
GRANT SELECT, INSERT, DELETE
    ON private.forecast_round, private.forecast, private.forecast_chance, private.forecast_index
    TO lokaalmeten_publisher;
GRANT SELECT, INSERT, UPDATE ON private.forecast_fit TO lokaalmeten_publisher;
GRANT SELECT, INSERT, DELETE ON private.forecast_score, private.forecast_brier TO lokaalmeten_publisher;
GRANT SELECT, INSERT ON private.forecast_weather TO lokaalmeten_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON private.forecast_day TO lokaalmeten_publisher;
GRANT SELECT, INSERT, UPDATE, DELETE ON private.air_map TO lokaalmeten_publisher;
GRANT SELECT ON private.migration TO lokaalmeten_publisher; -- whether it is newer than the program
GRANT INSERT (what, node, project, owner, detail) ON private.event TO lokaalmeten_publisher; -- drift

-- Who may log in to the broker, for the program that tells Mosquitto.
GRANT USAGE ON SCHEMA private TO lokaalmeten_broker;
GRANT SELECT ON private.broker_login TO lokaalmeten_broker;
GRANT SELECT (id, name) ON private.node TO lokaalmeten_broker;

-- Who may say that somebody signed in at an account elsewhere: the dashboard, where it is set up.
GRANT USAGE ON SCHEMA public TO lokaalmeten_login;
GRANT EXECUTE ON FUNCTION public.sign_in_person TO lokaalmeten_login;

-- The administrator registers nodes, imports files, looks at what was rejected, and deletes.
GRANT lokaalmeten_reader, lokaalmeten_ingest, lokaalmeten_publisher TO lokaalmeten_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA private TO lokaalmeten_admin;
REVOKE INSERT, UPDATE, DELETE ON private.migration FROM lokaalmeten_admin;
-- The log is added to; who did it, and when, is what the server says.
REVOKE INSERT, UPDATE, DELETE ON private.event FROM lokaalmeten_admin;
GRANT INSERT (what, node, project, owner, detail) ON private.event TO lokaalmeten_admin;
-- What a plan was, and who saved it, stays as it is.
REVOKE UPDATE, DELETE ON private.crowd_plan FROM lokaalmeten_admin;
-- What somebody consented to stays as it was said; it goes only with whom it is about.
REVOKE UPDATE ON private.consent FROM lokaalmeten_admin;
-- What a node is for is said by what does it as well.
REVOKE INSERT, UPDATE ON private.agreement FROM lokaalmeten_admin;
GRANT EXECUTE ON FUNCTION private.say_agreement TO lokaalmeten_admin;
