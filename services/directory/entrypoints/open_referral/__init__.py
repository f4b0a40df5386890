"""The open feed: Open Referral UK and FHIR for programs, at addresses that have pages for people too."""
