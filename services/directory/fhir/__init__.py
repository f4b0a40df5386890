"""Services of the menu as FHIR R4, for systems that speak it."""
