-- Services by name, as the directory last published them, and the pools that were ever published.
CREATE TABLE copied_services (
    service_id uuid CONSTRAINT copied_services_pk PRIMARY KEY,
    version bigint NOT NULL,
    name text NOT NULL,
    sensitive boolean NOT NULL,
    withdrawn boolean NOT NULL DEFAULT false
);
CREATE TABLE copied_pools (
    pool_id uuid CONSTRAINT copied_pools_pk PRIMARY KEY,
    service_id uuid NOT NULL CONSTRAINT copied_pools_service_id_fk REFERENCES copied_services
);
