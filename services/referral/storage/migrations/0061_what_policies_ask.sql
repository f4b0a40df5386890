-- Where a service is at home, for borders, and the wait that its provider expects. Known from its next word on.
ALTER TABLE copied_services ADD COLUMN home_area text;
ALTER TABLE copied_signals ADD COLUMN expected_wait_days integer;

-- What groups at home in one borough have in hand for people of another: for the borough of the group, in numbers. The view
-- reads with the rights of its owner, shows no id, keeps itself to the areas that the transaction says, and leaves out
-- what is sensitive. The policy is for the owner alone; an organisation is held to its own legs here as well.
CREATE POLICY legs_across_borders ON legs FOR SELECT TO CURRENT_USER
    USING (state IN ('offered', 'accepting', 'accepted', 'started'));
CREATE VIEW legs_from_elsewhere AS
SELECT s.home_area, l.area, l.need, l.state
FROM legs l JOIN copied_services s USING (service_id)
WHERE l.state IN ('offered', 'accepting', 'accepted', 'started') AND NOT s.sensitive
    AND s.home_area <> l.area AND s.home_area = ANY ((SELECT current_areas())::text[]);
