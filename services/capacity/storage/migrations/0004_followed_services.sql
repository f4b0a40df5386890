-- The newest version of each service that was heard of, with or without pools: after a withdrawal it is what
-- keeps an older statement, which a retry brings late, from opening pools again.
CREATE TABLE followed_services (
    service_id uuid CONSTRAINT followed_services_pk PRIMARY KEY,
    version bigint NOT NULL,
    withdrawn boolean NOT NULL
);
INSERT INTO followed_services (service_id, version, withdrawn)
SELECT service_id, max(service_version), bool_and(withdrawn) FROM pools GROUP BY service_id;
