-- Which services are withdrawn because they have closed: nobody may stand with one. Who was sent there by a transaction
-- that did not see it yet is found by this.
ALTER TABLE copied_services ADD COLUMN closed boolean NOT NULL DEFAULT false;
CREATE INDEX copied_services_closed_idx ON copied_services (service_id) WHERE closed;
-- Who stands with a service, without reading everybody.
CREATE INDEX legs_service_id_idx ON legs (service_id)
    WHERE state IN ('requested', 'offered', 'accepting', 'accepted', 'started');
