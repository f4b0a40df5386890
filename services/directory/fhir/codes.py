"""The addresses of other people's code systems and of the extension for capacity, as their standards write them."""

CAPACITY = (
    "http://hl7.org/fhir/us/sdoh-clinicalcare/StructureDefinition/"
    "SDOHCC-ExtensionHealthcareServiceCapacityStatus"
)
CAPACITY_CODES = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
LANGUAGES = "urn:ietf:bcp:47"
STATISTICAL_AREAS = "http://statistics.data.gov.uk/id/statistical-geography"
CONTENT_TYPE = "application/fhir+json"
FHIR_VERSION = "4.0.1"
